"""Promoted posts seen by people who do not follow the account."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("promoted")


METRIC = Metric("promoted", "impressions", "sum of the panel counter", _compute)
