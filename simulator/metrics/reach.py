"""People who saw at least one ad or post of a brand."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _exposed(view: RunView) -> Array:
    users = view.tables["users"]
    return np.array([users[f"exposed_{brand}"].to_numpy() for brand in view.brands])


def _compute(view: RunView) -> Array:
    return _exposed(view).sum(axis=1)


def _total(view: RunView) -> float:
    return float(_exposed(view).any(axis=0).sum())


METRIC = Metric("reach", "people", "users with an exposure; the total counts a person once", _compute, _total)
