"""Independent cascade, 64 replications in the bits of a word.

The rule is that of `independent_cascade`; the draws are others. Replication r is bit r % 64 of batch r // 64. Whether an
edge is live is drawn for all lanes that ask at once: the uniform number of a lane is compared with the chance bit by bit,
from the leading one, and word j of the hash of (seed, batch, v, w) holds bit j of every lane::

    live  <=>  0.b1 b2 b3 ... < p                  decided, on average, after 2 bits a lane

A lane's answer depends on its own bits only, so the live edges are a function of the key, whoever asks and when. An edge
is read once for many replications where chances are large; where they are small, skips are faster.

Which edge a draw decides does not move with p, so raising p never shrinks a cascade.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, lean
from simulator.kernels.diffusion.independent_cascade import NOT_ADOPTED
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import absorb

LANES = 64
BITS = 53
COUNTERS = 32
"""Bits of a size."""

AHEAD = 4
"""Rows looked ahead for memory."""

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NONE = np.uint64(0)
_BIT = np.uint64(1)
_TOP = np.uint64(1 << (BITS - 1))


class LaneState(NamedTuple):
    """Memory of 64 cascades. Between batches `active` and `waiting` are all 0."""

    active: np.ndarray
    """uint64[n], lanes in which a row has adopted."""
    waiting: np.ndarray
    """uint64[n], lanes in which it has not passed on yet."""
    queue: np.ndarray
    """int32[n + 1], rows that wait; a ring."""
    touched: np.ndarray
    """int32[n + 1], rows that adopted in any lane."""
    counters: np.ndarray
    """uint64[COUNTERS], sizes: bit j of all of them stands in word j."""


def lane_state(n):
    """Memory for cascades over n rows."""
    return LaneState(
        np.zeros(n, np.uint64), np.zeros(n, np.uint64), np.empty(n + 1, np.int32), np.empty(n + 1, np.int32),
        np.zeros(COUNTERS, np.uint64),
    )


def as_bits(probabilities):
    """Chances as integers of 53 bits, uint64: exact for chances of 2**-53 or more times an integer."""
    return np.atleast_1d(np.floor(np.asarray(probabilities, np.float64) * 2.0**BITS)).astype(np.uint64)


@lean
def live_lanes(h, chance, asking):
    """Those of the lanes `asking` in which an edge of hash `h` is live; `chance` in units of 2**-53."""
    if chance >> np.uint64(BITS):
        return asking
    undecided, live, bit, turn = asking, _NONE, _TOP, _NONE
    while undecided and chance & ((bit << _BIT) - _BIT):
        word = absorb(h, turn)
        turn += _BIT
        if chance & bit:
            live |= undecided & ~word
            undecided &= word
        else:
            undecided &= ~word
        bit >>= _BIT
    return live


@lean
def run_batch(offsets, targets, prefix, chances, seeds, lanes, state):
    """Run 64 cascades, or those of the bits in `lanes`; returns how many rows adopted in any, ``state.touched``.

    Parameters
    ----------
    offsets, targets : int64[n + 1], int32[m]
    prefix : uint64, the hash of (seed, decision, batch).
    chances : uint64[m] or uint64[1], see `as_bits`.
    seeds : int32[k], each once.
    """
    active, waiting, queue, touched = state.active, state.waiting, state.queue, state.touched
    each, room = chances.size > 1, queue.size
    head, tail, number = np.int64(0), np.int64(0), np.int64(0)
    for seed in seeds:
        active[seed] = lanes
        waiting[seed] = lanes
        queue[tail] = seed
        touched[number] = seed
        tail += 1
        number += 1
    while head != tail:
        row = queue[head]
        head = head + 1 if head + 1 < room else np.int64(0)
        ahead = queue[head + AHEAD if head + AHEAD < tail else head]
        prefetch(offsets, ahead if head != tail else row)
        lanes_now = waiting[row]
        waiting[row] = _NONE
        base = absorb(prefix, np.uint32(row))
        first, stop = offsets[row], offsets[row + 1]
        for edge in range(first, stop):
            if edge + 16 < stop:
                prefetch(active, targets[edge + 16])
            target = targets[edge]
            before = active[target]
            asking = lanes_now & ~before
            if asking == _NONE:
                continue
            won = live_lanes(absorb(base, np.uint32(target)), chances[edge] if each else chances[0], asking)
            if won == _NONE:
                continue
            active[target] = before | won
            if before == _NONE:
                touched[number] = target
                number += 1
            if waiting[target] == _NONE:
                queue[tail] = target
                tail = tail + 1 if tail + 1 < room else np.int64(0)
            waiting[target] |= won
    return number


@inner
def _population(word):
    """Number of bits set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@lean
def run_replications(offsets, targets, prefix, chances, seeds, state, first, last, sizes, frequencies):
    """Run the replications first to last - 1: fills ``sizes[r]`` and adds the adopters to `frequencies`.

    `prefix` is the hash of (seed, decision). `sizes` int64[R], `frequencies` int64[n].
    """
    active, touched, counters = state.active, state.touched, state.counters
    while first < last:
        batch = first // LANES
        stop = min(last, (batch + 1) * LANES)
        lanes = (_ALL >> np.uint64(LANES - (stop - first))) << np.uint64(first - batch * LANES)
        number = run_batch(offsets, targets, absorb(prefix, batch), chances, seeds, lanes, state)
        counters[:] = _NONE
        for i in range(number):
            carry = active[touched[i]]
            active[touched[i]] = _NONE
            frequencies[touched[i]] += _population(carry)
            j = 0
            while carry:
                sums = counters[j]
                counters[j] = sums ^ carry
                carry &= sums
                j += 1
        for replication in range(first, stop):
            shift, size = np.uint64(replication - batch * LANES), np.int64(0)
            for j in range(COUNTERS):
                size += np.int64((counters[j] >> shift) & _BIT) << j
            sizes[replication] = size
        first = stop


@lean
def cascade_in_full(offsets, targets, prefix, chances, seeds, lane, state):
    """Run one cascade with times, and with parents if wanted: one lane of `run_batch`, one step after the other.

    `state` is a `CascadeState`; of several parents at the same time the one with the smallest hash of the edge counts.
    """
    time, queue, parent, rank = state.time, state.queue, state.parent, state.rank
    mine, each = _BIT << np.uint64(lane), chances.size > 1
    tail = np.int64(0)
    for seed in seeds:
        time[seed] = 0
        queue[tail] = seed
        tail += 1
        if parent.size > 0:
            parent[seed] = NOT_ADOPTED
    head = np.int64(0)
    while head < tail:
        row = queue[head]
        head += 1
        base, now = absorb(prefix, np.uint32(row)), time[row] + 1
        for edge in range(offsets[row], offsets[row + 1]):
            target = targets[edge]
            if NOT_ADOPTED < time[target] < now:
                continue
            h = absorb(base, np.uint32(target))
            if not live_lanes(h, chances[edge] if each else chances[0], mine):
                continue
            fresh = time[target] == NOT_ADOPTED
            if fresh:
                time[target] = now
                queue[tail] = target
                tail += 1
            if parent.size > 0 and (fresh or h < rank[target]):
                rank[target] = h
                parent[target] = row
    return tail
