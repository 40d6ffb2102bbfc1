"""Needs whose faded intent an ad brought back."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("won_back")


METRIC = Metric("won_back", "needs", "sum of the panel counter", _compute)
