"""What a worker does for the app: one run, told while it goes on, and of its tables only what a screen needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.ensemble.design import RunSpec
from simulator.metrics import METRICS
from simulator.metrics.view import RunView
from simulator.types import Array

if TYPE_CHECKING:
    import pandas as pd

    from simulator.model.market import CommerceModel

CURVES: dict[str, tuple[str, ...]] = {
    "bought": ("orders_platform", "orders_offline", "leaked"),
    "reserved": ("reservations",),
    "aware": ("newly_aware",),
    "muted": ("mutes",),
}
"""What a live curve adds up, by name: counters of the panel."""

TELL_SECONDS = 0.08
"""Time between two reports of a run."""

FATES = ("need_key", "brand", "outlet", "status", "paid_tick", "price_fen")
"""Columns of the ledger that tell what a campaign did to a need."""


class StoppedError(Exception):
    """The run was called off."""


@dataclass(frozen=True)
class Wants:
    """What a screen needs of a run.

    Attributes
    ----------
    curve : a name of `CURVES`.
    metrics : names of outcomes.
    ledger : whether the needs are to be compared one by one, and what naive methods would say.
    """

    curve: str
    metrics: tuple[str, ...]
    ledger: bool = False


@dataclass(frozen=True)
class RunFacts:
    """What a screen shows of one run.

    Attributes
    ----------
    outcomes : metric, brand ("" for the market), value, unit.
    curve : cumulated, by tick, of the brands in question; int64.
    stages : people who got so far, summed over the brands in question.
    sources : orders of the brands in question, at any outlet, by what first made the buyer aware of the brand.
    pulled_forward : of these orders, those whose need was due after the end.
    leaked : of these orders, those begun on the platform and finished at the offline outlet.
    ledger : the columns `FATES` of every need, if asked for.
    naive : orders that methods which see one world credit the campaigns with, if asked for.
    seconds : of the run.
    """

    outcomes: tuple[tuple[str, str, float, str], ...]
    curve: Array
    stages: Mapping[str, int]
    sources: Mapping[str, int]
    pulled_forward: int
    leaked: int
    ledger: pd.DataFrame | None = None
    naive: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def brands_in_question(resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """The brands with a campaign; all where none has one."""
    brands = resolved["brands"]
    campaigning = tuple(str(one["name"]) for one in brands if one.get("campaign") is not None)
    return campaigning or tuple(str(one["name"]) for one in brands)


def make(spec: RunSpec, wants: Wants, tell: Callable[[int, int, list[int]], None], stopped: Callable[[], bool]) -> Any:
    """Make a run.

    Parameters
    ----------
    tell : called with ticks done, ticks in all, and the curve's values of the ticks since the last call.
    stopped : whether the run has been called off; asked after every tick.

    Raises
    ------
    StoppedError
        If it has.
    """
    from simulator.ensemble.worker import MODEL, make_scenario
    from simulator.model.market import CommerceModel

    began = time.perf_counter()
    model = CommerceModel(make_scenario(spec, MODEL), rng=spec.seed, role=spec.role)
    model.collects = False
    curve = _Curve(model, wants.curve, brands_in_question(spec.resolved))
    told = began
    for tick in range(model.ticks):
        model.step()
        if stopped():
            raise StoppedError
        now = time.perf_counter()
        if now - told >= TELL_SECONDS:
            tell(tick + 1, model.ticks, curve.news())
            told = now
    tell(model.ticks, model.ticks, curve.news())
    return _facts(model, spec, wants, curve, began)


class _Curve:
    """A curve as it grows."""

    def __init__(self, model: CommerceModel, name: str, brands: tuple[str, ...]):
        from simulator.kernels.state import COUNTERS

        self._model = model
        self._counters = [COUNTERS.index(counter) for counter in CURVES[name]]
        self._brands = [i for i, brand in enumerate(model.brands) if brand.name in brands]
        self.values: list[int] = []

    def news(self) -> list[int]:
        """The values of the ticks since the last call."""
        known, total = len(self.values), self.values[-1] if self.values else 0
        for counters in self._model.panel[known:]:
            total += int(counters[:, self._brands][:, :, self._counters].sum())
            self.values.append(total)
        return self.values[known:]


class _Tables(Mapping[str, "pd.DataFrame"]):
    """The tables of a run, each made when it is first asked for."""

    def __init__(self, model: CommerceModel):
        self._model = model
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        from simulator.model.tables import tables_of

        if name not in self._made:
            self._made[name] = tables_of(self._model, (name,))[name]
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


class _View(RunView):
    """A view that knows the length of its run without a table."""

    def __init__(self, model: CommerceModel, tables: Mapping[str, pd.DataFrame]):
        from simulator.model.tables import terms

        super().__init__(tuple(brand.name for brand in model.brands), tables, terms(model))
        self.__dict__["ticks"] = len(model.panel)  # a cached property


def _facts(model: CommerceModel, spec: RunSpec, wants: Wants, curve: _Curve, began: float) -> RunFacts:
    tables = _Tables(model)
    view = _View(model, tables)
    outcomes = [row for name in wants.metrics for row in METRICS[name].rows(view)]
    brands = brands_in_question(spec.resolved)
    funnel, needs = tables["funnel"], tables["needs"]
    own = funnel[funnel["brand"].isin(brands)]
    bought = (needs["status"] == "bought").to_numpy() & needs["brand"].isin(brands).to_numpy()
    return RunFacts(
        outcomes=tuple((str(r["metric"]), str(r["brand"]), float(str(r["value"])), str(r["unit"])) for r in outcomes),
        curve=np.array(curve.values, np.int64),
        stages={str(stage): int(people) for stage, people in own.groupby("stage", sort=False)["people"].sum().items()},
        sources={str(source): int(count) for source, count in needs["source"][bought].value_counts().items()},
        pulled_forward=int((view.pulled_forward & bought).sum()),
        leaked=int(((needs["outlet"] == "leaked").to_numpy() & bought).sum()),
        ledger=_ledger(needs) if wants.ledger else None,
        naive=_naive(tables, spec) if wants.ledger and spec.role == "campaign" else {},
        seconds=time.perf_counter() - began,
    )


def _ledger(needs: pd.DataFrame) -> pd.DataFrame:
    """What `attribution.fates` compares, words as categories: it travels between processes."""
    return needs[list(FATES)].astype(dict.fromkeys(("brand", "outlet", "status"), "category"))


def _naive(tables: Mapping[str, pd.DataFrame], spec: RunSpec) -> dict[str, float]:
    from simulator.ensemble.attribution import campaigns, naive

    found: dict[str, float] = {}
    for brand, plan in campaigns(spec.resolved).items():
        for method, orders in naive(tables, brand, plan).items():
            found[method] = found.get(method, 0.0) + orders
    return found


def prepare(specs: tuple[RunSpec, ...], tell: Callable[..., None], stopped: Callable[[], bool]) -> None:
    """Build the worlds of some runs, so that they are at hand when the runs are asked for.

    Raises
    ------
    StoppedError
        If it is called off.
    """
    from simulator.ensemble.worker import MODEL, make_scenario
    from simulator.model.world import graph_of, population_of

    for spec in specs:
        scenario = make_scenario(spec, MODEL)
        population = population_of(scenario, spec.seed)
        for platform in scenario.platforms:
            if platform.affordances.active("graph"):
                graph_of(scenario, platform.affordances.graph.layer, spec.seed, population)
            if stopped():
                raise StoppedError
