"""What the platform earned on orders and ads."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array

SOLD = ("ads", "promotion")
"""Channels whose money goes to the platform."""


def _compute(view: RunView) -> Array:
    return (view.gross.platform + view.terms.spent(SOLD) - view.gross.payment_cost) / FEN_PER_YUAN


def _total(view: RunView) -> float:
    return float(_compute(view).sum() + view.terms.paid_for_apps("developers", "platform") / FEN_PER_YUAN)


METRIC = Metric(
    "platform_contribution_yuan",
    "yuan",
    "commission + ads + promoted posts - payment cost; in all: + its share of what apps earn",
    _compute,
    _total,
)
