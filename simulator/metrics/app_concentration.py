"""How unequally apps are used."""

import numpy as np

from simulator.metrics.sales_concentration import gini
from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.full(len(view.brands), _total(view))


def _total(view: RunView) -> float:
    by_period = view.tables["apps"].groupby(["platform", "day"])["use"]
    found = [gini(use.to_numpy()) for _, use in by_period if use.sum() > 0.0]
    return float(np.mean(found)) if found else float("nan")


METRIC = Metric(
    "app_concentration",
    "share",
    "Gini of use over apps, mean over periods with apps; the same for every brand",
    _compute,
    _total,
)
