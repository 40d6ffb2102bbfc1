"""An attribute of users that does not change within a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.population.parameters import PopulationParameters
from simulator.population.regions import Regions
from simulator.types import Array


@dataclass(frozen=True)
class Draft:
    """A population in the making: keys 0..n-1 in order, and the attributes drawn so far."""

    seed: int
    keys: Array
    regions: Regions
    parameters: PopulationParameters
    columns: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Attribute:
    """One fixed attribute and how it is drawn.

    Parameters
    ----------
    name, unit, source, doc : what it is.
    dtype : numpy type it is stored in.
    low, high : bounds every value meets.
    sample : draws the column, shape (n,), from a `Draft`; keyed by user key only.
    needs : attributes that must be drawn first.
    """

    name: str
    dtype: type
    unit: str
    low: float
    high: float
    doc: str
    source: str
    sample: Callable[[Draft], Array]
    needs: tuple[str, ...] = ()
