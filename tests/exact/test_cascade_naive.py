"""The compiled cascade against its twin: the same draws, so the same users, times and parents, node for node."""

import numpy as np
import pytest

from simulator.diffusion import independent_cascade
from simulator.kernels.rng import absorb, mix
from simulator.network.csr import CSRGraph
from tests.naive import independent_cascade as naive


def random_graph(n, m, seed):
    rng = np.random.default_rng(seed)
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n)


def twin(graph, keys, seeds, chance, seed, replication):
    followers = {row: graph.followers(row).tolist() for row in range(graph.n)}
    times, parents = naive.independent_cascade(followers, dict(enumerate(keys)), seeds, chance, seed, replication)
    time, parent = np.full(graph.n, -1), np.full(graph.n, -1)
    for row, at in times.items():
        time[row] = at
        parent[row] = -1 if parents[row] is None else parents[row]
    return time, parent


def agree(result, graph, keys, seeds, chance, seed):
    frequencies = np.zeros(graph.n, np.int64)
    for replication in range(result.replications):
        time, parent = twin(graph, keys, seeds, chance, seed, replication)
        assert (result.adoption_times(replication) == time).all()
        assert (result.parents(replication) == parent).all()
        assert (result.depths(replication) == time).all()
        assert result.final_sizes[replication] == (time >= 0).sum()
        frequencies += time >= 0
    assert (result.frequencies == frequencies).all()


def test_the_hash_is_the_packages():
    for word in (0, 1, 2**32 - 1, 12345678901234567):
        assert naive.mix(word) == int(mix(np.uint64(word)))
        assert naive.absorb(2**63 + 5, word) == int(absorb(np.uint64(2**63 + 5), np.uint64(word)))
    # SplitMix64's first published output for seed 1234567
    assert naive.mix(1234567 + naive.GOLDEN) == 6457827717110365317


@pytest.mark.parametrize("probability", [0.0, 0.08, 0.3, 1.0])
def test_uniform_chance(probability):
    graph, seeds = random_graph(60, 500, 1), [3, 17]
    result = independent_cascade(graph, seeds, probability=probability, replications=12, seed=9)
    agree(result, graph, range(60), seeds, lambda u, v: probability, 9)


def test_a_chance_an_edge_and_keys():
    graph, seeds = random_graph(60, 500, 2), [0, 5, 59]
    rng = np.random.default_rng(3)
    keys = rng.choice(2**32, 60, replace=False)
    chances = rng.random(graph.n_edges) * 0.4

    def chance(u, v):
        return chances[graph.offsets[u] + graph.followers(u).tolist().index(v)]

    result = independent_cascade(graph, seeds, probability=chances, replications=12, seed=2**63 + 1, keys=keys)
    agree(result, graph, [int(k) for k in keys], seeds, chance, 2**63 + 1)


def test_keys_with_a_uniform_chance():
    graph, keys = random_graph(40, 300, 4), np.arange(40)[::-1] * 7
    result = independent_cascade(graph, [1], probability=0.2, replications=12, seed=0, keys=keys)
    agree(result, graph, keys.tolist(), [1], lambda u, v: 0.2, 0)


def test_rows_longer_than_a_block():
    """A hub of 1,500 followers, each with a few of its own: rows cross blocks, batches fill, parents compete."""
    rng = np.random.default_rng(5)
    src = np.concatenate((np.zeros(1500, np.int64), rng.integers(1, 1501, 6000)))
    dst = np.concatenate((np.arange(1, 1501), rng.integers(1, 2001, 6000)))
    graph = CSRGraph.from_edges(src, dst, 2001)
    result = independent_cascade(graph, [0], probability=0.5, replications=2, seed=1)
    agree(result, graph, range(2001), [0], lambda u, v: 0.5, 1)
