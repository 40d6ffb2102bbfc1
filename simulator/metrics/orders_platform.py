"""Units sold on the platform."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.gross.units_platform


METRIC = Metric("orders_platform", "orders", "needs bought on the platform", _compute)
