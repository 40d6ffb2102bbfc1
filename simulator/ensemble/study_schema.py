"""What a study file may say: blocks that all kinds of studies share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Strict

from simulator.errors import InputError, Problem
from simulator.parameters import Parameters, parameter

Scale = Literal["linear", "log"]
Kind = Literal["level", "effect"]
Texts = Annotated[tuple[str, ...], Strict(False)]
Values = Annotated[tuple[float | str | bool, ...], Strict(False)]
Band = Annotated[tuple[float, ...], Strict(False)]

LARGEST_SEED = 2**63 - 1
MOST_REPLICATIONS = 100_000


def setting(
    default: Any = ..., *, doc: str, unit: str = "-", low: float | None = None, high: float | None = None
) -> Any:
    """Declare a setting of a study: how something is asked, no claim about the world."""
    return parameter(default, doc=doc, unit=unit, low=low, high=high, source="study")


class Factor(Parameters):
    """Something of a scenario that a study varies: over a range, or over listed values."""

    path: str | Texts = setting(
        doc="path in the scenario, or several that take the same value; * stands for every item"
    )
    low: float | None = setting(None, doc="lower end of the range")
    high: float | None = setting(None, doc="upper end of the range")
    values: Values | None = setting(None, doc="the values, instead of a range")
    scale: Scale = setting(
        "linear", doc="how the range is divided; log for a parameter known by its order of magnitude"
    )

    steps: int = setting(3, doc="values that a grid takes from the range, both ends included", low=2, high=1000)

    relative: bool = setting(False, doc="whether its values multiply what each scenario has there")
    scenarios: Texts = setting((), doc="the scenarios it applies to; all if none is named")
    if_present: bool = setting(False, doc="whether scenarios in which it does nothing are passed over")

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that the factor sets."""
        return (self.path,) if isinstance(self.path, str) else tuple(self.path)

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the range.

        Raises
        ------
        InputError
            If the factor lists values instead.
        """
        if self.low is None or self.high is None:
            raise InputError("the factor has no range")
        return float(self.low), float(self.high)

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that must be possible for all others to be: the ends of the range, or the listed values."""
        if self.values is not None:
            return self.values
        return self.bounds if self.has_range else ()

    @property
    def has_range(self) -> bool:
        """Whether it is known between which values it lies."""
        return self.low is not None and self.high is not None

    @property
    def levels(self) -> tuple[Any, ...]:
        """The values of a grid: those listed, or `steps` of them over the range."""
        if self.values is not None:
            return self.values
        return tuple(self.at(i / (self.steps - 1)) for i in range(self.steps))

    def at(self, share: float) -> float:
        """The value at a share (0 to 1) of the range."""
        low, high = self.bounds
        if self.scale == "log":
            return float(min(max(math.exp(math.log(low) + share * math.log(high / low)), low), high))
        return low + share * (high - low)

    def share(self, value: float) -> float:
        """Where in the range (0 to 1) a value lies; the inverse of `at`."""
        low, high = self.bounds
        if self.scale == "log":
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block, paths counted from it."""
        if not self.paths or not all(self.paths):
            yield wrong("path", "names no path", "a path such as market.users, or a list of paths")
        if self.values is not None:
            if self.low is not None or self.high is not None:
                yield wrong("values", "stand beside a range", "either values, or low and high")
            if not self.values:
                yield wrong("values", "is empty", "at least one value")
            elif self.relative and not all(isinstance(one, float) for one in self.values):
                yield wrong("values", "multiply what is there, so they are numbers", "such as [0.5, 1, 2]")
        elif (self.low is None) != (self.high is None):
            yield wrong("", "has one end of a range only", "low and high, or values")
        elif self.low is not None and self.high is not None:
            yield from self._range_findings(self.low, self.high)

    def _range_findings(self, low: float, high: float) -> Iterator[Problem]:
        if not low < high:
            yield wrong("high", f"must be above low; given {high:g}", f"more than {low:g}")
        elif self.scale == "log" and low <= 0:
            yield wrong("low", f"must be above 0 on a log scale; given {low:g}", "more than 0, or scale: linear")


class Outcome(Parameters):
    """What is read off the runs: a metric of a run, or what the campaigns changed in it."""

    metric: str = setting(doc="name of a metric")
    kind: Kind = setting("effect", doc="level with campaigns, or effect: campaign minus control on the same luck")
    brand: str = setting("", doc="name of a brand; empty for the whole market")
    per_users: int = setting(
        0, doc="the number of users for whom it is told, such as 1000; 0 for all there are", low=0, high=10**9
    )

    @property
    def label(self) -> str:
        """How tables call it."""
        of = f" of {self.brand}" if self.brand else ""
        per = f" per {self.per_users:,} users" if self.per_users else ""
        return f"{self.kind} {self.metric}{of}{per}"

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose runs it needs."""
        return ("campaign", "control") if self.kind == "effect" else ("campaign",)


class BaseStudy(Parameters):
    """What every study file says."""

    name: str = setting(doc="short name: of the folder, and in tables")
    title: str = setting("", doc="one line for headings")
    description: str = setting("", doc="what the study asks, and how to read it")
    seed: int = setting(1, doc="seed of all luck of the study", low=0, high=LARGEST_SEED)
    replications: int = setting(
        8, doc="worlds, the same for all that is compared", unit="runs", low=1, high=MOST_REPLICATIONS
    )
    set: dict[str, Any] = setting({}, doc="changes of every scenario, path: value")


class PriorsStudy(BaseStudy):
    """A study that may vary, besides what it names, all that is not known."""

    priors: str = setting("", doc="a file of plausible ranges, or the name of a shipped one: they are varied, too")


def without_range(key: str, factors: Mapping[str, Factor], *, listed: bool = False) -> Iterator[Problem]:
    """Factors that have neither a range nor, where these will do, listed values.

    Parameters
    ----------
    key : under which they stand in the study; none if each stands under its own name.
    """
    for name, one in factors.items():
        place = f"{key}.{name}".lstrip(".")
        if one.values is not None and not listed:
            yield wrong(f"{place}.values", "cannot be varied over a range", "low and high")
        elif one.values is None and not one.has_range:
            yield wrong(place, "has no range", "low and high" + (", or values" if listed else ""))


def wrong(key: str, message: str, allowed: str = "", near: str = "") -> Problem:
    """A problem inside a block; who reads the file adds the place."""
    return Problem(0, 0, key, message, allowed, near)
