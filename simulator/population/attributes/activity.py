"""How often a user visits."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    out = np.empty(draft.keys.size)
    shape = draft.parameters.sessions_shape
    rng.fill_gamma(rng.stream(draft.seed, decisions.ACTIVITY), draft.keys, shape, out)
    return out * (draft.parameters.sessions_per_day / shape)


ATTRIBUTE = Attribute(
    "activity",
    np.float32,
    "visits/day",
    0,
    1e5,
    "mean visits a day, gamma over users",
    "own trials on real Weibo cascades (Song et al. 2018)",
    _sample,
)
