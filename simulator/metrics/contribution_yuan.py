"""What remains to the brands after production and marketing, of needs that were due and decidable in the run."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.due.contribution / FEN_PER_YUAN


METRIC = Metric(
    "contribution_yuan", "yuan", "receipts - units x unit cost - marketing, of needs due in the run", _compute
)
