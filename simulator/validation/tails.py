"""Is the tail of a size distribution a power law, and which?

A. Clauset, C. R. Shalizi & M. E. J. Newman, "Power-law distributions in empirical data", SIAM Review 51, 2009: the
exponent by maximum likelihood above the beginning of least Kolmogorov-Smirnov distance (`network.statistics`), and the
likelihood ratio against an exponential tail, normalised as in Q. H. Vuong, Econometrica 57, 1989 (their section 5.2).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import zeta

from simulator.errors import InputError
from simulator.network.statistics import PowerLawFit, power_law_tail
from simulator.types import Array

SMALLEST_TAIL = 50
"""Fewest cascades from which an exponent is read: its standard error is then .14 at an exponent of 2."""


class LikelihoodRatio(NamedTuple):
    """A power law against an exponential, over one tail."""

    ratio: float
    """Sum of log-likelihood differences, above 0 if the power law is nearer."""
    z: float
    """The ratio over its standard deviation: above 1.96 the power law wins at 5 %, below -1.96 the exponential."""


def fit(sizes: Array, x_min: int | None = None) -> PowerLawFit | None:
    """The power-law tail of sizes; None where there are too few to have one."""
    try:
        return power_law_tail(sizes, smallest_tail=SMALLEST_TAIL, x_min=x_min)
    except InputError:
        return None


def against_exponential(sizes: Array, tail: PowerLawFit) -> LikelihoodRatio:
    """Vuong's test of a fitted power law against the best discrete exponential over the same tail.

    The exponential is P(x) = (1 - e^-b) e^(-b (x - x_min)), with b = ln(1 + 1 / (mean x - x_min)) by maximum
    likelihood.
    """
    x = np.asarray(sizes, np.float64)
    x = x[x >= tail.x_min]
    power = -tail.exponent * np.log(x) - math.log(zeta(tail.exponent, tail.x_min))
    beyond = float(x.mean()) - tail.x_min
    if beyond <= 0:
        return LikelihoodRatio(math.nan, math.nan)
    b = math.log1p(1.0 / beyond)
    exponential = math.log(-math.expm1(-b)) - b * (x - tail.x_min)
    difference = power - exponential
    spread = float(difference.std())
    total = float(difference.sum())
    return LikelihoodRatio(total, total / (spread * math.sqrt(x.size)) if spread > 0 else math.nan)
