"""Users who left brands' accounts."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("unfollows")


METRIC = Metric("unfollows", "unfollows", "sum of the panel counter", _compute)
