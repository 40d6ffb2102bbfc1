"""Intervals, paired differences, bootstrap and Holm, against hand-computed numbers and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simulator.ensemble.statistics import (
    bootstrap_interval,
    holm,
    mean_interval,
    paired_difference,
    variance_reduction,
)

A = np.array([10.0, 12.0, 9.0, 14.0, 11.0])
B = np.array([8.0, 11.0, 9.0, 10.0, 10.0])


def test_mean_interval_by_hand() -> None:
    """1, 2, 3, 4: mean 2.5, sd sqrt(5/3), t quantile 3.182446 with 3 degrees of freedom."""
    got = mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 3.1824463052842638 * math.sqrt(5 / 3) / 2
    assert got.mean == 2.5
    assert got.sd == pytest.approx(math.sqrt(5 / 3), rel=1e-14)
    assert (got.low, got.high) == pytest.approx((2.5 - half, 2.5 + half), rel=1e-12)
    assert got.n == 4


def test_paired_difference_by_hand_and_by_scipy() -> None:
    """Differences 2 1 0 4 1: mean 1.6, variance 2.3."""
    got = paired_difference(A, B, seed=1)
    reference = stats.ttest_rel(A, B)
    interval = reference.confidence_interval(0.95)
    assert got.mean == pytest.approx(1.6, rel=1e-15)
    assert got.p_value == pytest.approx(reference.pvalue, rel=1e-12)
    assert (got.low, got.high) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert got.correlation == pytest.approx(stats.pearsonr(A, B).statistic, rel=1e-12)
    assert got.variance_reduction == pytest.approx((3.7 + 1.3) / 2.3, rel=1e-12)
    assert got.n == 5
    assert not got.separable


def test_separable_when_the_interval_leaves_out_zero() -> None:
    assert paired_difference(A + 10, B, 1).separable
    assert paired_difference(B, A + 10, 1).separable
    swapped, straight = paired_difference(B, A, 1), paired_difference(A, B, 1)
    assert (swapped.low, swapped.high) == (-straight.high, -straight.low)


def test_one_replication_has_no_interval() -> None:
    got = paired_difference(np.array([3.0]), np.array([1.0]), 1)
    assert (got.mean, got.n, got.separable) == (2.0, 1, False)
    unknown = (got.low, got.high, got.bootstrap_low, got.bootstrap_high, got.p_value, got.correlation)
    assert all(map(math.isnan, (*unknown, got.variance_reduction, mean_interval(np.array([3.0])).sd)))


def test_nothing_to_pair() -> None:
    got = paired_difference(np.array([math.nan]), np.array([1.0]), 1)
    assert (got.n, got.separable) == (0, False)
    assert math.isnan(got.mean)


def test_equal_arms_differ_by_exactly_nothing() -> None:
    got = paired_difference(A, A, 1)
    assert (got.mean, got.low, got.high, got.bootstrap_low, got.bootstrap_high) == (0, 0, 0, 0, 0)
    assert (got.p_value, got.correlation, got.separable) == (1.0, pytest.approx(1.0), False)
    assert got.variance_reduction == math.inf


def test_a_constant_difference_is_certain() -> None:
    got = paired_difference(A + 3, A, 1)
    assert (got.low, got.high, got.p_value, got.separable) == (3, 3, 0.0, True)


def test_constants_have_no_spurious_deviation() -> None:
    got = mean_interval(np.full(7, 0.1))
    assert (got.mean, got.sd, got.low, got.high) == (0.1, 0.0, 0.1, 0.1)
    assert math.isnan(variance_reduction(np.full(7, 0.1), np.full(7, 0.3)))


def test_pairs_with_a_missing_value_are_left_out() -> None:
    a, b = np.append(A, [math.nan, 5.0]), np.append(B, [1.0, math.inf])
    assert paired_difference(a, b, 1) == paired_difference(A, B, 1)


def test_pairing_that_does_harm_is_told() -> None:
    assert variance_reduction(A, -A) == pytest.approx(0.5)


def test_bootstrap_is_a_function_of_its_seed() -> None:
    difference = np.random.default_rng(4).normal(size=30)
    assert bootstrap_interval(difference, 1) == bootstrap_interval(difference, 1)
    assert bootstrap_interval(difference, 1) != bootstrap_interval(difference, 2)
    low, high = bootstrap_interval(difference, 1)
    assert difference.min() <= low < difference.mean() < high <= difference.max()


def test_bootstrap_agrees_with_scipy() -> None:
    """Both ends estimate the same quantiles of resampled means, to the bootstrap's own error.

    In units of the mean's standard error an end errs by sqrt(.025 x .975 / 2000) / .058 = .060, the difference of two
    ends by .085. A band of .5 is 5.9 of these: false alarms below 1e-8. An interval of
    80 %, whose ends are .68 short, would be caught.
    """
    values = np.random.default_rng(5).normal(2.0, 1.0, 40)
    reference = stats.bootstrap(
        (values,), np.mean, n_resamples=2000, method="percentile", random_state=np.random.default_rng(6)
    ).confidence_interval
    tolerance = 0.5 * values.std() / math.sqrt(40)
    assert bootstrap_interval(values, 3) == pytest.approx((reference.low, reference.high), abs=tolerance)


def test_bootstrap_of_two_values_is_known() -> None:
    """Means of 0 and 1 drawn twice are 0, 1/2, 1 with probability 1/4, 1/2, 1/4: the 2.5 and 97.5 % points are 0, 1."""
    assert bootstrap_interval(np.array([0.0, 1.0]), 1) == (0.0, 1.0)
    assert bootstrap_interval(np.array([0.0, 1.0]), 1, level=0.4) == (0.5, 0.5)


def test_intervals_cover_as_often_as_they_say() -> None:
    """4000 experiments of 5 pairs: coverage .95 +- .0034; a band of 5 standard errors alarms once in 1.7 million.

    An interval with the normal quantile 1.96 instead of Student's 2.78 would cover .88 and be caught.
    """
    random = np.random.default_rng(11)
    shared = random.normal(0, 5, (4000, 5))
    a, b = shared + random.normal(1, 1, (4000, 5)), shared + random.normal(0, 1, (4000, 5))
    intervals = [mean_interval(x - y) for x, y in zip(a, b, strict=True)]
    covered = np.mean([one.low <= 1 <= one.high for one in intervals])
    assert abs(covered - 0.95) < 5 * math.sqrt(0.95 * 0.05 / 4000)


def test_holm_by_hand() -> None:
    """Sorted .01 .02 .03 .04 times 4 3 2 1: .04 .06 .06 .06, monotone."""
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([0.001]) == [0.001]
    assert holm([]) == []


def test_holm_passes_over_what_is_missing() -> None:
    got = holm([0.01, math.nan, 0.04])
    assert (got[0], got[2]) == (0.02, 0.04)
    assert math.isnan(got[1])


def test_holm_holds_the_familywise_error() -> None:
    """3 true nulls, 4000 families at .05: some rejection in at most .05 + 5 x .0034 of them."""
    p = np.random.default_rng(3).random((4000, 3))
    wrong = np.mean([min(holm(list(family))) <= 0.05 for family in p])
    assert wrong <= 0.05 + 5 * math.sqrt(0.05 * 0.95 / 4000)
    assert np.mean(p.min(axis=1) <= 0.05) > 0.12
