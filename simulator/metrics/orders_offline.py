"""Units sold at the offline outlet, leaked checkouts included."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.gross.units - view.gross.units_platform


METRIC = Metric("orders_offline", "orders", "orders - orders_platform", _compute)
