"""Checkouts that end in payment on the platform."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _share(paid: Array, intents: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return paid / intents


def _compute(view: RunView) -> Array:
    return _share(view.gross.units_platform, view.panel_total("intents"))


def _total(view: RunView) -> float:
    return float(_share(view.gross.units_platform.sum(), view.panel_total("intents").sum()))


METRIC = Metric("completion", "share", "orders on the platform / offers chosen on it", _compute, _total)
