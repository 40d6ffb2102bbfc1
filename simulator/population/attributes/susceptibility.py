"""How far others move a user's opinion."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    out = np.empty(draft.keys.size)
    shape = draft.parameters.susceptibility_shape
    rng.fill_gamma(rng.stream(draft.seed, decisions.SUSCEPTIBILITY), draft.keys, shape, out)
    return out / shape


ATTRIBUTE = Attribute("susceptibility", np.float32, "x", 0, 1e3, "multiplies persuasion, mean 1", "judgement", _sample)
