"""Brands muted by users."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("mutes")


METRIC = Metric("mutes", "mutes", "sum of the panel counter", _compute)
