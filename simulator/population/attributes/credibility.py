"""How far a user moves and activates others as an author."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    z = np.empty(draft.keys.size)
    rng.fill_normal(rng.stream(draft.seed, decisions.CREDIBILITY), draft.keys, z)
    sd = draft.parameters.credibility_sd
    return np.exp(sd * z - 0.5 * sd * sd)


ATTRIBUTE = Attribute(
    "credibility",
    np.float32,
    "x",
    0,
    1e4,
    "multiplies the effect of a user's posts, mean 1",
    "own trials on real Weibo cascades (Song et al. 2018)",
    _sample,
)
