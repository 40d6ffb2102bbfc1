"""What a metric sees of a finished run: its tables and the terms of trade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from simulator.metrics.accounts import Accounts, settle
from simulator.types import NOBODY, Array


@dataclass(frozen=True)
class Terms:
    """Prices and shares by which money is divided; arrays have shape (B,) or, where said, (P,).

    Attributes
    ----------
    unit_cost_fen : int64, cost of one unit.
    quality : float64, true quality on -1..1.
    offline_margin : share of the price the offline outlet keeps.
    patience_ticks : longest time a need waits for a visit, by category.
    platforms : their names.
    commission, payment_cost : shares of the price each platform takes, and pays, (P,).
    seller_commission : share of the price a peer seller gets for an order it served, (P,).
    spend_fen : marketing money spent by brand, (P, B) int64 for each channel, and on apps made for it.
    """

    unit_cost_fen: Array
    quality: Array
    offline_margin: Array
    patience_ticks: Mapping[str, int]
    platforms: tuple[str, ...]
    commission: Array
    payment_cost: Array
    seller_commission: Array
    spend_fen: Mapping[str, Array]
    category: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    """Number of the category of each brand."""
    list_price_fen: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    """List price of each brand's offer."""
    apps_fen: Mapping[tuple[str, str, str], Array] = field(default_factory=dict)
    """What else was paid for apps, (P,) int64 for each payer, payee and purpose."""

    def paid_for_apps(self, payer: str, payee: str) -> int:
        """What one purse paid another for apps, but for those made for a brand."""
        return sum(int(paid.sum()) for (a, b, _), paid in self.apps_fen.items() if (a, b) == (payer, payee))

    def spent(self, channels: Iterable[str] = ()) -> Array:
        """Marketing money by brand over all platforms, on some channels or on all; int64 (B,)."""
        chosen = [self.spend_fen[one] for one in channels or self.spend_fen if one in self.spend_fen]
        none = np.zeros((1, self.unit_cost_fen.size), np.int64)
        return np.asarray(np.concatenate([none, *chosen]).sum(axis=0))


@dataclass(frozen=True)
class RunView:
    """A finished run. `brands` are the names in the order of the scenario."""

    brands: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    terms: Terms

    _brand_of: dict[str, Array] = field(default_factory=dict, init=False, repr=False, compare=False)

    def brand_of(self, table: str) -> Array:
        """Brand index of each row of a table, -1 for none."""
        if table not in self._brand_of:
            found = np.asarray(pd.Index(self.brands).get_indexer(self.tables[table]["brand"]))
            found.setflags(write=False)
            self._brand_of[table] = found
        return self._brand_of[table]

    def panel_total(self, column: str) -> Array:
        """Sum of a panel counter over the run, by brand; int64 (B,)."""
        panel = self.tables["panel"]
        total = np.zeros(len(self.brands), np.int64)
        np.add.at(total, self.brand_of("panel"), panel[column].to_numpy())
        return total

    @cached_property
    def bought(self) -> Array:
        """Which needs were met by buying; bool (N,)."""
        return np.asarray(self.tables["needs"]["status"] == "bought")

    @cached_property
    def ticks(self) -> int:
        """Length of the run."""
        panel = self.tables["panel"]
        return int(panel["tick"].max()) + 1 if len(panel) else 0

    @cached_property
    def pulled_forward(self) -> Array:
        """Which needs were bought in the run although drawn to fall due after it; bool (N,)."""
        needs = self.tables["needs"]
        later = needs["due_tick"] >= self.ticks
        return np.asarray(self.bought & later & ~needs["impulse"])

    @cached_property
    def on_impulse(self) -> Array:
        """Which needs were bought that nobody would have felt without being shown something; bool (N,)."""
        return np.asarray(self.bought & self.tables["needs"]["impulse"])

    @cached_property
    def decidable(self) -> Array:
        """Which needs fell due so early that, with all patience, they were decided in the run; bool (N,)."""
        needs = self.tables["needs"]
        names = pd.Index(self.terms.patience_ticks)
        patience = np.array(list(self.terms.patience_ticks.values()), np.int64)[names.get_indexer(needs["category"])]
        return np.asarray((needs["due_tick"] + patience < self.ticks) & ~needs["impulse"])

    @cached_property
    def gross(self) -> Accounts:
        """Who paid whom how much in the run, whenever the need was due."""
        return self._settle(self.bought)

    @cached_property
    def due(self) -> Accounts:
        """The same for needs that were due and decidable in the run: the same needs in every arm.

        What a deal pulled forward from after the end is left out: the run cannot see the sale it replaces, so
        counting it would show as gained what was mostly moved. Switches of brand among those are left out too.
        """
        return self._settle(self.bought & self.decidable)

    def sold_on(self, chosen: Array) -> Array:
        """The platform on which each of the chosen needs was paid, -1 for the offline outlet."""
        needs = self.tables["needs"]
        platform = pd.Index(self.terms.platforms).get_indexer(needs["platform"])
        return np.asarray(np.where(needs["outlet"] == "platform", platform, NOBODY)[chosen])

    def _settle(self, chosen: Array) -> Accounts:
        needs = self.tables["needs"]
        return settle(
            self.terms,
            self.brand_of("needs")[chosen],
            needs["price_fen"].to_numpy()[chosen],
            self.sold_on(chosen),
            (needs["seller"] >= 0).to_numpy()[chosen],
        )


def for_every_brand(total: Callable[[RunView], float]) -> Callable[[RunView], Array]:
    """What is no brand's own, such as the trust of a platform's users: the same number for each of them."""
    return lambda view: np.full(len(view.brands), total(view))


@dataclass(frozen=True)
class Metric:
    """One number of a run, by brand, with unit and formula.

    `compute` returns a value for each brand, shape (B,); the market total is their sum unless `total` is given.
    """

    name: str
    unit: str
    formula: str
    compute: Callable[[RunView], Array]
    total: Callable[[RunView], float] | None = None

    def rows(self, view: RunView) -> list[dict[str, object]]:
        """Tidy rows: the market total (brand "") first, then each brand."""
        values = np.asarray(self.compute(view), np.float64)
        whole = self.total(view) if self.total else float(values.sum())
        rows: list[dict[str, object]] = [{"metric": self.name, "brand": "", "value": whole, "unit": self.unit}]
        rows += [
            {"metric": self.name, "brand": brand, "value": float(value), "unit": self.unit}
            for brand, value in zip(self.brands(view), values, strict=True)
        ]
        return rows

    @staticmethod
    def brands(view: RunView) -> tuple[str, ...]:
        return view.brands
