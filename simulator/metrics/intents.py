"""Offers chosen on the platform."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("intents")


METRIC = Metric("intents", "needs", "sum of the panel counter", _compute)
