"""Reservations that were paid at the dealer's."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("orders_dealer")


METRIC = Metric("orders_dealer", "orders", "sum of the panel counter", _compute)
