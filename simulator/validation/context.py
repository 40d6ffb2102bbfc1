"""What a pattern measures on: the replications of its experiments, the raw data, and results already computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd

from simulator.ensemble.design import replication_seed
from simulator.output.store import StoredRun
from simulator.types import MINUTES_PER_DAY, Array
from simulator.validation.experiments import Effort, Experiment
from simulator.validation.pattern import NotRunError

T = TypeVar("T")


class Run(Protocol):
    """One finished run as patterns see it."""

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario."""
        ...

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables; `NotRunError` if it has none of this name."""
        ...


MISSING = {
    "ordinary_posts": "this scenario follows no ordinary posts",
    "ordinary_dose": "this scenario follows no ordinary posts, so it counts no exposures to them",
    "originals": "this scenario counts no ordinary posts by user",
}


@dataclass(frozen=True)
class FinishedRun:
    """A stored run."""

    stored: StoredRun

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario."""
        return dict(self.stored.manifest.scenario["scenario"])

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables; `NotRunError` if it has none of this name."""
        if name not in self.stored.manifest.tables:
            raise NotRunError(MISSING.get(name, f"the run has no table {name!r}"))
        return self.stored.table(name)


def days(run: Run) -> int:
    """Length of a run."""
    return int(run.scenario["market"]["days"])


def ticks_per_day(run: Run) -> int:
    """Ticks in a day of a run."""
    return int(MINUTES_PER_DAY // run.scenario["market"]["tick_minutes"])


@dataclass
class Context:
    """The runs of all experiments, at one number of users.

    Attributes
    ----------
    effort, seed : of the study.
    cascade_users : users of the runs whose cascades are looked at.
    finished : replications by label of the experiment.
    missing : why an experiment was not run, by label.
    data : folder of the raw data, if it was given.
    """

    effort: Effort
    seed: int
    cascade_users: int
    finished: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    data: Path | None = None
    _memo: dict[Any, Any] = field(default_factory=dict)

    def runs(self, experiment: Experiment) -> Sequence[Run]:
        """The replications of an experiment; `NotRunError` if it was not run."""
        if experiment.label not in self.finished:
            raise NotRunError(self.missing.get(experiment.label, f"{experiment.label} was not run"))
        return self.finished[experiment.label]

    def each(self, experiment: Experiment, measure: Callable[[Run], T]) -> list[T]:
        """A measure of every replication, taken once."""
        key = (experiment.label, measure)
        if key not in self._memo:
            self._memo[key] = [measure(run) for run in self.runs(experiment)]
        found: list[T] = self._memo[key]
        return found

    def values(self, experiment: Experiment, measure: Callable[[Run], float]) -> Array:
        """A number of every replication; shape (R,)."""
        return np.array(self.each(experiment, measure), np.float64)

    def once(self, name: Any, make: Callable[[], T]) -> T:
        """Something that several parts need, made once."""
        if name not in self._memo:
            self._memo[name] = make()
        found: T = self._memo[name]
        return found

    def file(self, name: str) -> Path:
        """A file of the raw data; `NotRunError` without it."""
        if self.data is None:
            raise NotRunError("needs the raw data: --data DIR")
        if not (self.data / name).is_file():
            raise NotRunError(f"the folder of raw data has no {name}")
        return self.data / name

    def seeds(self) -> list[int]:
        """The seeds of the replications on cascades, for what is made without a run."""
        return [replication_seed(self.seed, r) for r in range(self.effort.cascade_replications)]
