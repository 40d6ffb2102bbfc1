"""What was made of each root so far: reposts, fakes and comments together."""

from __future__ import annotations

import numpy as np

from simulator.kernels import ranking
from simulator.types import Array


class Heat:
    """Counts by root key, at most half full: `roots` uint64 (M,), `counts` int64 (M,), M a power of two."""

    def __init__(self, capacity: int = 16):
        self.roots: Array = np.zeros(capacity, np.uint64)
        self.counts: Array = np.zeros(capacity, np.int64)

    def add(self, roots: Array, by: Array) -> None:
        """Add by[i] to roots[i]; a root may occur more than once."""
        used = int(np.count_nonzero(self.roots))
        if 2 * (used + roots.size) > self.roots.size:
            held = self.roots != 0
            old = self.roots[held], self.counts[held]
            wider = 1 << int(4 * (used + roots.size) - 1).bit_length()
            self.roots, self.counts = np.zeros(wider, np.uint64), np.zeros(wider, np.int64)
            ranking.add_heat(self.roots, self.counts, *old)
        ranking.add_heat(self.roots, self.counts, roots, by)

    def of(self, root: int) -> int:
        """Count of one root."""
        mask = self.roots.size - 1
        at = root & mask
        while self.roots[at] != 0:
            if self.roots[at] == root:
                return int(self.counts[at])
            at = (at + 1) & mask
        return 0
