"""How much a user is followed where people can be followed."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    u = np.empty(draft.keys.size)
    rng.fill_uniform(rng.stream(draft.seed, decisions.POPULARITY), draft.keys, u)
    return (1.0 - u) ** (-1.0 / (draft.parameters.popularity_exponent - 1.0))


ATTRIBUTE = Attribute(
    "popularity",
    np.float32,
    "weight",
    1,
    1e30,
    "Pareto weight as an author, at least 1",
    "published fits for Weibo and Twitter",
    _sample,
)
