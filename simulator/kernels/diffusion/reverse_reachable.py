"""Reverse-reachable sets, and cover by greedy choice.

Source: Borgs, Brautbar, Chayes & Lucier 2014, "Maximizing social influence in nearly optimal time", SODA. A root is drawn
uniformly; its set holds the rows from which it is reached over the live edges of one cascade. With n rows, for every seed set S::

    expected spread of S  =  n * P(S meets the set)

Under independent cascade the edges into a row are tossed by skips (Guo, Wang, Wei & Chen 2020, SIGMOD). Under linear
threshold at most one edge into a row is live (Kempe, Kleinberg & Tardos 2003, theorem 2.5), so the set is a path.

Every draw is keyed by (set, row): a set does not depend on who samples it. The graph is given turned round: row v of
`offsets` and `sources` lists those whom v follows.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.independent_cascade_skips import GUIDE_BITS
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import G, absorb, mix, unit

ALL, PER_ROW, PER_EDGE = 0, 1, 2
BIN_SHIFT = 12
"""Gains per cost are binned by the leading 20 bits of their float32: bins 2**-11 wide, relatively."""
BINS = 1 << (32 - BIN_SHIFT)

_BIT = np.uint64(1)
_NONE = np.uint64(0)
_SHIFT = np.uint64(64 - GUIDE_BITS)
_ROOT = np.uint64(0xFFFFFFFF)


class ReverseLaw(NamedTuple):
    """Chances of the edges into every row, by classes of skip laws."""

    survival: np.ndarray
    """uint64[.]; the law of class c begins at ``begins[c]`` and holds ``longest[c] + 2`` numbers."""
    guide: np.ndarray
    """uint16[C * 2**GUIDE_BITS]"""
    begins: np.ndarray
    """int64[C]"""
    longest: np.ndarray
    """int64[C]"""
    class_of: np.ndarray
    """uint8[n], or uint8[0] if all rows are of class 0."""
    keep: np.ndarray
    """float64: chance that a success stands; see `kept_by`."""
    kept_by: int
    """ALL (keep is empty), PER_ROW (float64[n]) or PER_EDGE (float64[m])."""


@inner
def _reach(row, members, tail, seen):
    """Add a row to the set unless it is in it; returns the new end. There must be room for one more."""
    word = seen[row >> 6]
    bit = np.uint64(row & 63)
    members[tail] = row
    seen[row >> 6] = word | (_BIT << bit)
    return tail + np.int64(((word >> bit) & _BIT) ^ _BIT)


@kernel
def sample_cascades(offsets, sources, prefix, law, seen, first, last, members, ends):
    """Sample the sets first, first + 1, ... under independent cascade; returns how many fitted into `members`.

    Parameters
    ----------
    offsets, sources : int64[n + 1], int32[m], the graph turned round.
    prefix : uint64, the hash of (seed, decision, collection).
    law : ReverseLaw
    seen : uint64[n // 64 + 1], all 0; left so.
    first, last : numbers of the sets, last excluded.
    members : int32[.], filled: the rows of one set after another.
    ends : int64[last - first], filled: where each set ends.
    """
    n = offsets.size - 1
    begin = np.int64(0)
    for number in range(first, last):
        key = absorb(prefix, number)
        full = begin + 1 >= members.size
        tail = begin
        if not full:
            tail = _reach(np.int32(unit(absorb(key, _ROOT)) * n), members, begin, seen)
        head = begin
        while head < tail and not full:
            row = members[head]
            head += 1
            base = absorb(key, np.uint32(row))
            c = np.int64(law.class_of[row]) if law.class_of.size > 0 else np.int64(0)
            table, guide, longest = law.begins[c] + 1, c << GUIDE_BITS, law.longest[c]
            place = offsets[row]
            stop = offsets[row + 1]
            turn = _NONE
            while True:
                draw = absorb(base, turn)
                turn += _BIT
                distance = np.int64(law.guide[guide + np.int64(draw >> _SHIFT)])
                while draw < law.survival[table + distance]:
                    distance += 1
                place += distance
                if place >= stop:
                    break
                if distance < longest:
                    kept = law.kept_by == ALL
                    if not kept:
                        kept = unit(mix(draw + G)) < law.keep[row if law.kept_by == PER_ROW else place]
                    if kept:
                        tail = _reach(sources[place], members, tail, seen)
                        prefetch(offsets, members[tail - 1])
                        if law.kept_by == PER_ROW:
                            prefetch(law.keep, members[tail - 1])
                        if tail + 1 >= members.size:
                            full = True
                            break
                    place += 1
        for i in range(begin, tail):
            seen[members[i] >> 6] = _NONE
        if full:
            return number - first
        ends[number - first] = tail
        begin = tail
    return last - first


@kernel
def sample_paths(offsets, sources, prefix, weights, seen, first, last, members, ends):
    """As `sample_cascades`, under linear threshold.

    `weights` float64[m], those of a row adding up to 1 at most; float64[0]: 1 / (number of followees).
    """
    n = offsets.size - 1
    begin = np.int64(0)
    for number in range(first, last):
        key = absorb(prefix, number)
        full = begin + 1 >= members.size
        tail = begin
        before = begin - 1
        if not full:
            tail = _reach(np.int32(unit(absorb(key, _ROOT)) * n), members, begin, seen)
        while tail > before + 1 and not full:
            before = tail - 1
            row = members[before]
            place, stop = offsets[row], offsets[row + 1]
            u = unit(absorb(key, np.uint32(row)))
            if weights.size == 0:
                place += np.int64(u * (stop - place))
            else:
                total = 0.0
                while place < stop:
                    total += weights[place]
                    if u < total:
                        break
                    place += 1
            if place < stop:
                tail = _reach(sources[place], members, tail, seen)
                full = tail + 1 >= members.size
        for i in range(begin, tail):
            seen[members[i] >> 6] = _NONE
        if full:
            return number - first
        ends[number - first] = tail
        begin = tail
    return last - first


@kernel
def index_sets(ends, members, offsets, sets):
    """List for every row the sets that hold it: fills `offsets` int64[n + 1] and `sets` int32[members]."""
    n = offsets.size - 1
    offsets[:] = 0
    for i in range(members.size):
        offsets[members[i] + 1] += 1
    for r in range(n):
        offsets[r + 1] += offsets[r]
    cursor = offsets[:-1].copy()
    begin = np.int64(0)
    for s in range(ends.size):
        for i in range(begin, ends[s]):
            place = cursor[members[i]]
            cursor[members[i]] = place + 1
            sets[place] = s
        begin = ends[s]


class Cover(NamedTuple):
    """A greedy choice under way."""

    gains: np.ndarray
    """int64[n], sets a row would newly cover."""
    covered: np.ndarray
    """uint8[sets]"""
    heap_score: np.ndarray
    """float64[.], a binary heap, largest first: gain per cost when last looked at."""
    heap_row: np.ndarray
    """int32[.]"""


@inner
def _sift_down(score, row, place, size):
    """Move an entry down to where no child is above it; of equal scores the lower row is above."""
    s, r = score[place], row[place]
    while 2 * place + 1 < size:
        child = 2 * place + 1
        other = child + 1
        if other < size and (
            score[other] > score[child] or (score[other] == score[child] and row[other] < row[child])
        ):
            child = other
        if score[child] < s or (score[child] == s and row[child] > r):
            break
        score[place] = score[child]
        row[place] = row[child]
        place = child
    score[place] = s
    row[place] = r


@kernel
def start_cover(offsets, costs, budget, cover):
    """Fill the gains and the heap with the rows whose cost is within the budget; returns the size of the heap."""
    size = np.int64(0)
    for r in range(offsets.size - 1):
        gain = offsets[r + 1] - offsets[r]
        cover.gains[r] = gain
        if gain > 0 and costs[r] <= budget:
            cover.heap_score[size] = gain / costs[r]
            cover.heap_row[size] = r
            size += 1
    for place in range(size // 2 - 1, -1, -1):
        _sift_down(cover.heap_score, cover.heap_row, place, size)
    return size


@kernel
def extend_cover(ends, members, offsets, sets, costs, left, limit, size, cover, chosen, number, total):
    """Choose rows of largest gain per cost until `limit` are chosen or nothing affordable gains.

    Gains only fall, so an entry of the heap that is still on top after it was brought up to date is the largest (Minoux
    1978). Rows that cost more than is left are dropped.

    Parameters
    ----------
    left, limit, size : budget left, number of rows wanted in all, size of the heap.
    chosen : int32[.], filled from `number` on.
    number, total : rows chosen and sets covered so far.

    Returns
    -------
    number, total, left, size : as they are now.
    """
    score, row, gains = cover.heap_score, cover.heap_row, cover.gains
    while number < limit and size > 0:
        r = row[0]
        now = gains[r] / costs[r]
        if now > 0.0 and costs[r] <= left and now < score[0]:
            score[0] = now
            _sift_down(score, row, 0, size)
            continue
        size -= 1
        if size > 0:
            score[0] = score[size]
            row[0] = row[size]
            _sift_down(score, row, 0, size)
        if now == 0.0 or costs[r] > left:
            continue
        chosen[number] = r
        number += 1
        left -= costs[r]
        total += gains[r]
        for i in range(offsets[r], offsets[r + 1]):
            s = sets[i]
            if cover.covered[s] == 0:
                cover.covered[s] = 1
                for e in range(ends[s - 1] if s > 0 else 0, ends[s]):
                    gains[members[e]] -= 1
    return number, total, left, size


@kernel
def best_addition(gains, costs, budget, bin_gain, bin_cost):
    """Upper bound on what rows worth `budget` can add to a cover: the best fractional choice by gain per cost.

    Whole bins count exactly, the bin that exceeds the budget with its upper edge. `bin_gain`, `bin_cost` float64[BINS].
    """
    bin_gain[:] = 0.0
    bin_cost[:] = 0.0
    one = np.empty(1, np.float32)
    bits = one.view(np.uint32)
    for r in range(gains.size):
        if gains[r] > 0 and costs[r] <= budget:
            one[0] = gains[r] / costs[r]
            b = bits[0] >> np.uint32(BIN_SHIFT)
            bin_gain[b] += gains[r]
            bin_cost[b] += costs[r]
    bound = 0.0
    for b in range(BINS - 1, -1, -1):
        if bin_gain[b] > 0.0:
            if bin_cost[b] <= budget:
                bound += bin_gain[b]
                budget -= bin_cost[b]
            else:
                bits[0] = np.uint32(b + 1) << np.uint32(BIN_SHIFT)
                return bound + min(bin_gain[b], budget * one[0])
    return bound


@kernel
def count_covered(ends, members, marked):
    """Number of sets that hold a marked row; `marked` uint8[n]."""
    total = np.int64(0)
    begin = np.int64(0)
    for s in range(ends.size):
        for e in range(begin, ends[s]):
            if marked[members[e]]:
                total += 1
                break
        begin = ends[s]
    return total
