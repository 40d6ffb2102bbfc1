"""Checkouts whose first step was passed."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("reservations")


METRIC = Metric("reservations", "needs", "sum of the panel counter", _compute)
