"""How unequal sales on the platform are within categories."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def gini(values: Array) -> float:
    """Half the mean absolute difference over the mean; 0 if all are equal, missing without any."""
    total = float(values.sum())
    if total <= 0:
        return float("nan")
    apart = np.abs(values[:, None] - values[None, :]).sum()
    return float(apart / (2.0 * values.size * total))


def _compute(view: RunView) -> Array:
    units, category = view.gross.units_platform, view.terms.category
    whole = np.bincount(category, weights=units)[category]
    with np.errstate(invalid="ignore"):
        return units / whole


def _total(view: RunView) -> float:
    units, category = view.gross.units_platform, view.terms.category
    found = np.array([gini(units[category == c]) for c in np.unique(category)])
    return float(np.mean(found[~np.isnan(found)])) if not np.isnan(found).all() else float("nan")


METRIC = Metric(
    "sales_concentration",
    "share",
    "by brand: share of its category's orders on the platform; in all: Gini of these orders, mean over categories",
    _compute,
    _total,
)
