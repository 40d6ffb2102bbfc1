"""How often offers were met in apps."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("app_offers")


METRIC = Metric("app_offers", "impressions", "sum of the panel counter", _compute)
