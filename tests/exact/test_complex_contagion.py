"""Complex contagion: against its twin, and where its law is known. Seeds are pinned."""

import math

import numpy as np
import pytest

from simulator.diffusion import complex_contagion
from simulator.network.csr import CSRGraph
from tests.naive import complex_contagion as naive
from tests.support.cascades import agree, edges, followers_of, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def ring(n, reach):
    src = np.repeat(np.arange(n), 2 * reach)
    steps = np.concatenate((np.arange(-reach, 0), np.arange(1, reach + 1)))
    return CSRGraph.from_edges(src, (src + np.tile(steps, n)) % n, n)


def test_twin():
    graph, seeds = random_graph(60, 400, 1), list(range(8))
    names, followees = dict(enumerate(range(60))), graph.followee_counts()
    shares = np.random.default_rng(2).random(60) * 0.6
    hazards = (0.1, 0.15, 0.25)

    agree(
        complex_contagion(graph, seeds, adopters=2, replications=2),
        lambda r: naive.with_thresholds(followers_of(graph), names, seeds, lambda w: 2, 0, r),
    )
    agree(
        complex_contagion(graph, seeds, share=shares),
        lambda r: naive.with_thresholds(
            followers_of(graph), names, seeds, lambda w: max(1, math.ceil(shares[w] * followees[w])), 0, r
        ),
    )
    agree(
        complex_contagion(graph, seeds, hazard=0.1, second=0.5, third=1.0, replications=10, seed=3),
        lambda r: naive.with_hazards(followers_of(graph), names, seeds, lambda c: hazards[min(c, 3) - 1], 3, r),
    )


def test_wide_bridges_carry_and_narrow_ones_do_not():
    """Two neighbours as seeds: on a ring of reach 2 a threshold of two goes round, one user a tick on either side."""
    result = complex_contagion(ring(40, 2), [0, 1], adopters=2)
    assert result.final_sizes[0] == 40
    assert result.adoption_times()[[2, 3, 39, 38, 20, 21]].tolist() == [1, 2, 1, 2, 19, 19]
    assert complex_contagion(ring(40, 1), [0, 1], adopters=2).final_sizes[0] == 2


@pytest.mark.parametrize(("share", "size"), [(0.5, 40), (0.51, 2)])
def test_relative_threshold(share, size):
    assert complex_contagion(ring(40, 2), [0, 1], share=share).final_sizes[0] == size


@pytest.mark.parametrize("together", [1, 2, 3, 5])
def test_hazard(together):
    """c adopters win a user with chance 1 - (1 - h(1)) ... (1 - h(c)), whether in one tick or one after the other."""
    h = [0.1, 0.2, 0.3, 0.3, 0.3]
    chance = 1.0 - np.prod(1.0 - np.array(h[:together]))
    star = edges(6, *((v, 5) for v in range(5)))
    result = complex_contagion(
        star, np.arange(together), hazard=0.1, second=1.0, third=1.0, replications=20_000, seed=together
    )
    assert two_sided(result.frequencies[5], 20_000, chance) > FALSE_ALARM
    if together > 1:  # a chance 7 % off is caught
        assert two_sided(result.frequencies[5], 20_000, 1.07 * chance) < FALSE_ALARM


def test_hazards_in_turn():
    """0 -> t and 0 -> 1 -> t, edge 0 -> 1 certain: t is exposed at ticks 1 and 2, with h(1) = .5 and h(2) = 1."""
    graph = edges(3, (0, 1), (0, 2), (1, 2))
    result = complex_contagion(graph, 0, hazard=0.5, second=1.0, replications=10_000, seed=1)
    both = sum(result.adoption_times(r)[2] == 2 for r in range(2000))
    # 1 adopts with chance .5; t then adopts at 2 if it has not at 1
    assert two_sided(both, 2000, 0.25) > FALSE_ALARM
    assert two_sided(result.frequencies[2], 10_000, 0.75) > FALSE_ALARM
