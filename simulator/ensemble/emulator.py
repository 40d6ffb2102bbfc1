"""A Gaussian process that stands for a measure of the model at settings that were never run.

Source: Rasmussen & Williams 2006, algorithm 2.1 and section 5.4.2 (leave-one-out in closed form).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

from simulator.types import Array

SMALLEST = 8
"""Fewer points than this tell nothing of a surface."""

_BOUNDS = ((math.log(0.05), math.log(20.0)), (math.log(1e-3), math.log(1e2)), (math.log(1e-6), math.log(2.0)))
"""Of log length scale (cube sides), log signal variance and log noise variance (both of standardised values)."""

_STARTS = ((math.log(0.5), 0.0, math.log(0.05)), (math.log(2.0), 0.0, math.log(0.3)))
CHUNK = 8192


@dataclass(frozen=True)
class Emulator:
    """A fitted surface over the unit cube.

    Attributes
    ----------
    points : float64[n, d], where the measure was taken.
    centre, spread : of the measures.
    lengths : float64[d], length scales; a long one belongs to a parameter that hardly matters.
    signal, noise : variances of standardised measures: of the surface, and of luck about it.
    loo_r2 : share of the variance that is predicted when each point is left out.
    loo_inside : share of the points left out that fall within two standard deviations.
    """

    points: Array
    centre: float
    spread: float
    lengths: Array
    signal: float
    noise: float
    weights: Array
    factor: Array
    loo_r2: float
    loo_inside: float

    def predict(self, at: Array) -> tuple[Array, Array]:
        """Mean and standard deviation of the measure's expectation at points of the cube.

        Parameters
        ----------
        at : float64[m, d]
        """
        means, deviations = [], []
        for begin in range(0, len(at), CHUNK):
            cross = _kernel(at[begin : begin + CHUNK], self.points, self.lengths, self.signal)
            solved = solve_triangular(self.factor, cross.T, lower=True)
            means.append(cross @ self.weights)
            deviations.append(np.sqrt(np.maximum(self.signal - (solved**2).sum(axis=0), 1e-12)))
        return self.centre + self.spread * np.concatenate(means), self.spread * np.concatenate(deviations)


def fit(points: Array, values: Array) -> Emulator | None:
    """Fit a surface by maximum likelihood; None if there are too few points or the measure never moves.

    Parameters
    ----------
    points : float64[n, d] in the unit cube.
    values : float64[n], finite.
    """
    if len(points) < SMALLEST or np.ptp(values) == 0:
        return None
    centre, spread = float(values.mean()), float(values.std())
    y = (values - centre) / spread
    dimensions = points.shape[1]
    bounds = [_BOUNDS[0]] * dimensions + [_BOUNDS[1], _BOUNDS[2]]
    best = None
    for length, signal, noise in _STARTS:
        start = np.array([length] * dimensions + [signal, noise])
        found = minimize(_negative_likelihood, start, (points, y), jac=True, method="L-BFGS-B", bounds=bounds)
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    lengths, signal, noise = np.exp(best.x[:-2]), math.exp(best.x[-2]), math.exp(best.x[-1])
    factor = cholesky(_covariance(points, lengths, signal, noise), lower=True)
    weights = cho_solve((factor, True), y)
    r2, share = _left_out(factor, weights, y)
    return Emulator(points, centre, spread, lengths, signal, noise, weights, factor, r2, share)


def _kernel(a: Array, b: Array, lengths: Array, signal: float) -> Array:
    """Squared exponential with a length scale for each dimension."""
    scaled_a, scaled_b = a / lengths, b / lengths
    squares = (scaled_a**2).sum(axis=1)[:, None] + (scaled_b**2).sum(axis=1)[None, :] - 2 * scaled_a @ scaled_b.T
    return np.asarray(signal * np.exp(-0.5 * np.maximum(squares, 0.0)))


def _covariance(points: Array, lengths: Array, signal: float, noise: float) -> Array:
    return _kernel(points, points, lengths, signal) + (noise + 1e-8) * np.eye(len(points))


def _negative_likelihood(theta: Array, points: Array, y: Array) -> tuple[float, Array]:
    """Negative log marginal likelihood and its gradient (Rasmussen & Williams, equations 5.8 and 5.9)."""
    lengths, signal, noise = np.exp(theta[:-2]), math.exp(theta[-2]), math.exp(theta[-1])
    own = _kernel(points, points, lengths, signal)
    factor = cholesky(own + (noise + 1e-8) * np.eye(len(y)), lower=True)
    weights = cho_solve((factor, True), y)
    value = 0.5 * y @ weights + np.log(np.diag(factor)).sum() + 0.5 * len(y) * math.log(2 * math.pi)
    inner = np.outer(weights, weights) - cho_solve((factor, True), np.eye(len(y)))
    weighted = inner * own
    gradient = [
        -0.5 * float((weighted * (points[:, [d]] - points[:, d]) ** 2).sum()) / lengths[d] ** 2
        for d in range(points.shape[1])
    ]
    gradient += [-0.5 * float(weighted.sum()), -0.5 * noise * float(np.trace(inner))]
    return float(value), np.array(gradient)


def _left_out(factor: Array, weights: Array, y: Array) -> tuple[float, float]:
    """Errors when each point is left out, in closed form (Sundararajan & Keerthi 2001)."""
    precision = np.diag(cho_solve((factor, True), np.eye(len(y))))
    residuals = weights / precision
    inside = float(np.mean(np.abs(residuals) * np.sqrt(precision) < 2))
    return 1.0 - float((residuals**2).mean() / y.var()), inside
