"""Collections of reverse-reachable sets, and choice of rows that meet most of them.

Source: Borgs, Brautbar, Chayes & Lucier 2014, "Maximizing social influence in nearly optimal time", SODA. A root is
drawn uniformly; its set holds the rows from which it is reached over the live edges of one cascade. With n rows, for
every seed set S::

    expected spread of S  =  n * P(S meets the set)
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from simulator.diffusion.growth import Growth
from simulator.diffusion.live_laws import LiveGraph
from simulator.kernels.diffusion import cover as covering
from simulator.kernels.diffusion import live_edges as kernels
from simulator.types import Array

CHECKS = 8
"""Prefixes of a choice at which the bound on the best choice is computed."""


class ReverseSets:
    """A collection that grows: set s holds ``members[ends[s - 1]:ends[s]]``, whoever sampled it."""

    def __init__(self, live: LiveGraph, prefix: np.uint64, threads: int):
        self.n = live.offsets.size - 1
        self._growths = [Growth(live, prefix) for _ in range(threads)]
        self.ends = np.empty(0, np.int64)
        self.members = np.empty(0, np.int32)

    def grow(self, wanted: int) -> None:
        """Sample until there are `wanted` sets."""
        first, begin, threads = self.ends.size, self.members.size, len(self._growths)
        cuts = np.linspace(first, wanted, threads + 1).astype(int).tolist()
        if threads == 1:
            found = [self._growths[0].pieces(first, wanted)]
        else:
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(Growth.pieces, self._growths, cuts[:-1], cuts[1:]))
        sizes = np.zeros(wanted - first, np.int64)
        for piece in (piece for part in found for piece in part):
            sizes[piece.numbers - first] = np.diff(piece.ends, prepend=0)
        ends = begin + np.cumsum(sizes)
        members = np.empty(int(ends[-1]) if ends.size else begin, np.int32)
        members[:begin] = self.members
        for piece in (piece for part in found for piece in part):
            kernels.put_in_order(*piece, first, ends - sizes, members)
        self.ends, self.members = np.concatenate([self.ends, ends]), members

    def met(self, rows: Array) -> int:
        """Number of sets that hold one of the rows."""
        marked = np.zeros(self.n, np.uint8)
        marked[rows] = 1
        return int(covering.count_covered(self.ends, self.members, marked))


def choose(sets: ReverseSets, price: Array, budget: float, limit: int) -> tuple[Array, float]:
    """Rows that meet most sets, and an upper bound on how many sets any affordable rows can meet."""
    n = sets.n
    offsets, listed = np.empty(n + 1, np.int64), np.empty(sets.members.size, np.int32)
    covering.index_sets(sets.ends, sets.members, offsets, listed)
    cover = covering.Cover(
        np.empty(n, np.int64), np.zeros(sets.ends.size, np.uint8), np.empty(n), np.empty(n, np.int32)
    )
    size = covering.start_cover(offsets, price, budget, cover)
    alone = np.where(price <= budget, cover.gains, -1)
    single = int(np.argmax(alone))
    chosen = np.empty(limit, np.int32)
    bins = np.empty(covering.BINS), np.empty(covering.BINS)
    number, total, left = 0, 0, budget
    best = math.inf
    for check in range(1, CHECKS + 1):
        upto = limit * check // CHECKS
        number, total, left, size = covering.extend_cover(
            sets.ends, sets.members, offsets, listed, price, left, upto, size, cover, chosen, number, total
        )
        best = min(best, total + float(covering.best_addition(cover.gains, price, budget, *bins)))
        if number < upto:
            break
    if int(alone[single]) > total:
        return np.array([single], np.int32), best
    return _filled_up(chosen[:number], price, left, limit), min(best, float(sets.ends.size))


def _filled_up(chosen: Array, price: Array, left: float, limit: int) -> Array:
    """Where no row meets another set, the cheapest rows take what is left: each adds itself at least."""
    if chosen.size == limit:
        return chosen
    rest = np.setdiff1d(np.flatnonzero(price <= left), chosen)
    rest = rest[np.argsort(price[rest], kind="stable")][: limit - chosen.size]
    rest = rest[np.cumsum(price[rest]) <= left]
    return np.concatenate([chosen, rest.astype(np.int32)])
