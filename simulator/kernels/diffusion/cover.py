"""Cover by greedy choice: rows that meet most of given sets, by gain or by gain per cost.

Set s holds ``members[ends[s - 1]:ends[s]]``; a row covers the sets that hold it.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, kernel

BIN_SHIFT = 12
"""Gains per cost are binned by the leading 20 bits of their float32: bins 2**-11 wide, relatively."""
BINS = 1 << (32 - BIN_SHIFT)


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
