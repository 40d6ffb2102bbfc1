"""Means, paired differences and their intervals over replications."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaincinv, stdtr, stdtrit

from simulator.types import Array

LEVEL = 0.95
BOOTSTRAP_DRAWS = 2000
"""Resamples of a percentile bootstrap: its ends then move by about 3 % of the interval's width if redrawn."""


@dataclass(frozen=True)
class MeanInterval:
    """A mean with Student's t interval. What cannot be known from `n` values is nan."""

    mean: float
    sd: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class PairedDifference:
    """The difference of two arms over the same replications."""

    mean: float
    low: float
    high: float
    bootstrap_low: float
    bootstrap_high: float
    p_value: float
    correlation: float
    variance_reduction: float
    n: int

    @property
    def separable(self) -> bool:
        """Whether the t interval leaves out zero."""
        return self.low > 0 or self.high < 0


def mean_interval(values: Array, level: float = LEVEL) -> MeanInterval:
    """Mean, standard deviation (n - 1) and t interval of the finite values.

    One value has no interval and no deviation; equal values have an interval of no width.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    n = values.size
    if n == 0:
        return MeanInterval(math.nan, math.nan, math.nan, math.nan, 0)
    mean = float(values.mean()) if np.ptp(values) > 0 else float(values[0])
    if n == 1:
        return MeanInterval(mean, math.nan, math.nan, math.nan, 1)
    sd = math.sqrt(_variance(values))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * sd / math.sqrt(n)
    return MeanInterval(mean, sd, mean - half, mean + half, n)


def count_interval(counts: Array, level: float = LEVEL) -> MeanInterval:
    """Mean of counts of rare things, with the wider of two intervals: Student's t, and that of a Poisson total.

    Few replications may agree by chance, all at 0 for example; a t interval would then claim too much. One count has
    the Poisson interval (Garwood 1936).
    """
    own = mean_interval(counts, level)
    if own.n == 0:
        return own
    total, tail = own.mean * own.n, 0.5 - level / 2
    low = float(gammaincinv(total, tail)) / own.n if total > 0 else 0.0
    high = float(gammaincinv(total + 1.0, 1.0 - tail)) / own.n
    if own.n > 1:
        low, high = min(low, max(own.low, 0.0)), max(high, own.high)
    return MeanInterval(own.mean, own.sd, low, high, own.n)


def jackknife_interval(values: Array, estimate: Callable[[Array], float], level: float = LEVEL) -> MeanInterval:
    """An estimate from sums over replications, with the t interval of the delete-one jackknife (Tukey 1958).

    Parameters
    ----------
    values : float64[n, ...], one entry a replication.
    estimate : of their sum over replications; nan where it is undefined, and then there is no interval.
    """
    n, total = values.shape[0], values.sum(axis=0)
    whole = estimate(total)
    if n < 2 or not math.isfinite(whole):
        return MeanInterval(whole, math.nan, math.nan, math.nan, n)
    without = np.array([estimate(total - one) for one in values])
    sd = math.sqrt((n - 1) * float(np.square(without - without.mean()).sum()))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * sd / math.sqrt(n)
    return MeanInterval(whole, sd, whole - half, whole + half, n)


def paired_difference(a: Array, b: Array, seed: int, level: float = LEVEL) -> PairedDifference:
    """Compare two arms whose i-th values share their luck.

    Pairs with a value that is not finite are left out. The test is the two-sided paired t test; differences that are
    all zero have p = 1, other equal differences p = 0. The bootstrap resamples replications, with the same
    resamples for every outcome of a study.

    Parameters
    ----------
    a, b : float64[n]
    seed : of the bootstrap.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    difference = a - b
    t = mean_interval(difference, level)
    low, high = bootstrap_interval(difference, seed, level)
    return PairedDifference(
        t.mean, t.low, t.high, low, high, _p_value(t), _correlation(a, b), variance_reduction(a, b), t.n
    )


def _p_value(t: MeanInterval) -> float:
    if t.n < 2:
        return math.nan
    if t.sd == 0:
        return 1.0 if t.mean == 0 else 0.0
    return 2.0 * float(stdtr(t.n - 1, -abs(t.mean) / (t.sd / math.sqrt(t.n))))


def _variance(values: Array) -> float:
    return float(np.var(values, ddof=1)) if np.ptp(values) > 0 else 0.0


def _correlation(a: Array, b: Array) -> float:
    if a.size < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def variance_reduction(a: Array, b: Array) -> float:
    """How much pairing helped: (var a + var b) / var(a - b).

    1 means no help, below 1 harm; infinite if the difference never varies though the arms do; nan if nothing varies
    or there are fewer than two pairs.
    """
    if a.size < 2:
        return math.nan
    alone, together = _variance(a) + _variance(b), _variance(a - b)
    if together == 0:
        return math.inf if alone > 0 else math.nan
    return alone / together


def bootstrap_interval(
    values: Array, seed: int, level: float = LEVEL, draws: int = BOOTSTRAP_DRAWS
) -> tuple[float, float]:
    """Percentile bootstrap of the mean (Efron 1979); nan for fewer than two values.

    With few replications it is narrower than it should be: read it beside the t interval, for skew.
    """
    if values.size < 2:
        return math.nan, math.nan
    means = values[resamples(seed, values.size, draws)].mean(axis=1)
    low, high = np.quantile(means, (0.5 - level / 2, 0.5 + level / 2))
    return float(low), float(high)


@lru_cache(maxsize=8)
def resamples(seed: int, n: int, draws: int) -> Array:
    """int64[draws, n], a function of its arguments alone (Philox is keyed and counter-based)."""
    return np.random.Generator(np.random.Philox(key=seed)).integers(0, n, size=(draws, n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment, in the order given; nan stays nan and counts for nothing."""
    known = sorted((p, position) for position, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    largest = 0.0
    for rank, (p, position) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[position] = largest
    return adjusted
