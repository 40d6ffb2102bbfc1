"""Which settings are left once the targets are known: history matching with an emulator for each target.

The prior is even over each parameter's range, on its scale. A setting's weight is the probability that the measure's
expectation, which the emulator knows with some error, lies in the band: the product over targets. The runs that were
made along the way may crowd anywhere; an emulator is a regression given the setting, so that biases nothing.
Source: Vernon, Goldstein & Bower 2010, with bands in place of implausibility cuts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr
from scipy.stats import qmc

from simulator.ensemble.emulator import Emulator, fit
from simulator.types import Array

DRAWS = 1000
"""Rows of a posterior."""

FIRST, MOST = 13, 19
"""Powers of two: settings tried at first, and at most if few of them fit."""

ENOUGH = 400
"""Effective settings behind a posterior; a 90 % interval's ends then move by about 2 % of its width if redrawn."""

LIKELY = 0.05
"""A band that no setting meets with this probability is out of reach."""

LEVEL = 0.90


@dataclass(frozen=True)
class Surface:
    """A target as the posterior needs it: where it was measured, what it gave, and its band."""

    name: str
    points: Array
    values: Array
    band: tuple[float, float]


@dataclass(frozen=True)
class Posterior:
    """Settings drawn from what is left.

    Attributes
    ----------
    points : float64[DRAWS, d] in the unit cube; no rows if nothing could be learnt.
    predicted : by target, float64[DRAWS], the emulator's mean there.
    effective : how many evenly weighted settings it is worth.
    emulators : by target; None where the runs tell nothing.
    missed : targets that no setting is likely to meet; the posterior is made without them.
    met : the largest probability at any setting that all others lie in their bands.
    """

    points: Array
    predicted: Mapping[str, Array]
    effective: float
    emulators: Mapping[str, Emulator | None]
    missed: tuple[str, ...]
    met: float

    def interval(self, dimension: int) -> tuple[float, float, float]:
        """Lower end, median and upper end of a parameter's 90 % interval, as shares of its range; nan if unknown."""
        if not len(self.points):
            return math.nan, math.nan, math.nan
        low, middle, high = np.quantile(self.points[:, dimension], (0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2))
        return float(low), float(middle), float(high)


def posterior(
    surfaces: Sequence[Surface], dimensions: int, seed: int, *, draws: int = DRAWS, first: int = FIRST, most: int = MOST
) -> Posterior:
    """Draw settings from what the targets leave.

    Parameters
    ----------
    surfaces : one a target.
    dimensions : parameters.
    seed : of the settings tried.
    draws : settings drawn.
    first, most : powers of two, settings tried at first and at most.
    """
    emulators = {one.name: fit(one.points, one.values) for one in surfaces}
    known = [(one, made) for one in surfaces if (made := emulators[one.name]) is not None]
    missed: tuple[str, ...] = ()
    for power in range(first, most + 1, 2):
        tried = qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(power)
        means = {one.name: made.predict(tried) for one, made in known}
        logs = {one.name: _log_probability(*means[one.name], one.band) for one, _ in known}
        missed = tuple(name for name, own in logs.items() if own.max() < math.log(LIKELY))
        told = [name for name in logs if name not in missed]
        if not told:
            return Posterior(np.empty((0, dimensions)), {}, 0.0, emulators, missed, 0.0)
        together = np.sum([logs[name] for name in told], axis=0)
        weights = np.exp(together - together.max())
        weights /= weights.sum()
        effective = 1.0 / float((weights**2).sum())
        if effective >= ENOUGH:
            break
    drawn = _systematic(weights, draws)
    predicted = {name: mean[drawn] for name, (mean, _) in means.items()}
    return Posterior(tried[drawn], predicted, effective, emulators, missed, float(np.exp(together.max())))


def _log_probability(mean: Array, deviation: Array, band: tuple[float, float]) -> Array:
    """Logarithm of the probability that a normal variable lies in the band, accurate far outside of it, too."""
    low, high = (band[0] - mean) / deviation, (band[1] - mean) / deviation
    low, high = np.where(low > 0, -high, low), np.where(low > 0, -low, high)
    return np.asarray(log_ndtr(high) + np.log(-np.expm1(np.minimum(log_ndtr(low) - log_ndtr(high), -1e-12))))


def _systematic(weights: Array, n: int) -> Array:
    """Places of `n` draws by weight, spread evenly (systematic resampling, Kitagawa 1996)."""
    return np.minimum(np.searchsorted(np.cumsum(weights), (np.arange(n) + 0.5) / n), len(weights) - 1)
