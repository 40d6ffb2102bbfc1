"""Reviews written."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("reviews")


METRIC = Metric("reviews", "reviews", "sum of the panel counter", _compute)
