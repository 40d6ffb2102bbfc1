"""Linear threshold: against its twin, and where its law is known. Seeds are pinned."""

from fractions import Fraction

import numpy as np
import pytest

from simulator.diffusion import linear_threshold
from tests.naive import linear_threshold as naive
from tests.support.cascades import agree, edge_place, edges, followers_of, path, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


@pytest.mark.parametrize("keyed", [False, True])
def test_twin_with_equal_weights(keyed):
    graph = random_graph(60, 300, 1)
    keys = np.random.default_rng(2).choice(2**32, 60, replace=False) if keyed else None
    names = dict(enumerate(range(60) if keys is None else keys.tolist()))
    followees = graph.followee_counts()
    result = linear_threshold(graph, [3, 17, 40], replications=12, seed=2**63 + 1, keys=keys)

    def twin(replication):
        return naive.linear_threshold(
            followers_of(graph), names, [3, 17, 40], lambda v, w: Fraction(1, int(followees[w])), 2**63 + 1, replication
        )

    agree(result, twin)


def test_twin_with_weights_and_thresholds():
    graph = random_graph(60, 300, 3)
    rng = np.random.default_rng(4)
    weights = rng.random(graph.n_edges) / np.maximum(graph.followee_counts(), 1)[graph.targets]
    thresholds = rng.random(60) * 0.3
    for given in (None, thresholds):
        result = linear_threshold(graph, [0, 5], weights=weights, thresholds=given, replications=8, seed=5)

        def twin(replication, given=given):
            def weight(v, w):
                return Fraction(weights[edge_place(graph, v, w)])

            threshold = None if given is None else given.__getitem__
            return naive.linear_threshold(
                followers_of(graph), dict(enumerate(range(60))), [0, 5], weight, 5, replication, threshold
            )

        agree(result, twin)


def test_path():
    """User k of a path whose edges weigh .7 adopts with chance .7**k."""
    result = linear_threshold(path(5), 0, weights=np.full(5, 0.7), replications=20_000, seed=3)
    for k in range(6):
        assert two_sided(result.frequencies[k], 20_000, 0.7**k) > FALSE_ALARM / 6
    assert two_sided(result.frequencies[1], 20_000, 0.735) < FALSE_ALARM  # a weight 5 % off is caught


def test_share_of_seeded_followees():
    """With j of 8 followees adopted, equal weights, a user adopts with chance j / 8: exactly always at 8."""
    star = edges(9, *((v, 8) for v in range(8)))
    for j in (1, 4, 8):
        result = linear_threshold(star, np.arange(j), replications=10_000, seed=6)
        assert two_sided(result.frequencies[8], 10_000, j / 8) > FALSE_ALARM / 3
    assert result.frequencies[8] == 10_000


def test_one_live_edge_a_user():
    """s -> a, s -> b, a -> t, b -> t: t picks a with chance .5, b with .3 (Kempe et al. 2003, theorem 2.5).

    So t adopts with chance .5 * .6 + .3 * .9 = .57, where a and b weigh s by .6 and .9.
    """
    graph = edges(4, (0, 1), (0, 2), (1, 3), (2, 3))
    result = linear_threshold(graph, 0, weights=[0.6, 0.9, 0.5, 0.3], replications=20_000, seed=7)
    assert two_sided(result.frequencies[3], 20_000, 0.57) > FALSE_ALARM


@pytest.mark.parametrize(("threshold", "needed"), [(0.0, 1), (0.3, 3), (0.31, 4), (0.7, 7), (1.0, 10)])
def test_given_thresholds_are_reached_exactly(threshold, needed):
    star = edges(11, *((v, 10) for v in range(10)))
    for weights in (None, np.full(10, 0.1)):
        for j in (needed - 1, needed):
            if j:
                result = linear_threshold(star, np.arange(j), weights=weights, thresholds=threshold)
                assert result.final_sizes[0] == j + (j == needed)
