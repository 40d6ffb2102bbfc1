"""What remains to the brands after production and marketing."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.accounts.contribution / FEN_PER_YUAN


METRIC = Metric("contribution_yuan", "yuan", "receipts - units x unit cost - marketing", _compute)
