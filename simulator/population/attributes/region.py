"""Region of residence."""

import numpy as np

from simulator.population.attribute import Attribute, Draft
from simulator.types import Array


def _sample(draft: Draft) -> Array:
    starts = draft.regions.starts(draft.n)
    return np.searchsorted(starts[1:], draft.keys, side="right")


ATTRIBUTE = Attribute("region", np.uint8, "code", 0, 254, "region of residence", "NBS 2014 population shares", _sample)
