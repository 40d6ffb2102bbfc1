"""What a model is fitted to and judged by: a number measured on runs, and the band it should lie in."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simulator.ensemble import outcomes
from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Runs
from simulator.ensemble.statistics import mean_interval
from simulator.ensemble.study_schema import Band, Outcome, setting, wrong
from simulator.ensemble.worker import ModelEntry
from simulator.errors import Problem, nearest
from simulator.parameters import Parameters
from simulator.types import Array

Tables = Mapping[str, pd.DataFrame]
"""The tables of one run by name."""


@dataclass(frozen=True, eq=False)
class Source:
    """Runs that targets are measured on.

    Attributes
    ----------
    name : unique in a study; its arm at a point is called ``<name> <point>``.
    roles : of the runs.
    model : makes them; the study's own if None.
    arm : label of the point and values of the parameters -> the arm.
    """

    name: str
    roles: tuple[str, ...]
    arm: Callable[[str, Mapping[str, float]], Arm]
    model: ModelEntry | None = None


class Target(Protocol):
    """A number that runs give, and the band it should lie in.

    Attributes
    ----------
    name : str
    band : (low, high), both inclusive; one end may be infinite.
    sources : the runs it needs.
    """

    @property
    def name(self) -> str: ...
    @property
    def band(self) -> tuple[float, float]: ...
    @property
    def sources(self) -> Sequence[Source]: ...

    def measured(self, point: str, runs: Runs, replications: Sequence[int]) -> Measured:
        """The number that the runs at a point give together."""
        ...


@dataclass(frozen=True)
class Measured:
    """A target measured on some runs.

    Attributes
    ----------
    value : over all replications; nan where it cannot be measured.
    error : its standard error; nan for one replication.
    """

    value: float
    error: float


class TargetSpec(Parameters):
    """A target as a study file names it: a pattern, or an outcome with a band of its own."""

    pattern: str = setting("", doc="name of a pattern; its band is its own")
    metric: str = setting("", doc="name of a metric, instead of a pattern")
    kind: str = setting("level", doc="of a metric: level or effect")
    brand: str = setting("", doc="of a metric: a brand; empty for the whole market")
    band: Band | None = setting(None, doc="of a metric: [low, high]")
    weight: float = setting(1.0, doc="of its distance from the band in the loss", low=1e-6, high=1e6)
    scenario: str = setting("", doc="which of the study's scenarios it is measured on; the first if empty")

    def findings(self) -> Any:
        """What is wrong with the block."""
        if bool(self.pattern) == bool(self.metric):
            yield wrong("", "names neither or both of a pattern and a metric", "one of the two")
        if self.metric and self.band is None:
            yield wrong("", "a metric needs a band", "band: [low, high]")
        if self.pattern and self.band is not None:
            yield wrong("band", "the band of a pattern is its own", "no band, or a metric")
        if self.band is not None and not (len(self.band) == 2 and self.band[0] < self.band[1]):
            yield wrong("band", "is no band", "[low, high] with low below high")
        if self.kind not in ("level", "effect"):
            yield wrong("kind", f"unknown kind {self.kind!r}", "level, effect")


@dataclass(frozen=True)
class OutcomeTarget:
    """The mean of an outcome over replications."""

    outcome: Outcome
    band: tuple[float, float]
    source: Source
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.outcome.label)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The scenario's runs, with campaigns and for an effect without."""
        return (dataclasses.replace(self.source, roles=self.outcome.roles),)

    def measured(self, point: str, runs: Runs, replications: Sequence[int]) -> Measured:
        """The outcome's mean and its standard error."""
        roles = self.outcome.roles
        tables = runs.tables(f"{self.source.name} {point}", roles, replications)
        values = [level(one, self.outcome) for one in tables]
        if len(roles) == 2:
            values = [a - b for a, b in zip(values[::2], values[1::2], strict=True)]
        return mean_of(np.array(values))


def mean_of(values: Array) -> Measured:
    """The mean of the values that are known, and its standard error."""
    own = mean_interval(values)
    return Measured(own.mean, own.sd / math.sqrt(own.n) if own.n > 1 else math.nan)


def level(tables: Tables, outcome: Outcome) -> float:
    """An outcome of one run; nan if the run does not know it."""
    table = tables["outcomes"]
    found = table["value"][(table["metric"] == outcome.metric) & (table["brand"] == outcome.brand)]
    return float(found.iloc[0]) if len(found) else math.nan


def distance(value: Array | float, band: tuple[float, float]) -> Any:
    """How far values lie outside a band, in half-widths of the band (in units if an end is infinite); 0 inside."""
    low, high = band
    half = (high - low) / 2 if math.isfinite(high - low) else 1.0
    return np.maximum(0.0, np.maximum(low - np.asarray(value), np.asarray(value) - high)) / half


def inside(value: float, band: tuple[float, float]) -> bool:
    """Whether a value lies in a band; nan does not."""
    return band[0] <= value <= band[1]


def known_metric(outcome: Outcome | TargetSpec, metrics: Sequence[str]) -> Problem | None:
    """What is wrong with the metric that is named, if anything."""
    known = [*metrics, outcomes.HEADLINE, outcomes.RIVALS]
    if outcome.metric in known:
        return None
    return wrong("metric", f"there is no metric {outcome.metric!r}", ", ".join(known), nearest(outcome.metric, known))
