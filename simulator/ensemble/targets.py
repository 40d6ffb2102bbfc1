"""What a model is fitted to and judged by: a number measured on runs, and the band it should lie in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simulator.ensemble import outcomes
from simulator.ensemble.study_schema import Band, Outcome, setting, wrong
from simulator.errors import Problem
from simulator.parameters import Parameters
from simulator.types import Array

Tables = Mapping[str, pd.DataFrame]
"""The tables of one run by name."""

UNMEASURABLE = (KeyError, ValueError, ZeroDivisionError)
"""What a measure may raise where runs hold nothing to measure, such as no cascade at all."""


class Target(Protocol):
    """A regularity that runs are held against.

    Attributes
    ----------
    name : str
    band : (low, high), both inclusive; one end may be infinite.
    weight : of its distance in the loss, above 0.
    roles : the roles of the runs that `measure` is given, per replication and in this order.
    """

    @property
    def name(self) -> str: ...
    @property
    def band(self) -> tuple[float, float]: ...
    @property
    def weight(self) -> float: ...
    @property
    def roles(self) -> tuple[str, ...]: ...

    def measure(self, runs: Sequence[Tables]) -> float:
        """The number that these runs give together; nan if they hold nothing to measure."""
        ...


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
    weight: float = 1.0

    @property
    def name(self) -> str:
        """The outcome's label."""
        return self.outcome.label

    @property
    def roles(self) -> tuple[str, ...]:
        """With campaigns, and for an effect without."""
        return self.outcome.roles

    def measure(self, runs: Sequence[Tables]) -> float:
        """The outcome's mean over replications."""
        values = [level(tables, self.outcome) for tables in runs]
        if len(self.roles) == 2:
            values = [a - b for a, b in zip(values[::2], values[1::2], strict=True)]
        return float(np.mean(values)) if values else math.nan


def level(tables: Tables, outcome: Outcome) -> float:
    """An outcome of one run; nan if the run does not know it."""
    table = tables["outcomes"]
    found = table["value"][(table["metric"] == outcome.metric) & (table["brand"] == outcome.brand)]
    return float(found.iloc[0]) if len(found) else math.nan


@dataclass(frozen=True)
class Measured:
    """A target measured on some runs.

    Attributes
    ----------
    value : over all replications; nan where it cannot be measured.
    error : its standard error by the jackknife over replications (Quenouille 1956); nan for one replication.
    """

    value: float
    error: float


def measured(target: Target, runs: Sequence[Tables]) -> Measured:
    """A target's measure and its error.

    Parameters
    ----------
    runs : all roles of the first replication, then of the second, and so on.
    """
    width = len(target.roles)
    n = len(runs) // width
    if n == 0:
        return Measured(math.nan, math.nan)
    value = _measure(target, runs)
    if n == 1:
        return Measured(value, math.nan)
    left_out = np.array([_measure(target, [*runs[: width * i], *runs[width * (i + 1) :]]) for i in range(n)])
    return Measured(value, float(np.sqrt((n - 1) * np.mean((left_out - left_out.mean()) ** 2))))


def _measure(target: Target, runs: Sequence[Tables]) -> float:
    try:
        value = float(target.measure(runs))
    except UNMEASURABLE:
        return math.nan
    return value if math.isfinite(value) else math.nan


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
    from simulator.errors import nearest

    known = [*metrics, outcomes.HEADLINE, outcomes.RIVALS]
    if outcome.metric in known:
        return None
    return wrong("metric", f"there is no metric {outcome.metric!r}", ", ".join(known), nearest(outcome.metric, known))
