"""Units sold of needs that were due and decidable in the run: what a campaign can truly add."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.due.units


METRIC = Metric(
    "orders_due", "orders", "the gross figure without needs due after the run or too near its end", _compute
)
