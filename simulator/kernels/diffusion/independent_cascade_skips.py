"""Independent cascade by skips: only the edges that win are touched.

The rule is that of `independent_cascade`; the draws are others. Along the followers of an adopter the distance from one
success to the next is geometric, so a row of d followers costs about 1 + p d draws and p d reads (skipping:
Batagelj & Brandes 2005, Phys. Rev. E 71, 036113; in cascades: Guo, Wang, Wei & Chen 2020, SIGMOD, SUBSIM)::

    S(k) = (1 - p)**k * 2**64                      P(distance >= k) = S(k) / 2**64
    distance = max {k <= K : U < S(k)}             U uniform 64-bit integer; at K: go K edges on and draw again

Going on at K is exact since the geometric law has no memory, so no logarithm is needed and every machine draws the same.
Draw j of row v is keyed by (seed, replication, v, j): the live edges are a function of the key, and the set of
adopters does not depend on the order in which they are visited. With a chance for every edge, rows skip at the largest
chance p_max and a success of edge e stands with chance p(e) / p_max.

Which edge a draw decides moves with p. Where runs are compared draw by draw, use `independent_cascade`.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.independent_cascade import NOT_ADOPTED, CascadeState
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import G, absorb, mix, unit

GUIDE_BITS = 12
MAX_STEPS = 4096
"""Largest distance found by table."""

RARE = 2.0 ** -GUIDE_BITS
"""Distances with less than this chance are left to a second draw."""

AHEAD = 16
"""Adopters looked ahead for memory."""

CHUNK = 128
"""Adopters whose draws are made before their followers are read."""

ROOM = 2048
"""Successes gathered at most before their followers are read."""

_SHIFT = np.uint64(64 - GUIDE_BITS)
_BIT = np.uint64(1)
_NONE = np.uint64(0)


class SkipLaw(NamedTuple):
    """The law of the distances, and the thinning."""

    survival: np.ndarray
    """uint64[K + 2], S(k); S(K + 1) = 0, which no draw is below. Size 0: the chance is 0."""
    guide: np.ndarray
    """uint16[2**GUIDE_BITS], smallest distance of the draws that share their leading bits."""
    keep: np.ndarray
    """float64[m], p(e) / p_max, or float64[0] if all are 1."""


class SkipState(NamedTuple):
    """Memory of a cascade. Between cascades all of `seen` is 0 and of `time` NOT_ADOPTED."""

    seen: np.ndarray
    """uint64[n // 64 + 1], one bit a row."""
    queue: np.ndarray
    """int32[n + 1]; the adopters in the order of adoption, after a cascade."""
    places: np.ndarray
    """int64[ROOM + 1], successes that wait for their followers to arrive."""
    time: np.ndarray
    """int32[n], time of adoption, or int32[0] if it is not wanted."""


def skip_state(n: int, times: bool) -> SkipState:
    """Memory for cascades over n rows; with or without `times`."""
    return SkipState(
        np.zeros((n >> 6) + 1, np.uint64),
        np.empty(n + 1, np.int32),
        np.empty(ROOM + 1, np.int64),
        np.full(n if times else 0, NOT_ADOPTED, np.int32),
    )


def skip_law(p_max: float, keep: np.ndarray | None = None) -> SkipLaw:
    """The law for the largest chance `p_max`, 0 to 1; `keep` float64[m] or None. Multiplications only: no libm."""
    keep = np.empty(0) if keep is None else keep
    if p_max <= 0.0:
        return SkipLaw(np.empty(0, np.uint64), np.zeros(1 << GUIDE_BITS, np.uint16), keep)
    alive = np.multiply.accumulate(np.full(MAX_STEPS, 1.0 - p_max))
    steps = min(int((alive >= RARE).sum()) + 1, MAX_STEPS)
    scaled = np.floor(alive[:steps] * 2.0**64)
    survival = np.zeros(steps + 2, np.uint64)
    survival[0] = np.iinfo(np.uint64).max
    survival[1:-1] = np.minimum(scaled, 2.0**64 - 2.0**11).astype(np.uint64)
    last = (np.arange(1, (1 << GUIDE_BITS) + 1, dtype=np.uint64) << _SHIFT) - _BIT  # 2**64 - 1 in the last cell
    below = np.searchsorted(survival[1:-1][::-1], last, side="right")
    return SkipLaw(survival, (steps - below).astype(np.uint16), keep)


@kernel
def distance_of(draw, survival, guide):
    """Edges passed over before the next success; K, the largest, means K edges without one."""
    k = np.int64(guide[draw >> _SHIFT])
    while draw < survival[k + 1]:
        k += 1
    return k


@inner
def _apply(targets, number, state, tail):
    """Let the followers at the waiting places adopt, unless they have; returns the new end of the queue."""
    seen, queue = state.seen, state.queue
    for i in range(number):
        target = targets[state.places[i]]
        word = seen[target >> 6]
        bit = np.uint64(target & 63)
        queue[tail] = target
        tail += np.int64(((word >> bit) & _BIT) ^ _BIT)
        seen[target >> 6] = word | (_BIT << bit)
    return tail


@kernel
def independent_cascade(offsets, targets, prefix, law, seeds, state):
    """Run one cascade; returns the number of adopters, ``state.queue[:number]``.

    The loop over the successes of a row is written out here and below: as a function of its own it made compiled code
    count references to the arrays at every call, which took five times as long as the work.

    Parameters
    ----------
    offsets, targets : int64[n + 1], int32[m]; the followers of every row.
    prefix : uint64, the hash of (seed, decision, replication).
    law : SkipLaw
    seeds : int32[k], rows that adopt at time 0.
    state : SkipState, left filled: see `forget`.
    """
    queue, places, time = state.queue, state.places, state.time
    tail = np.int64(0)
    for seed in seeds:
        bit = _BIT << np.uint64(seed & 63)
        if not state.seen[seed >> 6] & bit:
            state.seen[seed >> 6] |= bit
            queue[tail] = seed
            tail += 1
    longest = law.survival.size - 2
    thinned = law.keep.size > 0
    head = np.int64(0)
    now = np.int32(0)
    while head < tail:
        level_end = tail
        if time.size > 0:
            for i in range(head, level_end):
                time[queue[i]] = now
            now += np.int32(1)
        if longest < 0:
            break
        while head < level_end:
            stop_head = min(level_end, head + CHUNK)
            number = np.int64(0)
            for i in range(head, min(stop_head, head + AHEAD)):
                prefetch(offsets, queue[i])
            while head < stop_head:
                prefetch(offsets, queue[min(head + AHEAD, tail - 1)])
                row = queue[head]
                head += 1
                base = absorb(prefix, np.uint32(row))
                place = offsets[row]
                stop = offsets[row + 1]
                turn = _NONE
                while True:
                    draw = absorb(base, turn)
                    turn += _BIT
                    distance = distance_of(draw, law.survival, law.guide)
                    place += distance
                    if place >= stop:
                        break
                    if distance < longest:
                        if not thinned or unit(mix(draw + G)) < law.keep[place]:
                            places[number] = place
                            number += 1
                            prefetch(targets, place)
                            if number == ROOM:
                                tail = _apply(targets, number, state, tail)
                                number = np.int64(0)
                        place += 1
            tail = _apply(targets, number, state, tail)
    return tail


@kernel
def parents_of(offsets, targets, prefix, law, state, number, parent, rank):
    """Who won every adopter of the cascade that `state` holds, with times: draws it again.

    Of several parents at the same time the one with the smallest hash of the edge counts. `parent` int32[n] is
    NOT_ADOPTED where no one is won, seeds included; `rank` uint64[n] is filled.
    """
    longest = law.survival.size - 2
    for i in range(number if longest >= 0 else 0):
        row = state.queue[i]
        base = absorb(prefix, np.uint32(row))
        place = offsets[row]
        turn = _NONE
        while True:
            draw = absorb(base, turn)
            turn += _BIT
            distance = distance_of(draw, law.survival, law.guide)
            place += distance
            if place >= offsets[row + 1]:
                break
            if distance < longest:
                target = targets[place]
                kept = law.keep.size == 0 or unit(mix(draw + G)) < law.keep[place]
                if kept and state.time[target] == state.time[row] + 1:
                    won = mix(absorb(base, np.uint32(target)) + G)
                    if parent[target] == NOT_ADOPTED or won < rank[target]:
                        parent[target] = row
                        rank[target] = won
                place += 1


@kernel
def forget(state, number):
    """Make the state ready for the next cascade; a small cascade touches its `number` adopters and nobody else."""
    seen, queue = state.seen, state.queue
    if number >= seen.size:
        seen[:] = 0
    else:
        for i in range(number):
            seen[queue[i] >> 6] = 0
    if state.time.size > 0:
        for i in range(number):
            state.time[queue[i]] = NOT_ADOPTED


@kernel
def run_replications(offsets, targets, prefix, law, seeds, state, first, last, sizes, frequencies):
    """Run the replications first to last - 1: fills ``sizes[r]`` and adds the adopters to `frequencies`.

    `prefix` is the hash of (seed, decision). `sizes` int64[R], `frequencies` int64[n] or int64[0].
    """
    for replication in range(first, last):
        number = independent_cascade(offsets, targets, absorb(prefix, replication), law, seeds, state)
        sizes[replication] = number
        if frequencies.size > 0:
            for i in range(number):
                frequencies[state.queue[i]] += 1
        forget(state, number)


def cascade_in_full(
    offsets: np.ndarray, targets: np.ndarray, prefix: np.uint64, law: SkipLaw, seeds: np.ndarray, trees: bool
) -> CascadeState:
    """Run one cascade with times, and with parents if `trees`, for the results of `independent_cascade`.

    Returns a `CascadeState` in which rows that never adopted have time NOT_ADOPTED.
    """
    n = offsets.size - 1
    state = skip_state(n, True)
    number = independent_cascade(offsets, targets, prefix, law, seeds, state)
    parent = np.full(n if trees else 0, NOT_ADOPTED, np.int32)
    rank = np.empty(n if trees else 0, np.uint64)
    if trees:
        parents_of(offsets, targets, prefix, law, state, number, parent, rank)
    return CascadeState(state.time, state.queue, parent, rank)


def law_for(probabilities: float | np.ndarray) -> SkipLaw:
    """The law of one chance for all edges (a number) or of one an edge (float64[m]): skips at the largest, and thins."""
    if np.ndim(probabilities) == 0:
        return skip_law(float(probabilities))
    p_max = float(probabilities.max(initial=0.0))
    return skip_law(p_max, probabilities / p_max if p_max > 0.0 else None)
