"""Comments on market posts."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("comments")


METRIC = Metric("comments", "comments", "sum of the panel counter", _compute)
