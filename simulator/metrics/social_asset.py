"""What a brand has in people who follow it, trust it and remember it."""

import math

import numpy as np

from simulator.metrics.assets import last_day
from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return np.array([math.fsum(last_day(view, "social_asset", brand)) for brand in view.brands])


METRIC = Metric(
    "social_asset",
    "people",
    "followers who have not muted the brand, each by trust x a / (a + half), a the impressions remembered",
    _compute,
)
