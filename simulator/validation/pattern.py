"""What a pattern declares: numbers with bands, how each is measured, and what it would mean to miss it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.types import Array
from simulator.validation.experiments import Experiment

if TYPE_CHECKING:
    from simulator.validation.context import Context

Kind = Literal["input", "fitted", "judged"]
"""`input` echoes a coded parameter (verification); `fitted` may be used for calibration; only `judged` counts."""

Status = Literal["pass", "inconclusive", "fail", "not run"]


class NotRunError(Exception):
    """A part cannot be measured here; the message says what is missing."""


@dataclass(frozen=True)
class Band:
    """Observed values from `low` to `high`, both included; an infinite end is open."""

    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not self.low <= self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ValueError(f"{self.low} to {self.high} is no band")

    def status(self, low: float, high: float) -> Status:
        """What the interval from `low` to `high` of a simulated mean says; an unknown interval says nothing."""
        if math.isnan(low) or math.isnan(high):
            return "inconclusive"
        if low >= self.low and high <= self.high:
            return "pass"
        return "fail" if low > self.high or high < self.low else "inconclusive"

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"<= {self.high:.3g}"
        if math.isinf(self.high):
            return f">= {self.low:.3g}"
        return f"{self.low:.3g}" if self.low == self.high else f"{self.low:.3g} to {self.high:.3g}"


@dataclass(frozen=True)
class Part:
    """One number of a pattern.

    Attributes
    ----------
    id : the pattern's id, and a letter if it has several parts.
    title : what is measured.
    kind : see `Kind`.
    band : of the observed value.
    unit : of the value.
    measure : gives a value for every replication, nan where one does not show it; shape (R,). It raises
        `NotRunError` where a run or feature it needs is missing.
    diagnosis : why it fails, if it does: which mechanism, what would mend it, why that is not done.
    note : says more about a result, such as a reference value; may be absent.
    experiments : the runs this part needs beyond those of its pattern.
    """

    id: str
    title: str
    kind: Kind
    band: Band
    unit: str
    measure: Callable[[Context], Array]
    diagnosis: str = ""
    note: Callable[[Context], str] | None = None
    experiments: tuple[Experiment, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """An observed regularity.

    Attributes
    ----------
    name : id, as it stands in the list of patterns.
    title : in a few words.
    mechanism : what it tests.
    falsified_if : what would speak against the mechanism.
    source : where it was observed.
    parts : at least one.
    experiments : the runs it needs.
    data : whether it needs the folder of raw data.
    cascades : whether it needs many users; its convergence with size is then told.
    """

    name: str
    title: str
    mechanism: str
    falsified_if: str
    source: str
    parts: tuple[Part, ...]
    experiments: tuple[Experiment, ...] = ()
    data: bool = False
    cascades: bool = False

    def needs(self, parts: tuple[Part, ...]) -> tuple[Experiment, ...]:
        """The experiments that some of its parts need."""
        return (*self.experiments, *(one for part in parts for one in part.experiments))
