"""How unequally apps are used."""

import numpy as np

from simulator.metrics.sales_concentration import gini
from simulator.metrics.view import Metric, RunView, for_every_brand


def _total(view: RunView) -> float:
    by_period = view.tables["apps"].groupby(["platform", "day"])["use"]
    found = [gini(use.to_numpy()) for _, use in by_period if use.sum() > 0.0]
    return float(np.mean(found)) if found else float("nan")


METRIC = Metric(
    "app_concentration",
    "share",
    "Gini of use over apps, mean over periods with apps; the same for every brand",
    for_every_brand(_total),
    _total,
)
