"""Money brands spent on their campaigns."""

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    return (view.gross.marketing - view.terms.spent(("apps",))) / FEN_PER_YUAN


METRIC = Metric("marketing_spend_yuan", "yuan", "ads + promoted posts + opinion leaders + prizes + bonuses", _compute)
