"""What brands paid developers for apps of their own."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.terms.spent(("apps",)) / FEN_PER_YUAN


METRIC = Metric("contracts_yuan", "yuan", "fees and shares of sales paid to developers", _compute)
