"""Competing contagions: two or more brands spread over one graph.

Source: Carnes, Nagarajan, Wild & van Zuylen 2007, "Maximizing influence in a competitive social network", ICEC;
Bharathi, Kempe & Salek 2007, "Competitive influence maximization in social networks", WINE, section 2. Every brand b
spreads as an independent cascade with its chances p_b(v, w). Exclusive: the first brand to reach a user keeps the user,
and only that brand passes on::

    w takes b at t + 1  <=>  w has no brand by t, some v that took b at t has U_b(v, w) < p_b(v, w),
                             and among all brands and such v the tie draw of (b, v, w) is the smallest

U_b(v, w) is keyed by (seed, replication, brand, key of v, key of w); the tie draw has one word more, so that a
brand with small chances does not win ties by its small draws. A row seeded by several brands goes to one by the tie
draw of (b, w). Not exclusive: each brand runs alone on draws of its own, and a user may take several.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.compiling import kernel
from simulator.kernels.diffusion.rule import CURSORS, HEAD, NOT_ADOPTED, TAIL, Rule, adopt, value
from simulator.kernels.rng import absorb, unit

TIE = 0


class CompetingParameters(NamedTuple):
    """The brands."""

    probabilities: np.ndarray
    """float64[K, m] or float64[K, 1]."""
    seed_brands: np.ndarray
    """int32[k], the brand of every seed; a row may stand several times."""
    only: int
    """The one brand that runs, or -1 for all."""


class CompetingState(NamedTuple):
    """Memory of a replication."""

    time: np.ndarray
    """int32[n], tick of adoption, or -1."""
    queue: np.ndarray
    """int32[n], the adopters in the order of adoption."""
    parent: np.ndarray
    """int32[n] or int32[0]."""
    rank: np.ndarray
    """uint64[n], the smallest tie draw of those that won a row."""
    cursor: np.ndarray
    brand: np.ndarray
    """int32[n]; valid where time >= 0."""


def state_of(n, trees, parameters):
    """Memory for a graph of n rows."""
    return CompetingState(
        np.full(n, NOT_ADOPTED, np.int32), np.empty(n, np.int32), np.empty(n if trees else 0, np.int32),
        np.empty(n, np.uint64), np.zeros(CURSORS, np.int64), np.empty(n, np.int32),
    )


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds take their brands."""
    state.cursor[:] = 0
    for i in range(seeds.size):
        row, brand = seeds[i], parameters.seed_brands[i]
        if parameters.only >= 0 and brand != parameters.only:
            continue
        tie = absorb(absorb(luck, brand), keys[row])
        fresh = state.time[row] == NOT_ADOPTED
        if fresh:
            adopt(row, 0, state)
        if fresh or tie < state.rank[row]:
            state.rank[row] = tie
            state.brand[row] = brand
            if state.parent.size > 0:
                state.parent[row] = -1


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody adopted."""
    time, cursor = state.time, state.cursor
    stop = cursor[TAIL]
    for place in range(cursor[HEAD], stop):
        source = state.queue[place]
        brand = state.brand[source]
        base = absorb(absorb(luck, brand), keys[source])
        chances = parameters.probabilities[brand]
        for edge in range(offsets[source], offsets[source + 1]):
            row = targets[edge]
            h = absorb(base, keys[row])
            if unit(h) >= value(chances, edge):
                continue
            fresh = time[row] == NOT_ADOPTED
            if fresh:
                adopt(row, now, state)
            if time[row] == now:
                tie = absorb(h, TIE)
                if fresh or tie < state.rank[row]:
                    state.rank[row] = tie
                    state.brand[row] = brand
                    if state.parent.size > 0:
                        state.parent[row] = source
    cursor[HEAD] = stop
    return cursor[TAIL] > stop


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1; tallies [R, K, 1] count the users of each brand.

    Where they are wanted, `frequencies` is int64[K * n], brand by brand.
    """
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        start(keys, luck, parameters, seeds, state)
        now, active = 0, True
        while active and now < ticks:
            now += 1
            active = step(offsets, targets, keys, luck, parameters, state, now)
        outcome.sizes[replication] = state.cursor[TAIL]
        by_brand = outcome.tallies.size > 0
        for i in range(state.cursor[TAIL]):
            row, brand = state.queue[i], state.brand[state.queue[i]]
            if by_brand:
                outcome.tallies[replication, brand, 0] += 1
            outcome.frequencies[brand * keys.size + row if by_brand else row] += 1
            state.time[row] = NOT_ADOPTED


def example(followees, m, seeds, strength):
    """Two brands that take turns among the seeds."""
    return CompetingParameters(np.full((2, 1), strength), np.arange(seeds, dtype=np.int32) % 2, -1)


RULE = Rule(
    "competing", "Carnes et al. 2007; Bharathi, Kempe & Salek 2007", decisions.COMPETING,
    example, state_of, start, step, run, monotone=False,
)
