"""How many apps run on open platforms."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.full(len(view.brands), _total(view))


def _total(view: RunView) -> float:
    table = view.tables["apps"]
    return float(table["apps"].sum() / max(table.groupby("platform")["day"].nunique().sum(), 1))


METRIC = Metric(
    "apps", "apps", "apps that run, mean over periods with apps; the same for every brand", _compute, _total
)
