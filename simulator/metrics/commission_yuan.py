"""What the platform took of the orders on it."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return view.gross.platform / FEN_PER_YUAN


METRIC = Metric("commission_yuan", "yuan", "floor(price x commission), summed", _compute)
