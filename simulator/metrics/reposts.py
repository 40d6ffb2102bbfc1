"""Reposts of market posts."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    chosen = (view.tables["posts"]["kind"] == "repost").to_numpy()
    return np.bincount(view.brand_of("posts")[chosen], minlength=len(view.brands))


METRIC = Metric("reposts", "posts", "rows of the posts table", _compute)
