"""Followers computed from a hash: a graph that takes no memory.

Followers at home and away are drawn in strata of the candidates in key order, so lists are sorted and owner ranges are
found by arithmetic. Ties that are answered come from involutions of keys: partner k of a user is the mirror image of the
key, in the own region or among all, so the user is partner k of that partner; whether the two follow each other is one
draw of the pair. A partner stands in a follower list in the place of the draw of its stratum. If two partners fall into
one stratum the first stands, and the other one's follow is not answered.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, lean, spliced
from simulator.kernels.rng import absorb, unit, unit_open

LOCAL, REMOTE = 0, 1
PARTNERS = 6
"""Partners of a user; the first half of them are at home."""


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
    tie_prefix: np.uint64
    tie_chance: float
    """Chance that a user and a partner follow each other."""


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
    ties: tuple
    """PARTNERS pairs: which follower is given by a tie (-1: none), and as which candidate of its part."""
    tied: np.uint64
    """Bit j % 64 is set where follower j may be given by a tie."""


@inner
def _stratum_of(candidate, size, count):
    """The stratum that holds a candidate."""
    return ((candidate + 1) * count - 1) // size


@inner
def _partner(law, row, start, stop, k):
    """Partner k of a row, or the row itself: an involution, which mirrors the own region or everybody."""
    mirror = absorb(law.tie_prefix, np.uint64(k))
    size = stop - start if k < PARTNERS // 2 else law.n
    first = start if k < PARTNERS // 2 else np.int64(0)
    partner = first + (np.int64(mirror >> np.uint64(1)) % size - (row - first)) % size
    drawn = unit(absorb(mirror, np.uint64(min(row, partner))))
    return partner if drawn < law.tie_chance else row


@inner
def _tie(law, row, start, stop, local, remote, k):
    """Partner k as a follower: its number and its place among the candidates of its part; (-1, 0) if there is none."""
    partner = _partner(law, row, start, stop, k)
    block = stop - start
    if partner == row:
        return np.int64(-1), np.int64(0)
    if start <= partner < stop:
        candidate = partner - start - (partner > row)
        return (_stratum_of(candidate, block - 1, local) if local > 0 else np.int64(-1)), candidate
    candidate = partner if partner < start else partner - block
    return (local + _stratum_of(candidate, law.n - block, remote) if remote > 0 else np.int64(-1)), candidate


@inner
def _ties(law, row, start, stop, local, remote):
    """All ties of a row, and the bits of their followers."""
    ties = (
        _tie(law, row, start, stop, local, remote, 0),
        _tie(law, row, start, stop, local, remote, 1),
        _tie(law, row, start, stop, local, remote, 2),
        _tie(law, row, start, stop, local, remote, 3),
        _tie(law, row, start, stop, local, remote, 4),
        _tie(law, row, start, stop, local, remote, 5),
    )
    tied = np.uint64(0)
    for number, _ in ties:
        if number >= 0:
            tied |= np.uint64(1) << np.uint64(number & 63)
    return ties, tied


@lean
def procedural_row(law, row):
    """Follower numbers and region of `row`.

    The count is Pareto, ``min(cap, minimum * (1 - u) ** -inverse_tail)`` with the u of the user's popularity, rounded
    up or down at random so that the mean is kept. A share ``h + (1 - h) * B / n`` of it is local, B the size of the region: drawing a share h
    at home and the rest anywhere gives that split.
    """
    row = np.int64(row)
    local, remote, start, stop = _numbers(law, row)
    ties, tied = _ties(law, row, start, stop, local, remote)
    return ProceduralRow(row, absorb(law.edge_prefix, row), local, remote, start, stop, ties, tied)


@inner
def _numbers(law, row):
    """Followers at home and away, and the bounds of the own region."""
    starts = law.region_starts
    region = np.int64(0)
    while starts[region + 1] <= row:
        region += 1
    start, stop = starts[region], starts[region + 1]
    others, away = stop - start - 1, law.n - (stop - start)
    h = absorb(law.degree_prefix, row)
    wanted = min(np.float64(law.cap), law.minimum * (1.0 - unit_open(h)) ** -law.inverse_tail)
    degree = np.int64(wanted + unit(absorb(h, 0)))
    share = law.homophily + (1.0 - law.homophily) * others / (law.n - 1)
    local = min(np.int64(degree * share + unit(absorb(h, 1))), degree, others)
    return local, min(degree - local, away), start, stop


@inner
def _given(ties, wanted):
    """The candidate that a tie gives follower `wanted`, or -1."""
    for number, candidate in ties:
        if number == wanted:
            return candidate
    return np.int64(-1)


@spliced
def _stratum(author, salt, j, size, count):
    """Draw j of `count` from 0..size-1: one from each of `count` consecutive, near equal, integer strata.

    A tie takes the place of the draw: its candidate lies in that stratum.
    """
    if (author.tied >> np.uint64((salt + j) & 63)) & np.uint64(1):
        given = _given(author.ties, salt + j)
        if given >= 0:
            return given
    begin = j * size // count
    width = np.uint64((j + 1) * size // count - begin)
    high = absorb(author.prefix, np.uint64(salt + j)) >> np.uint64(32)
    return begin + np.int64((high * width) >> np.uint64(32))


@inner
def _first_at_least(author, salt, bound, size, count):
    """First j whose draw is at least `bound`, found from the one stratum that holds `bound`."""
    if bound <= 0 or count == 0:
        return np.int64(0)
    if bound >= size:
        return np.int64(count)
    j = _stratum_of(bound, size, count)
    return j if _stratum(author, salt, j, size, count) >= bound else j + 1


@spliced
def procedural_at(law, author, j):
    """Follower j of an author: local ones are numbered first, then remote ones; each part ascends.

    The parts are disjoint, no follower stands twice, and the author is never among them.
    """
    if j < author.local:
        t = author.start + _stratum(author, np.int64(0), j, author.stop - author.start - 1, author.local)
        return t + 1 if t >= author.row else t
    block = author.stop - author.start
    t = _stratum(author, author.local, j - author.local, law.n - block, author.remote)
    return t + block if t >= author.start else t


@inner
def _candidates_below(author, part, bound):
    """How many of the candidates of one part have a key below `bound`."""
    block = author.stop - author.start
    if part == LOCAL:
        inside = min(max(bound - author.start, 0), block)
        return inside - 1 if author.row - author.start < inside else inside
    return bound if bound <= author.start else max(author.start, bound - block)


@lean
def procedural_slice(law, author, part, lo, hi):
    """Numbers (first, last) of the followers in one part, LOCAL or REMOTE, that lie in [lo, hi).

    ``procedural_at(law, author, j)`` for j from first up to last lists them, ascending. No list is searched.
    """
    block = author.stop - author.start
    salt, count, size = np.int64(0), author.local, block - 1
    if part != LOCAL:
        salt, count, size = author.local, author.remote, law.n - block
    first = _first_at_least(author, salt, _candidates_below(author, part, lo), size, count)
    last = _first_at_least(author, salt, _candidates_below(author, part, hi), size, count)
    return salt + first, salt + max(first, last)


@lean
def procedural_degree(law, row):
    """Number of followers of `row`."""
    local, remote, _, _ = _numbers(law, np.int64(row))
    return local + remote


@lean
def procedural_follower(law, row, j):
    """Follower j of `row`; `procedural_row` and `procedural_at` are cheaper when several are wanted."""
    return procedural_at(law, procedural_row(law, row), j)


@lean
def procedural_counts(law, lo, hi, out):
    """out[a - lo] = number of followers of a, for the rows a in [lo, hi)."""
    for row in range(lo, hi):
        out[row - lo] = procedural_degree(law, row)


@lean
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
