"""Graph kernels: compressed sparse rows built by counting sort, and neighbours computed from a hash.

Row `a` of a graph lists the rows that see what `a` posts, its followers, in ascending order. Counting sort
is used throughout (a bucket pass by target, then a bucket pass by source leaves every row sorted), so the
work is linear in edges and no kernel compares edges. `weights` has size 0 in an unweighted graph.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.rng import absorb, unit, unit_open

KEEP_ALL, KEEP_FIRST, KEEP_SUM = 0, 1, 2
LOCAL, REMOTE = 0, 1


@kernel
def bucket_edges(rows, values, weights, keep_loops, offsets, out, out_weights):
    """Group edges by row, in input order: row r gets `values` of the edges with `rows == r`.

    Parameters
    ----------
    rows, values : int32[m]
    weights : float32[m] or float32[0]
    keep_loops : whether edges with ``rows == values`` are kept.
    offsets : int64[n + 1], filled.
    out, out_weights : int32[m], float32[m] or float32[0], filled up to the returned number of edges.
    """
    n = offsets.size - 1
    offsets[:] = 0
    for e in range(rows.size):
        if keep_loops or rows[e] != values[e]:
            offsets[rows[e] + 1] += 1
    for r in range(n):
        offsets[r + 1] += offsets[r]
    cursor = offsets[:-1].copy()
    weighted = weights.size > 0
    for e in range(rows.size):
        r = rows[e]
        if keep_loops or r != values[e]:
            place = cursor[r]
            cursor[r] = place + 1
            out[place] = values[e]
            if weighted:
                out_weights[place] = weights[e]
    return offsets[n]


@kernel
def transpose(offsets, targets, weights, out_offsets, out, out_weights):
    """Turn every edge round. Rows of the result are sorted, whether or not those given were.

    Equal edges keep the order in which they stand. `out_offsets` int64[n + 1], `out` int32[m].
    """
    n = offsets.size - 1
    m = offsets[n]
    out_offsets[:] = 0
    for e in range(m):
        out_offsets[targets[e] + 1] += 1
    for r in range(n):
        out_offsets[r + 1] += out_offsets[r]
    cursor = out_offsets[:-1].copy()
    weighted = weights.size > 0
    for r in range(n):
        for e in range(offsets[r], offsets[r + 1]):
            t = targets[e]
            place = cursor[t]
            cursor[t] = place + 1
            out[place] = r
            if weighted:
                out_weights[place] = weights[e]


@kernel
def merge_equal(offsets, targets, weights, mode):
    """Leave one of every run of equal edges, in place; rows must be sorted.

    `mode` is KEEP_FIRST (the weight of the first stands) or KEEP_SUM (weights are added). Returns the
    number of edges left; `offsets` is rewritten.
    """
    n = offsets.size - 1
    weighted = weights.size > 0
    write = np.int64(0)
    read = offsets[0]
    for r in range(n):
        stop = offsets[r + 1]
        begin = write
        while read < stop:
            if write > begin and targets[write - 1] == targets[read]:
                if weighted and mode == KEEP_SUM:
                    weights[write - 1] += weights[read]
            else:
                targets[write] = targets[read]
                if weighted:
                    weights[write] = weights[read]
                write += 1
            read += 1
        offsets[r] = begin
    offsets[n] = write
    return write


@kernel
def first_equal(offsets, targets):
    """Position of the first edge that equals the one before it in its row, or -1; rows must be sorted."""
    for r in range(offsets.size - 1):
        for e in range(offsets[r] + 1, offsets[r + 1]):
            if targets[e] == targets[e - 1]:
                return e
    return np.int64(-1)


@kernel
def union_rows(offsets, targets, weights, offsets_b, targets_b, weights_b, out_offsets, out, out_weights):
    """Merge two graphs over the same rows into one; an edge of both stands once, its weights added.

    With `out` of size 0 only `out_offsets` is filled, so that the caller can allocate. Rows must be sorted
    and free of equal edges.
    """
    n = offsets.size - 1
    write_edges = out.size > 0
    weighted = weights.size > 0 and write_edges
    place = np.int64(0)
    out_offsets[0] = 0
    for r in range(n):
        i, i_stop = offsets[r], offsets[r + 1]
        j, j_stop = offsets_b[r], offsets_b[r + 1]
        while i < i_stop or j < j_stop:
            from_a = i < i_stop and (j >= j_stop or targets[i] <= targets_b[j])
            from_b = j < j_stop and (i >= i_stop or targets_b[j] <= targets[i])
            if write_edges:
                out[place] = targets[i] if from_a else targets_b[j]
                if weighted:
                    out_weights[place] = (weights[i] if from_a else np.float32(0.0)) + (
                        weights_b[j] if from_b else np.float32(0.0)
                    )
            place += 1
            i += from_a
            j += from_b
        out_offsets[r + 1] = place
    return place


@kernel
def relabel_transposed(offsets, targets, weights, new_row, out_offsets, out, out_weights):
    """Turn every edge round and give every row its new name: a transpose of this is the renamed graph."""
    n = offsets.size - 1
    out_offsets[:] = 0
    for e in range(offsets[n]):
        out_offsets[new_row[targets[e]] + 1] += 1
    for r in range(n):
        out_offsets[r + 1] += out_offsets[r]
    cursor = out_offsets[:-1].copy()
    weighted = weights.size > 0
    for r in range(n):
        for e in range(offsets[r], offsets[r + 1]):
            t = new_row[targets[e]]
            place = cursor[t]
            cursor[t] = place + 1
            out[place] = new_row[r]
            if weighted:
                out_weights[place] = weights[e]


@kernel
def lower_bound(values, start, stop, value):
    """First position in ``values[start:stop]``, sorted, whose entry is at least `value`; `stop` if none is."""
    while start < stop:
        middle = (start + stop) >> 1
        if values[middle] < value:
            start = middle + 1
        else:
            stop = middle
    return start


@kernel
def owner_slice(offsets, targets, row, lo, hi):
    """Positions (first, last) of the followers of `row` that lie in [lo, hi): ``targets[first:last]``."""
    start, stop = offsets[row], offsets[row + 1]
    first = lower_bound(targets, start, stop, lo)
    return first, lower_bound(targets, first, stop, hi)


@kernel
def has_edge(offsets, targets, row, target):
    """Whether `target` stands in the sorted row `row`."""
    place = lower_bound(targets, offsets[row], offsets[row + 1], target)
    return place < offsets[row + 1] and targets[place] == target


@kernel
def count_targets(targets, out):
    """out[t] = number of edges into t; `out` int64[n]."""
    out[:] = 0
    for e in range(targets.size):
        out[targets[e]] += 1


class ProceduralLaw(NamedTuple):
    """What determines a procedural graph. All its functions take this and no other state."""

    n: int
    degree_prefix: np.uint64
    edge_prefix: np.uint64
    inverse_tail: float
    """1 / (exponent of the follower-count density - 1)."""
    minimum: float
    """Smallest follower count before rounding."""
    cap: int
    """Largest follower count."""
    homophily: float
    """Share of followers drawn in the author's own region; the rest are drawn anywhere."""
    region_starts: np.ndarray
    """int64[R + 1]; region g holds the keys from region_starts[g] up to region_starts[g + 1]."""


class ProceduralRow(NamedTuple):
    """One author of a procedural graph: what is needed to list the followers."""

    row: int
    prefix: np.uint64
    local: int
    """Followers in the own region."""
    remote: int
    """Followers outside of it."""
    start: int
    stop: int
    """The own region is [start, stop)."""


@kernel
def procedural_row(law, row):
    """Follower numbers and region of `row`.

    The count is Pareto, ``min(cap, minimum * u ** -inverse_tail)``, rounded up or down at random so that the
    mean is kept. A share ``h + (1 - h) * B / n`` of it is local, B the size of the region: drawing a share h
    at home and the rest anywhere gives that split.
    """
    row = np.int64(row)
    starts = law.region_starts
    region = np.int64(0)
    while starts[region + 1] <= row:
        region += 1
    start, stop = starts[region], starts[region + 1]
    others, away = stop - start - 1, law.n - (stop - start)
    h = absorb(law.degree_prefix, row)
    wanted = min(np.float64(law.cap), law.minimum * unit_open(h) ** -law.inverse_tail)
    degree = np.int64(wanted + unit(absorb(h, 0)))
    share = law.homophily + (1.0 - law.homophily) * others / (law.n - 1)
    local = min(np.int64(degree * share + unit(absorb(h, 1))), degree, others)
    remote = min(degree - local, away)
    return ProceduralRow(row, absorb(law.edge_prefix, row), local, remote, start, stop)


@kernel
def _stratum(prefix, salt, j, size, count):
    """Draw j of `count` from 0..size-1: one from each of `count` consecutive, near equal, integer strata."""
    begin = j * size // count
    width = np.uint64((j + 1) * size // count - begin)
    high = absorb(prefix, salt + j) >> np.uint64(32)
    return begin + np.int64((high * width) >> np.uint64(32))


@kernel
def _first_at_least(prefix, salt, bound, size, count):
    """First j whose draw is at least `bound`, found from the one stratum that holds `bound`."""
    if bound <= 0 or count == 0:
        return np.int64(0)
    if bound >= size:
        return np.int64(count)
    j = ((bound + 1) * count - 1) // size
    return j if _stratum(prefix, salt, j, size, count) >= bound else j + 1


@kernel
def procedural_at(law, author, j):
    """Follower j of an author: local ones are numbered first, then remote ones; each part ascends.

    The parts are disjoint, no follower stands twice, and the author is never among them.
    """
    if j < author.local:
        t = author.start + _stratum(author.prefix, 0, j, author.stop - author.start - 1, author.local)
        return t + 1 if t >= author.row else t
    block = author.stop - author.start
    t = _stratum(author.prefix, author.local, j - author.local, law.n - block, author.remote)
    return t + block if t >= author.start else t


@kernel
def _candidates_below(author, part, bound):
    """How many of the candidates of one part have a key below `bound`."""
    block = author.stop - author.start
    if part == LOCAL:
        inside = min(max(bound - author.start, 0), block)
        return inside - 1 if author.row - author.start < inside else inside
    return bound if bound <= author.start else max(author.start, bound - block)


@kernel
def procedural_slice(law, author, part, lo, hi):
    """Numbers (first, last) of the followers in one part, LOCAL or REMOTE, that lie in [lo, hi).

    ``procedural_at(law, author, j)`` for j from first up to last lists them, ascending. No list is searched.
    """
    block = author.stop - author.start
    salt, count, size = np.int64(0), author.local, block - 1
    if part != LOCAL:
        salt, count, size = author.local, author.remote, law.n - block
    first = _first_at_least(author.prefix, salt, _candidates_below(author, part, lo), size, count)
    last = _first_at_least(author.prefix, salt, _candidates_below(author, part, hi), size, count)
    return salt + first, salt + max(first, last)


@kernel
def procedural_degree(law, row):
    """Number of followers of `row`."""
    author = procedural_row(law, row)
    return author.local + author.remote


@kernel
def procedural_follower(law, row, j):
    """Follower j of `row`; `procedural_row` and `procedural_at` are cheaper when several are wanted."""
    return procedural_at(law, procedural_row(law, row), j)


@kernel
def procedural_counts(law, lo, hi, out):
    """out[a - lo] = number of followers of a, for the rows a in [lo, hi)."""
    for row in range(lo, hi):
        out[row - lo] = procedural_degree(law, row)


@kernel
def procedural_fill(law, lo, hi, out):
    """Write the sorted follower lists of the rows in [lo, hi) one after another; returns how many."""
    place = np.int64(0)
    for row in range(lo, hi):
        author = procedural_row(law, row)
        _, before = procedural_slice(law, author, REMOTE, 0, author.start)
        for j in range(author.local, before):
            out[place] = procedural_at(law, author, j)
            place += 1
        for j in range(author.local):
            out[place] = procedural_at(law, author, j)
            place += 1
        for j in range(before, author.local + author.remote):
            out[place] = procedural_at(law, author, j)
            place += 1
    return place
