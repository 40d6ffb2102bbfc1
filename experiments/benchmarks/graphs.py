"""Graphs the benchmarks run on."""

from __future__ import annotations

import numpy as np

from simulator.network.csr import CSRGraph

EXPONENT = 2.3
MEAN = 20.5


def heavy_tail(n: int, seed: int = 1) -> CSRGraph:
    """Directed followers: Pareto follower counts; half of the follow ties are uniform, half go with popularity.

    Counts have density exponent 2.3 and mean 20.5 before they are rounded and cut at n. The follower at the end of a
    tie is any user with chance 1/2, else a user drawn in proportion to the own follower count. Loops and repeated ties
    are dropped.
    """
    rng = np.random.default_rng(seed)
    weight = np.minimum((1.0 - rng.random(n)) ** (-1.0 / (EXPONENT - 1.0)), n)
    count = np.floor(weight * (MEAN / weight.mean()) + rng.random(n)).astype(np.int64)
    source = np.repeat(np.arange(n, dtype=np.int32), np.minimum(count, n))
    follower = rng.integers(0, n, source.size, dtype=np.int32)
    popular = rng.random(source.size) < 0.5
    follower[popular] = source[rng.integers(0, source.size, int(popular.sum()))]
    return CSRGraph.from_edges(source, follower, n)
