"""Market posts seen on a trending list."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("trend_views")


METRIC = Metric("trend_views", "posts", "sum of the panel counter", _compute)
