"""How often users took up selling or gave it up."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.full(len(view.brands), _total(view))


def _total(view: RunView) -> float:
    table = view.tables["sellers"]
    return float(table["entered"].sum() + table["left"].sum())


METRIC = Metric("seller_turnover", "changes", "sum of entered and left; the same for every brand", _compute, _total)
