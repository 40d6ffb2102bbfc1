"""Units sold over all outlets."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.gross.units


METRIC = Metric("orders", "orders", "needs with status bought", _compute)
