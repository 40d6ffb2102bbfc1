"""People who follow the brand's account at the end, muted or not."""

import numpy as np

from simulator.metrics.assets import last_day
from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.array([last_day(view, "followers", brand).max(initial=0.0) for brand in view.brands])


METRIC = Metric("followers", "people", "followers of the brand's account on the last day", _compute)
