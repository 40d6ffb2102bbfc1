"""Market posts seen."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("impressions")


METRIC = Metric("impressions", "posts", "sum of the panel counter", _compute)
