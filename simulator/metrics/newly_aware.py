"""People who learnt of an offer."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("newly_aware")


METRIC = Metric("newly_aware", "people", "sum of the panel counter", _compute)
