"""The last day of the table of assets, which the metrics of followers and trust read."""

from __future__ import annotations

import numpy as np

from simulator.metrics.view import RunView
from simulator.types import Array


def last_day(view: RunView, column: str, brand: str) -> Array:
    """A column at the end of the run, one value a platform with a feed; `brand` "" is everybody."""
    table = view.tables["assets"]
    rows = (table["day"] == table["day"].max()) & (table["brand"] == brand)
    return np.asarray(table.loc[rows, column].to_numpy(np.float64))
