"""What buyers paid on the platform."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _paid_on_platform(view: RunView) -> Array:
    needs = view.tables["needs"]
    bought = view.bought & (needs["outlet"] == "platform").to_numpy()
    paid = np.zeros(len(view.brands), np.int64)
    np.add.at(paid, view.brand_of("needs")[bought], needs["price_fen"].to_numpy()[bought])
    return paid


def _compute(view: RunView) -> Array:
    return _paid_on_platform(view) / FEN_PER_YUAN


METRIC = Metric("gmv_platform_yuan", "yuan", "sum of prices paid on the platform", _compute)
