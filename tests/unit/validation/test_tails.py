"""The power law is found where it was planted, and not where an exponential was."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.validation.tails import against_exponential, fit

N = 4000


def power_law(exponent: float, seed: int) -> np.ndarray:
    """Draws from P(x) ~ x^-exponent, x = 1, 2, ..."""
    return np.random.Generator(np.random.Philox(seed)).zipf(exponent, N)


def exponential(seed: int) -> np.ndarray:
    """Draws from P(x) ~ .9^x, x = 1, 2, ..."""
    return np.random.Generator(np.random.Philox(seed)).geometric(0.1, N)


@pytest.mark.parametrize("exponent", [1.9, 2.3, 2.8])
def test_the_exponent_is_found(exponent: float) -> None:
    """Within five standard errors: a false alarm in two million."""
    tail = fit(power_law(exponent, 3), x_min=1)
    assert tail is not None
    assert tail.n_tail == N
    assert tail.exponent == pytest.approx(exponent, abs=5 * tail.standard_error)


def test_a_power_law_beats_an_exponential() -> None:
    sizes = power_law(2.2, 5)
    tail = fit(sizes, x_min=1)
    assert tail is not None
    assert against_exponential(sizes, tail).z > 1.96


def test_an_exponential_beats_a_power_law() -> None:
    sizes = exponential(5)
    tail = fit(sizes, x_min=1)
    assert tail is not None
    assert against_exponential(sizes, tail).z < -1.96


def test_the_ratio_is_that_of_the_two_likelihoods() -> None:
    """By brute force: the exponential's rate from a fine grid, the normalising sums term by term."""
    sizes = np.repeat([2, 3, 4, 5, 9, 30], [40, 20, 10, 5, 3, 2])
    tail = fit(sizes, x_min=2)
    assert tail is not None
    support = np.arange(2, 2_000_000, dtype=np.float64)
    power = np.log(sizes**-tail.exponent / (support**-tail.exponent).sum())
    rates = np.linspace(0.01, 3, 3000)
    likelihoods = [np.log((1 - np.exp(-b)) * np.exp(-b * (sizes - 2))) for b in rates]
    best = max(likelihoods, key=np.sum)
    found = against_exponential(sizes, tail)
    assert found.ratio == pytest.approx((power - best).sum(), abs=0.02)
    assert found.z == pytest.approx((power - best).sum() / (np.std(power - best) * sizes.size**0.5), abs=0.02)


def test_too_few_sizes_have_no_tail() -> None:
    assert fit(np.array([1, 1, 1, 2, 3])) is None
    assert fit(np.ones(1000, np.int64)) is None
