"""What peer sellers earn, period by period, and who takes the role up or gives it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.kernels import decisions, rng, sellers
from simulator.kernels.money import share_of
from simulator.kernels.sellers import EntryParams
from simulator.model.labels import labels
from simulator.network.procedural import ProceduralGraph
from simulator.types import FEN_PER_YUAN, Array, Outlet, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform
    from simulator.model.engine import Engine
    from simulator.model.state import PlatformState, RunState


LEAST_COMMISSION = 0.001
"""So that a bonus beside no commission has a weight, too."""


def entry_params(affordances: Any) -> EntryParams:
    """Numbers of the affordance seller_entry in fen."""
    entry = affordances.seller_entry
    strength = entry.strength if affordances.active("seller_entry") else 0.0
    return EntryParams(
        response=entry.response * strength / FEN_PER_YUAN,
        cost=entry.cost_yuan * FEN_PER_YUAN,
        entry=entry.entry_yuan * FEN_PER_YUAN,
        heard=entry.heard,
        sceptical=entry.sceptical,
    )


def offer_weights(platform: PlatformState, agent: Platform, day: int, brands: Sequence[Brand]) -> Array:
    """Weights by which sellers choose what to post, float64 (B,): (1 + bonus / commission)**eagerness."""
    terms = platform.affordances.peer_sellers
    bonus = np.array([brand.offered_bonus(day, agent) for brand in brands])
    gain = (terms.commission + bonus + LEAST_COMMISSION) / (terms.commission + LEAST_COMMISSION)
    return np.asarray(np.where(bonus > 0.0, gain**terms.eagerness, 1.0))


class SellerBooks:
    """The books of the peer sellers of one platform: a row a period.

    A period ends before the posts of a day are planned; the first row stands for the start.
    """

    def __init__(self, platform: PlatformState):
        self.platform = platform
        self.open = platform.affordances.active("peer_sellers") and platform.affordances.peer_sellers.strength > 0.0
        self.every = int(platform.affordances.seller_entry.every_days)
        self.rows: list[tuple[int, int, int, int, int]] = []
        """Day, sellers after the decisions, entered, left, income in fen."""
        self._bonuses: dict[int, int] = {}
        """Fen by seller's key in this period."""

    def begin_day(self, day: int, tick: int, per_day: int, state: RunState, engine: Engine) -> None:
        """Close the period that ends with the day before, if one does."""
        if not self.open or day % self.every:
            return
        role = state.columns["role"]
        if day == 0:
            self.rows.append((day, int(np.count_nonzero(role == Role.SELLER)), 0, 0, 0))
            return
        own = self.incomes(state, tick - self.every * per_day, tick)
        entered = left = 0
        if self.platform.entry.response > 0.0:
            entered, left = self._change_roles(state, engine, own, day // self.every)
        self.rows.append((day, int(np.count_nonzero(role == Role.SELLER)), entered, left, int(own.sum())))

    def incomes(self, state: RunState, first: int, last: int) -> Array:
        """Commissions in fen on orders paid in ticks first..last, the last excluded, by row; int64 (n,)."""
        needs, by_key = state.needs.table, np.zeros(state.n, np.int64)
        mine = (needs.outlet == Outlet.PLATFORM) & (needs.platform == self.platform.index) & (needs.seller >= 0)
        mine &= (needs.paid >= first) & (needs.paid < last)
        fen = share_of(needs.price[mine], self.platform.affordances.peer_sellers.commission)
        np.add.at(by_key, needs.seller[mine], fen)
        by_key[list(self._bonuses)] += np.array(list(self._bonuses.values()), np.int64)
        self._bonuses.clear()
        return by_key[state.key]

    def pay_bonuses(
        self, day: int, tick: int, per_day: int, state: RunState, brands: Sequence[Brand], agent: Platform
    ) -> None:
        """Let brands pay for the orders of the day that ends before `tick` which sellers served, by tick, then need."""
        if not self.open:
            return
        needs = state.needs.table
        served = (needs.outlet == Outlet.PLATFORM) & (needs.platform == self.platform.index) & (needs.seller >= 0)
        served &= (needs.paid >= tick - per_day) & (needs.paid < tick)
        at = np.flatnonzero(served)
        at = at[np.lexsort((needs.key[at], needs.paid[at]))]
        for brand in brands:
            own = at[needs.brand[at] == brand.index]
            fen = brand.pay_bonuses(day, needs.price[own], agent)
            for seller, earned in zip(needs.seller[own].tolist(), fen.tolist(), strict=True):
                self._bonuses[seller] = self._bonuses.get(seller, 0) + earned

    def _change_roles(self, state: RunState, engine: Engine, own: Array, period: int) -> tuple[int, int]:
        role = state.columns["role"]
        total, count = np.zeros(state.n, np.int64), np.zeros(state.n, np.int64)
        self._tell(np.flatnonzero(role == Role.SELLER), own, total, count)
        wish = engine.choose_roles(state, self.platform.index, own, total, count, period)
        leave, enter = np.flatnonzero(wish == sellers.LEAVES), np.flatnonzero(wish == sellers.ENTERS)
        role[leave] = Role.ORDINARY
        room = int(self.platform.affordances.seller_entry.most * state.n) - int(np.count_nonzero(role == Role.SELLER))
        enter = _first(enter, max(room, 0), state)
        role[enter] = Role.SELLER
        return enter.size, leave.size

    def _tell(self, rows: Array, own: Array, total: Array, count: Array) -> None:
        graph: Any = self.platform.graph
        if not isinstance(graph, ProceduralGraph):
            sellers.tell_incomes(graph.offsets, graph.targets, rows, own[rows], total, count)
            return
        for row in rows.tolist():
            followers = graph.followers(row)
            total[followers] += own[row]
            count[followers] += 1


def _first(rows: Array, room: int, state: RunState) -> Array:
    """At most `room` of the rows, by keyed lot."""
    if rows.size <= room:
        return rows
    lot = np.empty(rows.size)
    rng.fill_uniform(rng.stream(state.seed, decisions.SELLER_LOT), state.key[rows], lot)
    return rows[np.lexsort((state.key[rows], lot))[:room]]


def sellers_table(books: list[SellerBooks], platforms: list[str]) -> pd.DataFrame:
    """One row a platform with peer sellers and period; the first is the start."""
    rows = [(book.platform.index, *row) for book in books for row in book.rows]
    column = np.array(rows, np.int64).reshape(-1, 6).T
    return pd.DataFrame(
        {
            "platform": labels(column[0], platforms),
            "day": column[1].astype(np.int32),
            "sellers": column[2],
            "entered": column[3],
            "left": column[4],
            "income_fen": column[5],
        }
    )
