"""Needs a deal brought forward."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("brought_forward")


METRIC = Metric("brought_forward", "needs", "sum of the panel counter", _compute)
