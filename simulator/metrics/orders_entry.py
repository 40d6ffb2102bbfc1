"""Orders on a platform by visitors who came through another one's entry point."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("entry_orders")


METRIC = Metric("orders_entry", "orders", "sum of the panel counter", _compute)
