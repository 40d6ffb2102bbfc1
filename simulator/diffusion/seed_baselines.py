"""The usual baselines of seed selection: degree, degree discount, chance."""

from __future__ import annotations

import numpy as np

from simulator.diffusion.inputs import Graph
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.rng import absorb, fill_uniform, stream
from simulator.types import Array


def degree_seeds(graph: Graph, k: int) -> Array:
    """The k rows with most followers, int32[k]; of equals the lower row."""
    _check_number(graph, k)
    return np.argsort(-np.diff(graph.offsets), kind="stable")[:k].astype(np.int32)


def degree_discount_seeds(graph: Graph, k: int, probability: float) -> Array:
    """The k rows of largest discounted follower count, int32[k] (Chen, Wang & Yang 2009, KDD, algorithm 4).

    A row with d followers, t of whose followees are seeds, counts ``d - 2 t - (d - t) t p``.
    """
    _check_number(graph, k)
    degree = np.diff(graph.offsets)
    score = degree.astype(np.float64)
    taken = np.zeros(graph.n)
    seeds = np.empty(k, np.int32)
    for i in range(k):
        row = int(np.argmax(score))
        seeds[i] = row
        fans = graph.targets[graph.offsets[row] : graph.offsets[row + 1]]
        taken[fans] += 1.0
        d, t = degree[fans], taken[fans]
        discounted = d - 2.0 * t - (d - t) * t * probability
        score[fans] = np.where(np.isneginf(score[fans]), -np.inf, discounted)
        score[row] = -np.inf
    return seeds


def random_seeds(graph: Graph, k: int, seed: int = 0) -> Array:
    """k rows at random, int32[k]."""
    _check_number(graph, k)
    luck = np.empty(graph.n)
    prefix = np.uint64(absorb(stream(seed, decisions.CASCADE_SEED), 2))
    fill_uniform(prefix, np.arange(graph.n, dtype=np.uint32), luck)
    return np.argsort(luck, kind="stable")[:k].astype(np.int32)


def _check_number(graph: Graph, k: int) -> None:
    if not isinstance(k, int | np.integer) or not 1 <= k <= graph.n:
        raise InputError(Problem(0, 0, "k", f"{k!r}", f"1 to {graph.n}"))
