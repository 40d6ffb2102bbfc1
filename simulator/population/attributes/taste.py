"""Taste, which neighbours have partly in common. It is not influence: it never moves."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    own = np.empty(draft.keys.size)
    place = np.empty(draft.keys.size)
    rng.fill_normal(rng.stream(draft.seed, decisions.TASTE), draft.keys, own)
    blocks = draft.keys // np.uint32(draft.parameters.neighbourhood)
    rng.fill_normal(rng.stream(draft.seed, decisions.TASTE_PLACE), blocks, place)
    common = draft.parameters.taste_homophily
    return np.asarray(np.sqrt(common) * place + np.sqrt(1.0 - common) * own)


ATTRIBUTE = Attribute(
    "taste", np.float32, "sd", -10, 10, "position on the taste axis, standard normal", "judgement", _sample
)
