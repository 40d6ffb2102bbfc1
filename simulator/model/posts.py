"""The posts of a platform: records of all, and a circular table of those that can still be seen."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import Any

import numpy as np

from simulator.errors import CapacityError
from simulator.kernels import posts as kernel
from simulator.kernels.inbox import IDS
from simulator.kernels.state import POST, Batch, Live
from simulator.model.heat import Heat
from simulator.types import Array, PostKind

_DTYPES = {
    "brand": np.int16,
    "kind": np.uint8,
    "author": np.int32,
    "author_key": np.uint32,
    "key": np.uint64,
    "root": np.uint64,
    "parent": np.uint64,
    "minute": np.int64,
    "depth": np.int32,
    "opinion": np.float32,
    "quality": np.float32,
    "prize": np.uint8,
    "promotion": np.float32,
}

KEPT = ("key", "root", "parent", "author_key", "brand", "kind", "minute", "depth", "opinion", "prize")
"""Fields of a post that outlive it."""

POST_BYTES = 350
"""What a post takes in all: record, live place, sets by key, and tables while they are made; measured 330 at 27 M."""


NO_POSTS = Batch(**{name: np.zeros(0, dtype) for name, dtype in _DTYPES.items()})


def empty_batch(size: int) -> Batch:
    """Room for `size` new posts."""
    return Batch(**{name: np.zeros(size, dtype) for name, dtype in _DTYPES.items()}) if size else NO_POSTS


def concatenate(batches: list[Batch]) -> Batch:
    """Posts of several batches, one after another."""
    filled = [batch for batch in batches if batch.key.size]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        return empty_batch(0)
    return Batch(*(np.concatenate(columns) for columns in zip(*filled, strict=True)))


def in_order(batch: Batch) -> Batch:
    """The posts by minute, ties by key: an order that no storage order can move."""
    order = np.lexsort((batch.key, batch.minute))
    return Batch(*(column[order] for column in batch))


class Reposts:
    """The root of every repost, in order of time."""

    def __init__(self, capacity: int = 1024):
        self._minute: Array = np.empty(capacity, np.int64)
        self._root: Array = np.empty(capacity, np.uint64)
        self._count = 0

    def add(self, batch: Batch) -> None:
        """Enter the reposts among later posts, by minute."""
        counted = np.flatnonzero(batch.kind == PostKind.REPOST)
        end = self._count + counted.size
        while end > self._minute.size:
            self._minute = np.concatenate([self._minute, np.empty_like(self._minute)])
            self._root = np.concatenate([self._root, np.empty_like(self._root)])
        self._minute[self._count : end] = batch.minute[counted]
        self._root[self._count : end] = batch.root[counted]
        self._count = end

    def between(self, begin: int, end: int) -> Array:
        """Roots of the reposts from minute `begin` to `end`, the last excluded, uint64."""
        first, last = np.searchsorted(self._minute[: self._count], (begin, end))
        return self._root[first:last]


class PostTable:
    """Ids are given in order of (tick, minute, key), from 1: 0, in an empty slot of an inbox, is no post.

    A post lives for `life_ticks`; what is KEPT of it stays for good, and there are never more than `most`. Post `id`
    sits at ``id & mask`` of the live arrays, which grow when the window of live ids outgrows them.
    """

    def __init__(self, life_ticks: int, capacity: int = 1024, most: int = int(IDS)):
        self.most = most
        self.low = self.next_id = 1
        self.records: list[tuple[int, dict[str, Array]]] = []
        self.posted: Array = np.zeros(2 * capacity, np.uint64)
        self._posted_count = 0
        self.heat = Heat()
        self.reposts = Reposts()
        self._paid: list[tuple[int, int]] = []
        self._life = life_ticks
        self._births: deque[tuple[int, int]] = deque()
        self._table: Any = np.zeros(capacity, POST).view(np.recarray)
        self._live: Live | None = None

    @property
    def capacity(self) -> int:
        return int(self._table.size)

    def live(self) -> Live:
        """The table as kernels see it."""
        if self._live is None:
            self._live = Live(self.low, self.capacity - 1, self._table, self.heat.roots, self.heat.counts)
        return self._live

    def expire(self, tick: int) -> None:
        """Let posts older than the life of a post fall out."""
        while self._births and self._births[0][0] + self._life < tick:
            self._births.popleft()
            self.low = self._births[0][1] if self._births else self.next_id
            self._live = None

    def append(self, batch: Batch, tick: int) -> tuple[int, int]:
        """Add posts, already in order; returns the first id and the one after the last."""
        size = batch.key.size
        first = self.next_id
        if size == 0:
            return first, first
        if first + size - 1 > self.most:
            raise CapacityError(
                f"more than {self.most} posts on one platform in one run, after {tick} ticks; "
                f"market.most_posts may allow up to {IDS}"
            )
        self._make_room(size)
        at = np.arange(first, first + size) & (self.capacity - 1)
        plain = self._table.view(np.ndarray)
        for name in POST.names or ():
            plain[name][at] = getattr(batch, name)
        self._remember(batch)
        self.next_id = first + size
        self._note(batch)
        self._births.append((tick, first))
        self.records.append((tick, {name: getattr(batch, name) for name in KEPT}))
        self._live = None
        return first, self.next_id

    def warm(self, roots: Array, by: Array) -> None:
        """Count by[i] more reposts or comments of roots[i]."""
        if roots.size:
            self.heat.add(roots, by)
            self._live = None

    def paid_since(self, minute: int) -> list[tuple[int, int]]:
        """Minute and root of every paid post from `minute` on."""
        return self._paid[bisect_left(self._paid, (minute, 0)) :]

    def _note(self, batch: Batch) -> None:
        """Keep apart what trending lists ask for."""
        self.reposts.add(batch)
        paid = np.flatnonzero((batch.key == batch.root) & (batch.kind <= PostKind.SEEDED))
        self._paid += zip(batch.minute[paid].tolist(), batch.root[paid].tolist(), strict=True)

    def _make_room(self, size: int) -> None:
        needed = self.next_id + size - self.low
        if needed <= self.capacity:
            return
        wider = 1 << int(needed - 1).bit_length()
        ids = np.arange(self.low, self.next_id)
        before, after = ids & (self.capacity - 1), ids & (wider - 1)
        old, self._table = self._table, np.zeros(wider, POST).view(np.recarray)
        self._table[after] = old[before]

    def _remember(self, batch: Batch) -> None:
        keys = np.empty(batch.key.size, np.uint64)
        kernel.post_keys(batch.root, batch.author_key, keys)
        self._posted_count += keys.size
        if 2 * self._posted_count > self.posted.size:
            old = self.posted[self.posted != 0]
            self.posted = np.zeros(1 << int(2 * self._posted_count).bit_length(), np.uint64)
            kernel.insert(self.posted, old)
        kernel.insert(self.posted, keys)
