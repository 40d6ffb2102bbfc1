"""Growing many sets over live edges, in one thread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.diffusion.live_laws import LiveGraph
from simulator.kernels.diffusion import live_edges as kernels
from simulator.types import Array

PIECE = 1 << 15
"""Sets grown in one call."""

_NO_SEEDS = np.empty(0, np.int32)


class Piece(NamedTuple):
    """Sets in the order in which they were complete: set ``numbers[i]`` ends at ``ends[i]`` of `pool`."""

    numbers: Array
    ends: Array
    pool: Array


class Growth:
    """Memory of one thread that grows sets.

    Parameters
    ----------
    live : LiveGraph
    prefix : uint64, hash that the number of a set completes to its key.
    seeds : int32[k], first rows of every set; by default one row drawn uniformly.
    """

    def __init__(self, live: LiveGraph, prefix: np.uint64, seeds: Array = _NO_SEEDS):
        self._live, self._prefix, self._seeds = live, prefix, seeds
        self._n = live.offsets.size - 1
        self._lanes = kernels.lanes_for(live.offsets)
        self._alone: kernels.Lanes | None = None

    def pieces(self, first: int, last: int) -> list[Piece]:
        """The sets first to last - 1."""
        found, large = self.beside_others(first, last)
        return found + self._alone_each(large)

    def beside_others(self, first: int, last: int) -> tuple[list[Piece], Array]:
        """The sets first to last - 1, and the numbers of those that outgrew their lane."""
        found, large = [], [np.empty(0, np.int64)]
        pool = np.empty(max(2 * kernels.LANES * kernels.ROOM, 32 * min(PIECE, last - first)), np.int32)
        while first < last:
            sets = np.arange(first, min(last, first + PIECE))
            begun, piece, left_out = self._grow(sets, self._lanes, pool)
            found.append(piece)
            large.append(left_out)
            first += begun
        return found, np.concatenate(large)

    def _alone_each(self, sets: Array) -> list[Piece]:
        """Sets that need room for everybody."""
        if sets.size == 0:
            return []
        if self._alone is None:
            self._alone = kernels.lanes_for(self._live.offsets, 1, self._n)
        found, pool = [], np.empty(max(self._n, min(2 * self._n, kernels.ROOM * sets.size * 4)), np.int32)
        while sets.size:
            begun, piece, _ = self._grow(sets, self._alone, pool)
            found.append(piece)
            sets = sets[begun:]
        return found

    def _grow(self, sets: Array, lanes: kernels.Lanes, pool: Array) -> tuple[int, Piece, Array]:
        numbers, ends, large = (np.empty(sets.size, np.int64) for _ in range(3))
        graph = (self._live.offsets, self._live.neighbours, self._prefix, self._live.law, self._seeds)
        begun, done, left_out = kernels.grow(*graph, lanes, sets, pool, numbers, ends, large)
        used = int(ends[done - 1]) if done else 0
        return begun, Piece(numbers[:done], ends[:done], pool[:used].copy()), large[:left_out]
