"""Ads shown to the audience they were meant for."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("targeted_ads")


METRIC = Metric("targeted_ads", "impressions", "sum of the panel counter", _compute)
