"""What each affordance of a platform does: the same worlds with and without it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.affordances import AFFORDANCES, Mechanism
from simulator.agents.platform_parameters import AffordanceSet
from simulator.ensemble.design import Loaded, RunSpec, replication_seed
from simulator.ensemble.outcomes import metrics
from simulator.ensemble.runner import Progress, raise_failures, run_many
from simulator.ensemble.statistics import PairedDifference, paired_difference
from simulator.errors import InputError
from simulator.output.store import StoredRun
from simulator.output.study import StudyFolder
from simulator.types import MINUTES_PER_DAY, Array

ON = "on"


@dataclass(frozen=True)
class Effect:
    """What switching an affordance on did to a metric it must move."""

    affordance: str
    metric: str
    unit: str
    sign: int
    difference: PairedDifference

    @property
    def verdict(self) -> str:
        """Whether the interval lies on the declared side of zero."""
        if self.difference.n < 2:
            return "one replication"
        if not self.difference.separable:
            return "not separable"
        return "as declared" if (self.difference.mean > 0) == (self.sign > 0) else "opposite"


@dataclass(frozen=True)
class Spared:
    """How many of the people an affordance must not touch ended differently; asked where no feed connects people."""

    affordance: str
    who: str
    people: int
    differing: int


@dataclass(frozen=True)
class SwitchStudy:
    """Effects of all affordances that are on, those that are off, and what was left alone."""

    effects: tuple[Effect, ...]
    spared: tuple[Spared, ...]
    off: tuple[str, ...]


def study_switches(
    loaded: Loaded,
    *,
    out: Path,
    replications: int,
    seed: int,
    jobs: int | None = None,
    reuse: bool = True,
    progress: Progress | None = None,
    scheduler: str = "",
) -> SwitchStudy:
    """Switch each mechanism of the scenario's platform off in turn, on the same people, needs and luck.

    Raises
    ------
    InputError
        If no mechanism is on.
    StudyError
        If runs failed.
    """
    platform: Any = AffordanceSet.model_validate(loaded.resolved["platforms"][0]["affordances"])
    mechanisms = [name for name, kind in AFFORDANCES.items() if issubclass(kind, Mechanism)]
    active = [name for name in mechanisms if platform.active(name)]
    if not active:
        raise InputError(f"no mechanism of {loaded.resolved['name']} is on; there is nothing to switch")
    arms = {ON: loaded.resolved} | {name: _without(loaded.resolved, name) for name in active}
    seeds = [replication_seed(seed, r) for r in range(replications)]
    specs = [
        RunSpec(arm, "campaign", r, seeds[r], resolved, loaded.files, loaded.paths)
        for r in range(replications)
        for arm, resolved in arms.items()
    ]
    folder = StudyFolder(out)
    folder.write_dictionary(metrics())
    store = folder.runs
    records = run_many(specs, store, jobs=jobs, reuse=reuse, progress=progress, scheduler=scheduler)
    raise_failures(records)
    runs = {(one.arm, one.replication): store.read(one.address) for one in records}
    effects = [effect for name in active for effect in _effects(name, runs, replications, seed)]
    connected = platform.active("feed")
    spared = [_spared(name, runs, replications, loaded.resolved) for name in active if _spares(name) and not connected]
    return SwitchStudy(tuple(effects), tuple(spared), tuple(n for n in mechanisms if n not in active))


def _without(resolved: Mapping[str, Any], name: str) -> dict[str, Any]:
    changed = copy.deepcopy(dict(resolved))
    changed["platforms"][0]["affordances"][name]["enabled"] = False
    return changed


def _effects(name: str, runs: Mapping[tuple[str, int], StoredRun], replications: int, seed: int) -> list[Effect]:
    kind = AFFORDANCES[name]
    moves = kind.moves if issubclass(kind, Mechanism) else {}
    found = []
    for metric, sign in moves.items():
        on, off = (_values(runs, arm, metric, replications) for arm in (ON, name))
        unit = str(_row(runs[ON, 0].table("outcomes"), metric)["unit"])
        found.append(Effect(name, metric, unit, sign, paired_difference(on, off, seed)))
    return found


def _values(runs: Mapping[tuple[str, int], StoredRun], arm: str, metric: str, replications: int) -> Any:
    return np.array([_row(runs[arm, r].table("outcomes"), metric)["value"] for r in range(replications)], np.float64)


def _row(outcomes: pd.DataFrame, metric: str) -> pd.Series:
    return outcomes[(outcomes["metric"] == metric) & (outcomes["brand"] == "")].iloc[0]


def _spares(name: str) -> str:
    kind = AFFORDANCES[name]
    return kind.spares if issubclass(kind, Mechanism) else ""


def _spared(
    name: str, runs: Mapping[tuple[str, int], StoredRun], replications: int, resolved: Mapping[str, Any]
) -> Spared:
    people = differing = 0
    for r in range(replications):
        both = (runs[ON, r], runs[name, r])
        touched = np.union1d(*(_touched(_spares(name), run.table("needs"), resolved) for run in both))
        on, off = (run.table("users").set_index("user").drop(touched, errors="ignore") for run in both)
        people += len(on)
        differing += int((on != off).any(axis=1).sum())
    return Spared(name, _spares(name), people, differing)


def _touched(who: str, needs: pd.DataFrame, resolved: Mapping[str, Any]) -> Array:
    """Users whom an affordance may touch: those in the market at any time of the run, or who tried to pay."""
    if who == "not paying":
        return np.asarray(needs.loc[needs["attempts"] > 0, "user"].unique())
    market = resolved["market"]
    ticks_per_day = MINUTES_PER_DAY // market["tick_minutes"]
    window = {name: block["search_window_days"] for name, block in resolved["categories"].items()}
    last = (market["days"] + needs["category"].map(window).astype(float)) * ticks_per_day
    near = (needs["due_tick"] <= last) | needs["brought_forward"]
    return np.asarray(needs.loc[near, "user"].unique())
