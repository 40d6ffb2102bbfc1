"""Small graphs, and compiled replications beside their twins."""

import numpy as np
from scipy import stats

from simulator.network.csr import CSRGraph


def random_graph(n, m, seed):
    rng = np.random.default_rng(seed)
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n)


def edges(n, *pairs):
    src, dst = np.array(pairs).T
    return CSRGraph.from_edges(src, dst, n)


def path(length):
    return CSRGraph.from_edges(np.arange(length), np.arange(1, length + 1), length + 1)


def complete(n):
    src, dst = np.divmod(np.arange(n * n), n)
    return CSRGraph.from_edges(src, dst, n)


def followers_of(graph):
    return {row: graph.followers(row).tolist() for row in range(graph.n)}


def edge_place(graph, source, target):
    return graph.offsets[source] + graph.followers(source).tolist().index(target)


def agree(result, twin):
    """Times, parents, depths, sizes and frequencies of all replications; twin(r) gives times and parents."""
    n = result.call.n
    frequencies = np.zeros(n, np.int64)
    for replication in range(result.replications):
        times, parents = twin(replication)
        time, parent = np.full(n, -1), np.full(n, -1)
        for row, at in times.items():
            time[row] = at
            if parents[row] is not None:
                parent[row] = parents[row]
        assert (result.adoption_times(replication) == time).all()
        assert (result.parents(replication) == parent).all()
        depth = result.depths(replication)
        assert (depth[time == 0] == 0).all()
        assert (depth[time < 0] == -1).all()
        later = time > 0
        assert (depth[later] == depth[parent[later]] + 1).all()
        assert result.final_sizes[replication] == len(times)
        frequencies += time >= 0
    assert (result.frequencies == frequencies).all()


def two_sided(successes, trials, p):
    """p-value of an exact binomial test."""
    return stats.binomtest(int(successes), trials, p).pvalue
