"""Units sold on impulse: new, neither due nor moved in time."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.bincount(view.brand_of("needs")[view.on_impulse], minlength=len(view.brands))


METRIC = Metric("orders_impulse", "orders", "latent needs woken by what was seen, and bought", _compute)
