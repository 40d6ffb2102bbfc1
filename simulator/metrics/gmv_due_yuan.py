"""What buyers paid for needs that were due and decidable in the run."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.due.buyers / FEN_PER_YUAN


METRIC = Metric(
    "gmv_due_yuan", "yuan", "the gross figure without needs due after the run or too near its end", _compute
)
