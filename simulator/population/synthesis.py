"""Draw a population. Users are identified by key; in which row a key is stored changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.population.attribute import Attribute, Draft
from simulator.population.attributes import ATTRIBUTES
from simulator.population.parameters import PopulationParameters
from simulator.population.regions import Regions, provinces
from simulator.types import USER_KEY, Array


@dataclass(frozen=True)
class Population:
    """Fixed attributes as columns indexed by key, shape (n,)."""

    seed: int
    n: int
    columns: dict[str, Array]
    regions: Regions
    parameters: PopulationParameters


def _ordered() -> list[Attribute]:
    """Attributes, each after those it needs."""
    done: list[Attribute] = []
    waiting = list(ATTRIBUTES.values())
    while waiting:
        ready = [a for a in waiting if all(any(d.name == need for d in done) for need in a.needs)]
        if not ready:
            raise TypeError(f"attributes need each other in a circle: {[a.name for a in waiting]}")
        done += ready
        waiting = [a for a in waiting if a not in ready]
    return done


def synthesise(n: int, seed: int, parameters: PopulationParameters, regions: Regions | None = None) -> Population:
    """Draw `n` users.

    Parameters
    ----------
    n : number of users, 1 to 2**31 - 1.
    seed : the world's seed.
    parameters : distributions.
    regions : defaults to the provinces of 2014.
    """
    draft = Draft(seed, np.arange(n, dtype=USER_KEY), regions or provinces(), parameters)
    for attribute in _ordered():
        values = attribute.sample(draft)
        draft.columns[attribute.name] = np.clip(values, attribute.low, attribute.high).astype(attribute.dtype)
    return Population(seed, n, draft.columns, draft.regions, parameters)
