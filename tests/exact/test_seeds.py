"""Chosen seeds against what is known to be best, and against lazy greedy choice. Seeds of luck are pinned."""

import itertools
import random

import numpy as np
import pytest
from scipy import stats

from simulator.diffusion import select_seeds
from simulator.network.csr import CSRGraph
from tests.naive import celf as naive

FALSE_ALARM = 1e-6


def random_graph(n, mean, seed):
    rng = np.random.default_rng(seed)
    m = rng.poisson(n * mean)
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n)


def edges_of(graph):
    return list(
        zip(np.repeat(np.arange(graph.n), np.diff(graph.offsets)).tolist(), graph.targets.tolist(), strict=True)
    )


def stars():
    """Three stars of 30, 20 and 10 leaves, centres 0, 1 and 2."""
    sizes = (30, 20, 10)
    return CSRGraph.from_edges(np.repeat([0, 1, 2], sizes), np.arange(3, 3 + sum(sizes)), 3 + sum(sizes))


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_stars_are_taken_by_size(model):
    chosen = select_seeds(stars(), 2, model=model)
    assert chosen.seeds.tolist() == [0, 1]
    assert chosen.spread_low <= 52 <= chosen.spread_high


def test_a_number_of_chance_half():
    """Spread of the centre of a star of 30 is 1 + 15."""
    chosen = select_seeds(stars(), 1, probability=0.5)
    assert chosen.seeds.tolist() == [0]
    assert chosen.spread_low <= 16 <= chosen.spread_high


def test_chances_for_every_edge_belong_to_their_edge():
    """Only the smallest star passes anything on."""
    graph = stars()
    chances = np.where(np.repeat([0, 1, 2], [30, 20, 10]) == 2, 1.0, 0.01)
    chosen = select_seeds(graph, 1, probability=chances)
    assert chosen.seeds.tolist() == [2]
    assert chosen.spread_low <= 11 <= chosen.spread_high


def test_budget():
    """30 leaves for 10 or 20 and 10 leaves for 4 and 2: within 6 the two smaller stars are best."""
    price = np.ones(63)
    price[:3] = (10.0, 4.0, 2.0)
    chosen = select_seeds(stars(), costs=price, budget=6.0)
    assert sorted(chosen.seeds.tolist()) == [1, 2]
    assert chosen.cost == 6.0
    assert chosen.reached


def test_a_single_large_one_beats_many_cheap_ones():
    """A leaf of its own gains 1 for .01, the centre 30 for 1: by gain per cost alone the leaf would bar the centre."""
    graph = CSRGraph.from_edges(np.zeros(30, np.int64), np.arange(1, 31), 32)
    price = np.full(32, 5.0)
    price[0], price[31] = 1.0, 0.01
    assert select_seeds(graph, costs=price, budget=1.0).seeds.tolist() == [0]


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_no_worse_than_lazy_greedy(model):
    """Both are judged in worlds that neither has seen, 1,000 of them: not 5 standard errors and 2 % below."""
    graph, k = random_graph(120, 5, 4), 4
    edges, followees = edges_of(graph), np.maximum(np.bincount(graph.targets, minlength=120), 1)
    luck = random.Random(3).random

    def worlds(number):
        if model == "lt":
            return [naive.live_threshold_edges(edges, 120, luck) for _ in range(number)]
        return [naive.live_edges(edges, lambda s, t: 1.0 / followees[t], luck) for _ in range(number)]

    greedy = naive.celf(worlds(60), 120, k)
    ours = select_seeds(graph, k, model=model, epsilon=0.05)
    judged = worlds(1000)
    sizes = np.array([[len(naive.reached(w, s)) for s in (greedy, ours.seeds.tolist())] for w in judged])
    difference = sizes[:, 1] - sizes[:, 0]
    error = difference.std() / np.sqrt(difference.size)
    assert difference.mean() > -0.02 * sizes[:, 0].mean() - 5 * error
    own = sizes[:, 1].std() / np.sqrt(difference.size)
    assert ours.spread_low - 5 * own <= sizes[:, 1].mean() <= ours.spread_high + 5 * own


def test_the_certificate_holds_against_the_best():
    """All pairs of 30 rows are tried; chance 1 makes their spread exact."""
    graph = random_graph(30, 1.0, 7)
    world = naive.live_edges(edges_of(graph), lambda s, t: 1.0, lambda: 0.0)
    best = max(len(naive.reached(world, pair)) for pair in itertools.combinations(range(30), 2))
    chosen = select_seeds(graph, 2, probability=1.0)
    size = len(naive.reached(world, chosen.seeds.tolist()))
    assert size >= chosen.certified_ratio * best
    assert chosen.spread_low <= size <= chosen.spread_high
    assert chosen.certified_ratio >= 1 - np.exp(-1) - 0.02


def test_sets_meet_a_row_as_often_as_it_spreads():
    """On a path 0 -> 1 -> 2 with chance .4 the spread of row 0 is 1 + .4 + .16: met by .52 of the sets."""
    path = CSRGraph.from_edges([0, 1], [1, 2], 3)
    chosen = select_seeds(path, 1, probability=0.4)
    half = chosen.sets // 2
    met = round(chosen.spread / 3 * half)
    assert chosen.seeds.tolist() == [0]
    assert stats.binomtest(met, half, 0.52).pvalue > FALSE_ALARM
    assert stats.binomtest(met, half, 0.42).pvalue < FALSE_ALARM  # negative control
