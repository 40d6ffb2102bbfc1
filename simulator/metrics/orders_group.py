"""Orders at a group price."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    bought = view.tables["needs"]["group_price"] & (view.tables["needs"]["outlet"] == "platform")
    return np.bincount(view.brand_of("needs")[bought.to_numpy()], minlength=len(view.brands))


METRIC = Metric("orders_group", "orders", "orders on the platform whose group was full", _compute)
