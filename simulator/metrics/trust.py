"""How far commercial posts are believed at the end: 1 is wholly, as where trust is not a matter."""

import numpy as np

from simulator.metrics.assets import mean_trust
from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.array([mean_trust(view, brand) for brand in view.brands])


def _total(view: RunView) -> float:
    return mean_trust(view, "")


METRIC = Metric("trust", "x", "mean over a brand's followers; the total is the mean over all users", _compute, _total)
