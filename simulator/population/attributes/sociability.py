"""How many friends a user keeps."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    z = np.empty(draft.keys.size)
    rng.fill_normal(rng.stream(draft.seed, decisions.SOCIABILITY), draft.keys, z)
    sd = draft.parameters.sociability_sd
    return np.exp(sd * z - 0.5 * sd * sd)


ATTRIBUTE = Attribute(
    "sociability", np.float32, "weight", 0, 1e4, "multiplies the number of friends, mean 1", "judged", _sample
)
