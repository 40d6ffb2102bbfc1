"""Reservations that were cancelled."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("cancelled")


METRIC = Metric("cancelled", "needs", "sum of the panel counter", _compute)
