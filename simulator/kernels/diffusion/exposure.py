"""Adoption once the exposures are enough: the loop that all threshold rules share.

In one tick every adopter of the tick before exposes its followers. What a row needs is settled at its first exposure, by
one draw or none; from then on it is counted down. Exposures are integers, so their sum does not depend on the order of
the rows. What a row lacks is one integer::

    0             never exposed
    -u            exposed by u units in this block: what it needs is about to be settled
    spare + u     lacks u units; may fall below `spare` within a block
    half          has adopted; stays above `spare`

Once many rows have been exposed the needs of all others are settled in one sweep, which reads memory in order.
"""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.rule import CURSORS, FIRST_FREE, HEAD, NOT_ADOPTED, TAIL, plant, record, value
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import absorb, unit

TOUCHED, SWEPT = FIRST_FREE, FIRST_FREE + 1
AHEAD = 8
"""Adopters looked ahead for memory."""

BLOCK = 1024
"""Edges whose memory is asked for before they are counted."""

SWEEP = 5
"""Needs are settled in one sweep when more than one in 2**SWEEP rows has been exposed."""

SLACK = 1e-9
"""A sum this close to the threshold, as a share of a whole weight, reaches it: .1 * 3 counts as .3."""


class ThresholdParameters(NamedTuple):
    """What an exposure counts, and what a row needs: given, or drawn by shares of a whole, or by doses."""

    weights: np.ndarray
    """int64[m] units of every edge, or int32[1]."""
    needed: np.ndarray
    """int64[n] or int64[1], units needed; int64[0] if they are drawn."""
    scales: np.ndarray
    """int64[n] or int64[1], units of a whole, of which a uniform share is needed."""
    probabilities: np.ndarray
    """float64[n] or float64[1], chance of an exposure of dose 1; float64[0] if shares are drawn."""
    doses: np.ndarray
    """float64[K], doses of exposure 1, 2, ..., the last holds ever after; float64[0]: exposure m is m / scale."""


class ExposureState(NamedTuple):
    """Memory of a replication."""

    time: np.ndarray
    """int32[n], tick of adoption, or -1."""
    queue: np.ndarray
    """int32[n], adopters in the order of adoption."""
    parent: np.ndarray
    """int32[n] or int32[0]: of those who exposed a row last, the one with the smallest hash."""
    rank: np.ndarray
    """uint64[n] or uint64[0], that hash."""
    cursor: np.ndarray
    lacking: np.ndarray
    """int32[n], or int64[n] where edges have weights."""
    looked: np.ndarray
    """int32[n], exposures at which the doses are looked at again; int32[0] for other rules."""
    touched: np.ndarray
    """int32[n + BLOCK + 1], rows exposed before the sweep."""
    block: np.ndarray
    """int32[BLOCK], rows exposed in a block."""
    enough: np.ndarray
    """int32[BLOCK + 1], rows that lack nothing any more."""
    amount: np.ndarray
    """int64[BLOCK], units of the exposures in a block."""


def threshold_parameters(weights=None, needed=None, scales=None, probabilities=None, doses=None):
    """Parameters from arrays; None for what the rule does without."""
    none = np.empty(0, np.int64)
    return ThresholdParameters(
        np.ones(1, np.int32) if weights is None else weights,
        none if needed is None else np.atleast_1d(np.asarray(needed, np.int64)),
        none if scales is None else scales,
        np.empty(0) if probabilities is None else np.atleast_1d(np.asarray(probabilities, np.float64)),
        np.empty(0) if doses is None else np.asarray(doses, np.float64),
    )


def exposure_state(n, trees, parameters):
    """Memory for a graph of n rows."""
    tree = n if trees else 0
    return ExposureState(
        np.full(n, NOT_ADOPTED, np.int32), np.empty(n, np.int32), np.empty(tree, np.int32), np.empty(tree, np.uint64),
        np.zeros(CURSORS, np.int64), np.zeros(n, parameters.weights.dtype),
        np.empty(n if parameters.probabilities.size else 0, np.int32), np.empty(n + BLOCK + 1, np.int32),
        np.empty(BLOCK, np.int32), np.empty(BLOCK + 1, np.int32), np.empty(BLOCK, np.int64),
    )


@inner
def _spare(lacking):
    """More than a block can expose a row by."""
    return np.int64(1 << 50) if lacking.itemsize == 8 else np.int64(1 << 16)


@inner
def _half(lacking):
    """More than a row can be exposed by."""
    return np.int64(1 << 62) if lacking.itemsize == 8 else np.int64(1 << 30)


@inner
def _share(luck, key, scale):
    """Units needed where a uniform share of `scale` is."""
    return max(np.int64(math.ceil((unit(absorb(luck, key)) - SLACK) * scale)), np.int64(1))


@inner
def _look(u, p, scale, doses, known, count):
    """At how many exposures, more than `known`, a row of draw `u` adopts; negative: not before that many, > count."""
    kept, j, limit = 1.0, np.int64(0), np.int64(8)
    while True:
        dose = doses[min(j, doses.size - 1)] if doses.size > 0 else (j + 1.0) / scale
        kept *= 1.0 - min(1.0, p * dose)
        j += 1
        if j > known and u < 1.0 - kept:
            return j
        if j == limit:
            if limit > count:
                return -limit
            limit *= 2


@inner
def _settle(keys, luck, parameters, state, first, last):
    """Find what the rows ``touched[first:last]`` need; those that lack nothing adopt.

    Loops over rows work on arrays of their own: handing the whole state to a function for every row takes far longer
    than the work, since compiled code counts references.
    """
    lacking, touched, looked, queue = state.lacking, state.touched, state.looked, state.queue
    scales, needs, chances, doses = parameters.scales, parameters.needed, parameters.probabilities, parameters.doses
    spare, half = _spare(lacking), _half(lacking)
    tail = state.cursor[TAIL]
    for i in range(first, last):
        prefetch(keys, touched[i])
        if scales.size > 1:
            prefetch(scales, touched[i])
    for i in range(first, last):
        row = touched[i]
        count = -np.int64(lacking[row])
        if chances.size > 0:
            known = np.int64(0)
            if count < 0:  # looked at before
                known = looked[row] - 1
                count += looked[row] + spare
            needed = _look(unit(absorb(luck, keys[row])), value(chances, row), value(scales, row), doses, known, count)
            looked[row] = abs(needed)
            needed = abs(needed)
        elif needs.size > 0:
            needed = max(value(needs, row), np.int64(1))
        else:
            needed = _share(luck, keys[row], value(scales, row))
        if needed <= count:
            lacking[row] = half
            queue[tail] = row
            tail += 1
        else:
            lacking[row] = spare + min(needed - count, half >> 1)
    state.cursor[TAIL] = tail


@inner
def _count(keys, luck, parameters, state, number):
    """Count the exposures of a block."""
    lacking, touched, amount, cursor = state.lacking, state.touched, state.amount, state.cursor
    exposed, enough = state.block, state.enough
    spare, weighted, doses = _spare(lacking), parameters.weights.itemsize == 8, parameters.probabilities.size > 0
    first = last = cursor[TOUCHED]
    reached = 0
    if cursor[SWEPT] and not weighted:
        for i in range(number):
            row = exposed[i]
            lacks = lacking[row]
            lacking[row] = lacks - 1
            enough[reached] = row
            reached += lacks == spare + 1
        number = 0
    for i in range(number):
        row = exposed[i]
        units = amount[i] if weighted else np.int64(1)
        lacks = np.int64(lacking[row])
        lacking[row] = lacks - units
        touched[last] = row
        last += (lacks == 0) & (units > 0)
        enough[reached] = row
        reached += (lacks > spare) & (lacks - units <= spare)
    if last > first:
        _settle(keys, luck, parameters, state, first, last)
    cursor[TOUCHED] = last
    if doses:
        # looked at again behind the others, which leaves the list of the touched as it was
        for i in range(reached):
            touched[last + i] = enough[i]
        _settle(keys, luck, parameters, state, last, last + reached)
    else:
        tail = cursor[TAIL]
        for i in range(reached):
            row = enough[i]
            lacking[row] = _half(lacking)
            state.queue[tail] = row
            tail += 1
        cursor[TAIL] = tail


@inner
def _sweep(keys, luck, parameters, state):
    """Settle the needs of all who have not been exposed."""
    lacking, scales, needs, spare = state.lacking, parameters.scales, parameters.needed, _spare(state.lacking)
    most = _half(lacking) >> 1
    if parameters.probabilities.size > 0:
        return
    for row in range(keys.size):
        if lacking[row] == 0:
            needed = max(value(needs, row), 1) if needs.size > 0 else _share(luck, keys[row], value(scales, row))
            lacking[row] = spare + min(needed, most)
    state.cursor[SWEPT] = 1


@inner
def _find_parents(offsets, targets, keys, luck, state, head, stop, now):
    """Who won the adopters of this tick: the adopters of the last one, ``queue[head:stop]``, are asked again."""
    for row in state.queue[stop : state.cursor[TAIL]]:
        state.rank[row] = np.uint64(0xFFFFFFFFFFFFFFFF)
    for source in state.queue[head:stop]:
        base = absorb(luck, keys[source])
        for edge in range(offsets[source], offsets[source + 1]):
            row = targets[edge]
            if state.time[row] == now:
                h = absorb(base, keys[row])
                if h <= state.rank[row]:
                    state.rank[row] = h
                    state.parent[row] = source


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds adopt."""
    plant(seeds, state)
    for i in range(state.cursor[TAIL]):
        state.lacking[state.queue[i]] = _half(state.lacking)


@inner
def _advance(offsets, targets, keys, luck, parameters, state):
    """One tick, without times; returns whether anybody adopted."""
    queue, cursor, exposed, lacking, weights = state.queue, state.cursor, state.block, state.lacking, parameters.weights
    weighted = weights.itemsize == 8
    head, stop = cursor[HEAD], cursor[TAIL]
    number = np.int64(0)
    for place in range(head, stop):
        if place + 2 * AHEAD < stop:
            prefetch(offsets, queue[place + 2 * AHEAD])
            first = offsets[queue[place + AHEAD]]
            prefetch(targets, min(first, targets.size - 1))
            prefetch(targets, min(first + 16, targets.size - 1))
        edge, end = offsets[queue[place]], offsets[queue[place] + 1]
        while edge < end:
            taken = min(end - edge, BLOCK - number)
            for i in range(taken):
                row = targets[edge + i]
                exposed[number + i] = row
                prefetch(lacking, row)
            if weighted:
                for i in range(taken):
                    state.amount[number + i] = weights[edge + i]
            edge += taken
            number += taken
            if number == BLOCK:
                _count(keys, luck, parameters, state, number)
                number = np.int64(0)
                if cursor[SWEPT] == 0 and cursor[TOUCHED] > keys.size >> SWEEP:
                    _sweep(keys, luck, parameters, state)
    _count(keys, luck, parameters, state, number)
    cursor[HEAD] = stop
    return cursor[TAIL] > stop


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody adopted."""
    head = state.cursor[HEAD]
    active = _advance(offsets, targets, keys, luck, parameters, state)
    stop, tail = state.cursor[HEAD], state.cursor[TAIL]
    for place in range(stop, tail):
        state.time[state.queue[place]] = now
    if state.parent.size > 0:
        _find_parents(offsets, targets, keys, luck, state, head, stop, now)
    return active


@inner
def _forget(seeds, state):
    """Make the state ready for the next replication; a small one touches its own rows and nobody else."""
    lacking, touched, queue = state.lacking, state.touched, state.queue
    for seed in seeds:
        state.time[seed] = NOT_ADOPTED
    if state.cursor[SWEPT]:
        lacking[:] = 0
        return
    for i in range(state.cursor[TOUCHED]):
        lacking[touched[i]] = 0
    for i in range(state.cursor[TAIL]):
        lacking[queue[i]] = 0


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1."""
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        start(keys, luck, parameters, seeds, state)
        now, active = 0, True
        while active and now < ticks:
            now += 1
            active = _advance(offsets, targets, keys, luck, parameters, state)
        record(state, replication, outcome)
        _forget(seeds, state)
