"""Users who sell to their ties at the end."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.full(len(view.brands), _total(view))


def _total(view: RunView) -> float:
    table = view.tables["sellers"]
    return float(table.loc[table["day"] == table["day"].max(), "sellers"].max()) if len(table) else 0.0


METRIC = Metric(
    "sellers", "people", "sellers after the last decision to sell; the same for every brand", _compute, _total
)
