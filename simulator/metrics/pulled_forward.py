"""Units sold in the run whose need would have fallen due after it: moved in time, not gained."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.bincount(view.brand_of("needs")[view.pulled_forward], minlength=len(view.brands))


METRIC = Metric("pulled_forward", "orders", "needs bought in the run and drawn to be due after it", _compute)
