"""How good what was bought on the platform is, on -1..1: the mean true quality of its orders."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    units = view.gross.units_platform
    return np.where(units > 0, view.terms.quality, np.nan)


def _total(view: RunView) -> float:
    units = view.gross.units_platform
    return float(units @ view.terms.quality / units.sum()) if units.sum() else float("nan")


METRIC = Metric("quality_bought", "-1..1", "orders on the platform weighted by quality", _compute, _total)
