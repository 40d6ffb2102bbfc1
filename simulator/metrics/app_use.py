"""Share of the visits to open platforms that is spent in apps."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.full(len(view.brands), _total(view))


def _total(view: RunView) -> float:
    table = view.tables["apps"]
    return float(table["use"].sum() / max(table.groupby("platform")["day"].nunique().sum(), 1))


METRIC = Metric(
    "app_use",
    "share of visits",
    "visits spent in apps, mean over periods with apps; the same for every brand",
    _compute,
    _total,
)
