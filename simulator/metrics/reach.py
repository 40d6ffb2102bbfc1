"""People who saw at least one ad or post of a brand."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _exposed(view: RunView, brand: str) -> int:
    funnel = view.tables["funnel"]
    return int(funnel.loc[(funnel["brand"] == brand) & (funnel["stage"] == "exposed"), "people"].iloc[0])


def _compute(view: RunView) -> Array:
    return np.array([_exposed(view, brand) for brand in view.brands])


def _total(view: RunView) -> float:
    return float(_exposed(view, ""))


METRIC = Metric("reach", "people", "users with an exposure; the total counts a person once", _compute, _total)
