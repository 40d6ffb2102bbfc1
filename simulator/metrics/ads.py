"""Ads seen."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("ads")


METRIC = Metric("ads", "impressions", "sum of the panel counter", _compute)
