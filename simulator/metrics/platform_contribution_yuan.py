"""What the platform earned on orders and ads."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return (view.gross.platform + view.terms.ads_fen - view.gross.payment_cost) / FEN_PER_YUAN


METRIC = Metric("platform_contribution_yuan", "yuan", "commission + ads - payment cost", _compute)
