"""List value of what was reserved on the platform: not sales."""

import numpy as np
import pandas as pd

from simulator.metrics.view import Metric, RunView
from simulator.types import FEN_PER_YUAN, Array


def _compute(view: RunView) -> Array:
    needs = view.tables["needs"]
    brand = pd.Index(view.brands).get_indexer(needs["chosen"][needs["reserved_tick"] >= 0])
    return np.bincount(brand, minlength=len(view.brands)) * view.terms.list_price_fen / FEN_PER_YUAN


METRIC = Metric("reserved_value_yuan", "yuan", "sum over reservations of the list price", _compute)
