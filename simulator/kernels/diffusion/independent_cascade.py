"""Independent cascade.

Source: Goldenberg, Libai & Muller 2001, "Talk of the network", Marketing Letters 12:211-223; Kempe, Kleinberg & Tardos
2003, "Maximizing the spread of influence through a social network", KDD, section 2.1. Every user who adopts at time t
gets one chance to win each follower w, with probability p(v, w); w adopts at t + 1 if any chance succeeds::

    w adopts at t + 1  <=>  w has not adopted by t, and some v that adopted at t has U(v, w) < p(v, w)

U(v, w) is one uniform draw keyed by (seed, replication, key of v, key of w). Since it belongs to the edge, raising p
never shrinks a cascade, renaming rows only renames the result, and a cascade is the set reached over the edges with
U < p. Among several parents at the same time the one with the smallest hash counts.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import absorb, unit

NOT_ADOPTED = -1
BLOCK = 512
"""Edges tossed at once."""

BATCH = 64
"""Wins gathered before they are applied."""

AHEAD = 8
"""Adopters looked ahead for memory."""


class CascadeParameters(NamedTuple):
    """The chance that an adopter wins a follower."""

    probability: float
    """One chance for every edge, used when there is none for each."""
    probabilities: np.ndarray
    """float64[m], one chance an edge, or float64[0]."""


class CascadeState(NamedTuple):
    """Memory of a cascade. Between cascades every entry of `time` is NOT_ADOPTED."""

    time: np.ndarray
    """int32[n], time of adoption."""
    queue: np.ndarray
    """int32[n]; the adopters in the order of adoption, after a cascade."""
    parent: np.ndarray
    """int32[n] or int32[0] if trees are not wanted; -1 for seeds."""
    rank: np.ndarray
    """uint64[n] or uint64[0]; hash of the edge that won a user."""


@kernel
def _toss(row, keys, base, probability, hits):
    """hits[k] = whether the draw of the edge to row[k] lies below the chance. A loop without branches, for SIMD."""
    if keys.size > 0:
        for k in range(row.size):
            hits[k] = unit(absorb(base, keys[row[k]])) < probability
    else:
        for k in range(row.size):
            hits[k] = unit(absorb(base, row[k])) < probability


@kernel
def _toss_each(row, keys, base, probabilities, hits):
    """As `_toss`, with a chance for every edge."""
    for k in range(row.size):
        key = keys[row[k]] if keys.size > 0 else np.uint32(row[k])
        hits[k] = unit(absorb(base, key)) < probabilities[k]


@kernel
def _adopt(wins, number, now, base_of, keys, state, tail):
    """Let the followers won at time `now` adopt, unless they have; returns the new end of the queue.

    `wins` int32[2, .] holds follower and parent, `base_of` the hash prefix of the parent.
    """
    time, parent, rank = state.time, state.parent, state.rank
    for i in range(number):
        target = wins[0, i]
        fresh = time[target] == NOT_ADOPTED
        if fresh:
            time[target] = now
            state.queue[tail] = target
            tail += 1
        if parent.size > 0 and (fresh or time[target] == now):
            won = absorb(base_of[i], keys[target] if keys.size > 0 else np.uint32(target))
            if fresh or won < rank[target]:
                rank[target] = won
                parent[target] = wins[1, i]
    return tail


@kernel
def independent_cascade(offsets, targets, keys, prefix, parameters, seeds, state):
    """Run one cascade; returns the number of adopters, ``state.queue[:number]``.

    Wins are applied in batches, within one time step, so that the memory they need is under way meanwhile.

    Parameters
    ----------
    offsets, targets : int64[n + 1], int32[m]; the followers of every row.
    keys : uint32[n] or uint32[0]
        Key of every row; the row itself if there are none.
    prefix : uint64, the hash of (seed, decision, replication).
    parameters : CascadeParameters
    seeds : int32[k], rows that adopt at time 0.
    state : CascadeState, left filled: see `forget`.
    """
    time, queue = state.time, state.queue
    each = parameters.probabilities.size > 0
    hits = np.empty(BLOCK, np.uint8)
    wins = np.empty((2, BATCH + BLOCK), np.int32)
    base_of = np.empty(BATCH + BLOCK, np.uint64)
    tail = np.int64(0)
    for seed in seeds:
        if time[seed] == NOT_ADOPTED:
            time[seed] = 0
            queue[tail] = seed
            tail += 1
            if state.parent.size > 0:
                state.parent[seed] = -1
    head = np.int64(0)
    now = np.int32(0)
    while head < tail:
        level_end = tail
        now += np.int32(1)
        number = np.int64(0)
        while head < level_end:
            if head + 2 * AHEAD < level_end:
                prefetch(offsets, queue[head + 2 * AHEAD])
                first = offsets[queue[head + AHEAD]]
                prefetch(targets, min(first, targets.size - 1))
                prefetch(targets, min(first + 16, targets.size - 1))
            source = queue[head]
            head += 1
            base = absorb(prefix, keys[source] if keys.size > 0 else np.uint32(source))
            stop = offsets[source + 1]
            for begin in range(offsets[source], stop, BLOCK):
                row = targets[begin : min(begin + BLOCK, stop)]
                if each:
                    _toss_each(row, keys, base, parameters.probabilities[begin : begin + row.size], hits)
                else:
                    _toss(row, keys, base, parameters.probability, hits)
                before = number
                for k in range(row.size):
                    wins[0, number] = row[k]
                    number += hits[k]
                for i in range(before, number):
                    wins[1, i] = source
                    base_of[i] = base
                    prefetch(time, wins[0, i])
                if number >= BATCH:
                    tail = _adopt(wins, number, now, base_of, keys, state, tail)
                    number = np.int64(0)
        tail = _adopt(wins, number, now, base_of, keys, state, tail)
    return tail


@kernel
def forget(state, number):
    """Make the state ready for the next cascade: touches the `number` adopters of the last one and nobody else."""
    for i in range(number):
        state.time[state.queue[i]] = NOT_ADOPTED


@kernel
def run_replications(offsets, targets, keys, prefix, parameters, seeds, state, first, last, sizes, frequencies):
    """Run the replications first to last - 1: fills ``sizes[r]`` and adds the adopters to `frequencies`.

    `prefix` is the hash of (seed, decision). `sizes` int64[R], `frequencies` int64[n] or int64[0].
    """
    for replication in range(first, last):
        number = independent_cascade(
            offsets, targets, keys, absorb(prefix, replication), parameters, seeds, state
        )
        sizes[replication] = number
        if frequencies.size > 0:
            for i in range(number):
                frequencies[state.queue[i]] += 1
        forget(state, number)
