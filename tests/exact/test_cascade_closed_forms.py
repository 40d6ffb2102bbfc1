"""Independent cascades whose law is known. Every tolerance is a number of standard errors; seeds are pinned."""

import numpy as np
import pytest
from scipy import stats

from simulator.diffusion import independent_cascade
from simulator.network.csr import CSRGraph

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def path(length):
    return CSRGraph.from_edges(np.arange(length), np.arange(1, length + 1), length + 1)


def star(leaves):
    return CSRGraph.from_edges(np.zeros(leaves, np.int64), np.arange(1, leaves + 1), leaves + 1)


def erdos_renyi(n, mean, seed):
    rng = np.random.default_rng(seed)
    m = rng.poisson(n * mean)
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n)


def binomial_p_value(successes, trials, p):
    return stats.binomtest(int(successes), trials, p).pvalue


def test_chance_0_stays_with_the_seeds():
    result = independent_cascade(erdos_renyi(300, 10, 1), [4, 9], probability=0.0, replications=20)
    assert (result.final_sizes == 2).all()
    assert result.frequencies.sum() == 40
    assert (result.parents(3) == -1).all()


def test_chance_1_reaches_what_can_be_reached_in_shortest_time():
    graph = erdos_renyi(300, 2, 2)
    result = independent_cascade(graph, 7, probability=1.0)
    import networkx

    distances = networkx.single_source_shortest_path_length(graph.to_networkx(), 7)
    times = result.adoption_times()
    assert {row: int(times[row]) for row in np.flatnonzero(times >= 0)} == dict(distances)


def test_path():
    """User k of a path adopts with chance p**k, and never without user k - 1."""
    result = independent_cascade(path(6), 0, probability=0.7, replications=20_000, seed=3)
    assert (np.diff(result.frequencies) <= 0).all()
    for k in range(7):
        p_value = binomial_p_value(result.frequencies[k], 20_000, 0.7**k)
        assert p_value > FALSE_ALARM / 7
    assert (result.adoption_times(0) == np.where(result.adoption_times(0) >= 0, np.arange(7), -1)).all()


def sizes_are_binomial(result, leaves, p):
    counts = np.bincount(result.final_sizes - 1, minlength=leaves + 1)
    expected = stats.binom.pmf(np.arange(leaves + 1), leaves, p) * result.replications
    # cells expected below 5 are joined, as the chi-square approximation asks
    few = expected < 5
    observed = np.append(counts[~few], counts[few].sum())
    wanted = np.append(expected[~few], expected[few].sum())
    return stats.chisquare(observed, wanted * observed.sum() / wanted.sum()).pvalue


def test_star():
    result = independent_cascade(star(30), 0, probability=0.2, replications=20_000, seed=4)
    assert sizes_are_binomial(result, 30, 0.2) > FALSE_ALARM


def test_a_wrong_chance_is_caught():
    """Negative control: a chance 5 % off is rejected by the two tests above."""
    wrong = independent_cascade(star(30), 0, probability=0.21, replications=20_000, seed=4)
    assert sizes_are_binomial(wrong, 30, 0.2) < FALSE_ALARM
    wrong = independent_cascade(path(6), 0, probability=0.735, replications=20_000, seed=3)
    assert binomial_p_value(wrong.frequencies[1], 20_000, 0.7) < FALSE_ALARM


def test_giant_component():
    """On a random graph a cascade that takes off reaches a share S with S = 1 - exp(-R0 S).

    Over graph and draws, S has standard deviation sqrt(S (1 - S) / n) / (1 - R0 (1 - S)) = .0030 at n = 50,000 and
    R0 = 2. The cascades share one graph; were nothing else random, the mean of 30 would scatter that much. Five of
    these, .015, is a false alarm below 1e-6 and catches an R0 that is 4 % off.
    """
    n, mean, p = 50_000, 20.0, 0.1
    result = independent_cascade(erdos_renyi(n, mean, 5), np.arange(10), probability=p, replications=30, seed=6)
    share = 0.5
    for _ in range(200):
        share = 1.0 - np.exp(-mean * p * share)
    taken_off = result.final_sizes[result.final_sizes > n // 10]
    assert taken_off.size > 0
    assert abs(taken_off.mean() / n - share) < 0.015


def test_subcritical():
    """Below the threshold the mean size is 1 / (1 - R).

    Every row has 5 followers of its own, in a tree cut after 8 generations; offspring is Binomial(5, .1), R = .5: mean
    2, less 2 * .5**9 = .004. The size has variance var(offspring) / (1 - R)**3 = 3.6; five standard errors of 20,000
    cascades are .067, a false alarm below 1e-6, and catch an R that is 4 % off.
    """
    parent = np.repeat(np.arange((5**8 - 1) // 4), 5)
    graph = CSRGraph.from_edges(parent, np.arange(1, parent.size + 1), parent.size + 1)
    result = independent_cascade(graph, 0, probability=0.1, replications=20_000, seed=7)
    assert result.final_sizes.mean() == pytest.approx(2.0 - 2.0 * 0.5**9, abs=0.067)


def test_extinction():
    """A branching tree with Binomial(3, .5) offspring dies out with chance q = (.5 + .5 q)**3, q = sqrt(5) - 2.

    Those that live to the sixth generation nearly all go on: the chance to die by then is the sixth iterate.
    """
    generations = 6
    n = sum(3**g for g in range(generations + 1))
    graph = CSRGraph.from_edges(np.repeat(np.arange((n - 1) // 3), 3), np.arange(1, n), n)
    result = independent_cascade(graph, 0, probability=0.5, replications=5000, seed=8)
    dead = 0.0
    for _ in range(generations):
        dead = (0.5 + 0.5 * dead) ** 3
    lived = sum((result.adoption_times(r) == generations).any() for r in range(5000))
    assert binomial_p_value(lived, 5000, 1.0 - dead) > FALSE_ALARM
    assert dead == pytest.approx(5**0.5 - 2, abs=0.01)
