"""What people think of a brand at the end, on -1..1."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    users = view.tables["users"]
    return np.array([users[f"opinion_{brand}"].astype(np.float64).mean() for brand in view.brands])


def _total(view: RunView) -> float:
    return float(_compute(view).mean())


METRIC = Metric("opinion", "-1..1", "mean over recorded users; the total is the mean over brands", _compute, _total)
