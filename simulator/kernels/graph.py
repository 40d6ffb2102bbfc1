"""Graph kernels: compressed sparse rows built by counting sort.

Row `a` of a graph lists the rows that see what `a` posts, its followers, in ascending order. Counting sort
is used throughout (a bucket pass by target, then a bucket pass by source leaves every row sorted), so the
work is linear in edges and no kernel compares edges. `weights` has size 0 in an unweighted graph.
"""

import numpy as np

from simulator.kernels.compiling import kernel

KEEP_ALL, KEEP_FIRST, KEEP_SUM = 0, 1, 2


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
