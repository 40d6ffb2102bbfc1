"""A run in which brands try out their own messages: some people, places or days are left out of them.

Each brand with a campaign draws its own groups, by key. Who is left out sees none of the brand's ads and paid or own
posts; prices and deals are for all, and what others say reaches them: so a trial measures messages, and others' talk
blurs it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble.trials import DAYS, NOBODY, REGIONS, USERS
from simulator.errors import InputError
from simulator.kernels import decisions, rng
from simulator.kernels.state import WITHHELD
from simulator.model.market import CommerceModel
from simulator.model.run import RunOutput, peak_bytes
from simulator.model.tables import tables_of
from simulator.network.csr import CSRGraph
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY, Array

TABLES = ("needs",)


@dataclass(frozen=True)
class Trial:
    """A scenario and what is drawn in it."""

    scenario: Scenario
    design: str

    @classmethod
    def model_validate_json(cls, text: str) -> Trial:
        """From the JSON that a run specification holds."""
        given = json.loads(text)
        return cls(Scenario.model_validate_json(json.dumps(given["scenario"])), given["design"])


def simulate(
    trial: Trial,
    seed: int,
    *,
    role: str = "campaign",
    engine: str = "kernels",
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> RunOutput:
    """Run a trial to its end; its tables are the ledger and who was in which group."""
    begin = time.perf_counter()
    model = CommerceModel(trial.scenario, rng=seed, role=role, engine=engine, threads=threads)
    model.collects = False
    marks = model.state.columns["marks"]
    treated = {brand.index: _treated(model, trial.design, brand.key) for brand in model.brands if brand.campaign}
    for brand, own in treated.items():
        if trial.design != DAYS:
            marks[~own, brand] |= WITHHELD
    built = time.perf_counter()
    per_day = MINUTES_PER_DAY // trial.scenario.market.tick_minutes
    for tick in range(model.ticks):
        if trial.design == DAYS and tick % per_day == 0:
            for brand, own in treated.items():
                _set(marks[:, brand], bool(own[tick // per_day]))
        model.step()
        if progress is not None:
            progress(tick + 1, model.ticks)
    stepped = time.perf_counter()
    tables = tables_of(model, TABLES) | {"groups": _groups(model, trial.design, treated)}
    done = time.perf_counter()
    memory = {"peak_bytes": peak_bytes(), "deliveries": model.deliveries}
    return RunOutput(tables, {"build": built - begin, "ticks": stepped - built, "tables": done - stepped}, memory)


def _set(marks: Array, treated: bool) -> None:
    """Open or close a brand's messages for all."""
    marks[:] = marks & ~WITHHELD if treated else marks | WITHHELD


def _treated(model: CommerceModel, design: str, brand_key: int) -> Array:
    """Who is treated: bool by row, or by day."""
    n = model.state.n
    if design == NOBODY:
        return np.zeros(n, bool)
    if design == DAYS:
        return _drawn(model, brand_key, np.arange(model.scenario.market.days))
    if design == USERS:
        return _drawn(model, brand_key, np.asarray(model.state.key))
    if design == REGIONS:
        regions = model.state.columns["region"].astype(np.int64)
        return _drawn(model, brand_key, np.arange(regions.max() + 1))[regions]
    graphs = [platform.graph for platform in model.state.platforms if isinstance(platform.graph, CSRGraph)]
    if not graphs:
        raise InputError(f"{model.scenario.name} has no stored graph that could be cut into clusters")
    graph = graphs[0]
    return _drawn(model, brand_key, clusters(graph, _luck(model, 0, np.asarray(model.state.key))))


def _drawn(model: CommerceModel, brand_key: int, units: Array) -> Array:
    """Half of some units, each by its own keyed coin."""
    return _luck(model, brand_key, units) < 0.5


def _luck(model: CommerceModel, brand_key: int, units: Array) -> Array:
    prefix = np.uint64(rng.absorb(rng.stream(model.seed, decisions.TRIAL_GROUP), brand_key))
    luck = np.empty(units.size)
    rng.fill_uniform(prefix, np.ascontiguousarray(units, np.uint32), luck)
    return luck


def clusters(graph: CSRGraph, order: Array) -> Array:
    """Cut a graph into balls of radius one (the 3-net of Ugander, Karrer, Backstrom & Kleinberg 2013): int64[n].

    Rows are taken in the order given; one that is not in a cluster yet founds one with all its followers and followees
    that are in none.

    Parameters
    ----------
    order : float64[n], smallest first.
    """
    back = graph.reverse()
    own = np.full(graph.n, -1, np.int64)
    founded = 0
    for row in np.argsort(order, kind="stable"):
        if own[row] >= 0:
            continue
        own[row] = founded
        for one in (graph, back):
            near = one.targets[one.offsets[row] : one.offsets[row + 1]]
            own[near[own[near] < 0]] = founded
        founded += 1
    return own


def _groups(model: CommerceModel, design: str, treated: Mapping[int, Array]) -> pd.DataFrame:
    """Which unit was treated, by brand: users by key, or days."""
    by_day = design == DAYS
    units = np.arange(model.scenario.market.days) if by_day else np.asarray(model.state.key)
    frames = [
        pd.DataFrame({"brand": brand.name, "unit": units.astype(np.int64), "treated": treated[brand.index]})
        for brand in model.brands
        if brand.index in treated
    ]
    return pd.concat(frames, ignore_index=True)
