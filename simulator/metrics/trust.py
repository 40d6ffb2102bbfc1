"""How far commercial posts are believed at the end: 1 is wholly, as where trust is not a matter."""

import numpy as np

from simulator.metrics.assets import last_day
from simulator.metrics.view import Metric, RunView, for_every_brand


def _total(view: RunView) -> float:
    values = last_day(view, "trust", "")
    return float(np.sort(values).mean()) if values.size else np.nan


METRIC = Metric(
    "trust",
    "share",
    "mean over all users, then over platforms with a feed; missing without one; the same for every brand",
    for_every_brand(_total),
    _total,
)
