"""Disposable income."""

import numpy as np

from simulator.kernels import decisions, rng
from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    z = np.empty(draft.keys.size)
    rng.fill_normal(rng.stream(draft.seed, decisions.INCOME), draft.keys, z)
    sd = draft.parameters.income_sd
    mean = draft.regions.income_yuan[draft.columns["region"]]
    return mean * np.exp(sd * z - 0.5 * sd * sd)


ATTRIBUTE = Attribute(
    "income",
    np.float32,
    "yuan/year",
    0,
    1e9,
    "disposable income, log-normal within a region",
    "NBS 2014 means; spread derived",
    _sample,
    needs=("region",),
)
