"""What buyers paid, over all outlets."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.gross.buyers / FEN_PER_YUAN


METRIC = Metric("gmv_yuan", "yuan", "sum of prices paid", _compute)
