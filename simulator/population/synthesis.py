"""The people of a world. Each attribute is a function of the user's key, so it can be drawn when it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from simulator.population.attribute import Draft
from simulator.population.attributes import ATTRIBUTES
from simulator.population.parameters import PopulationParameters
from simulator.population.regions import Regions
from simulator.types import USER_KEY, Array

BLOCK = 1 << 20
"""Users drawn at once, so that what drawing takes does not grow with their number."""

MOST_KEPT = 4_000_000
"""Columns of larger populations are drawn anew whenever they are asked for."""


@dataclass(frozen=True)
class Population:
    """Who lives in a world: `n` users with keys 0 to n - 1.

    Attributes
    ----------
    columns : a mapping from the name of an attribute to its column, indexed by key, shape (n,); not to be written to.
    """

    seed: int
    n: int
    regions: Regions
    parameters: PopulationParameters
    columns: Columns = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", Columns(self))

    def draw(self, name: str, keys: Array) -> Array:
        """Attribute `name` of the users with these keys, shape (k,).

        Raises
        ------
        InputError
            If there is no such attribute.
        """
        draft = Draft(self.seed, self.n, np.asarray(keys, USER_KEY), self.regions, self.parameters)
        return _drawn(name, draft)


class Columns(Mapping[str, Array]):
    """Columns of a population by name, drawn when they are asked for."""

    def __init__(self, population: Population):
        self._population = population
        self._kept: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name in self._kept:
            return self._kept[name]
        n, attribute = self._population.n, ATTRIBUTES[name]
        column: Array = np.empty(n, attribute.dtype)
        for start in range(0, n, BLOCK):
            keys = np.arange(start, min(n, start + BLOCK), dtype=USER_KEY)
            column[start : start + BLOCK] = self._population.draw(name, keys)
        if n <= MOST_KEPT:
            column.flags.writeable = False
            self._kept[name] = column
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(ATTRIBUTES)

    def __len__(self) -> int:
        return len(ATTRIBUTES)


def _drawn(name: str, draft: Draft, waiting: tuple[str, ...] = ()) -> Array:
    if name in waiting:
        raise TypeError(f"attributes need each other in a circle: {', '.join((*waiting, name))}")
    attribute = ATTRIBUTES[name]
    for needed in attribute.needs:
        if needed not in draft.columns:
            draft.columns[needed] = _drawn(needed, draft, (*waiting, name))
    return attribute.draw(draft)


def synthesise(n: int, seed: int, parameters: PopulationParameters, regions: Regions | None = None) -> Population:
    """The population of a world.

    Parameters
    ----------
    n : number of users, 1 to 2**31 - 1.
    seed : the world's seed.
    parameters : distributions.
    regions : defaults to where the parameters say that users live.
    """
    return Population(seed, n, regions or parameters.regions, parameters)
