"""What peer sellers earned on the orders they served."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return (view.gross.sellers + view.terms.spent(("bonus",))) / FEN_PER_YUAN


METRIC = Metric("seller_income_yuan", "yuan", "floor(price x seller commission), summed, + bonuses", _compute)
