"""An attribute of users that does not change within a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.population.parameters import PopulationParameters
from simulator.population.regions import Regions
from simulator.types import Array


@dataclass(frozen=True)
class Draft:
    """Some of `n` users in the making: their keys, uint32, and the attributes of theirs drawn so far."""

    seed: int
    n: int
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
    sample : draws the column of a `Draft`, one value a key; keyed by user key only, so any users can be drawn alone.
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

    def draw(self, draft: Draft) -> Array:
        """The column, within bounds and in its type."""
        return self.sample(draft).clip(self.low, self.high).astype(self.dtype)
