"""The fast engine: kernels over ranges of rows, each range on a thread of its own.

A range owns its rows: it writes their columns and needs and reads everything else as of the start of the
tick, so the result is the same for any number of ranges.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np

from simulator.kernels import delivery, feed, market, posts, roots, sessions
from simulator.kernels.state import COUNTERS, Batch, Clock
from simulator.model.posts import empty_batch
from simulator.model.state import RunState, TickOutcome
from simulator.network.procedural import ProceduralGraph
from simulator.types import Array

MIN_ROWS_PER_THREAD = 25_000


class Engine(Protocol):
    """Runs the stages of a tick from delivery to what follows a purchase."""

    def tick(self, state: RunState, clock: Clock, rhythm: float, first: int, last: int) -> TickOutcome:
        """Deliver posts first..last, then sessions, attention, response, choice, payment and delivery of goods."""
        ...


class KernelEngine:
    """Runs every stage in compiled code."""

    def __init__(self, threads: int = 1):
        self.threads = max(1, threads)
        self._pool: ThreadPoolExecutor | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_pool": None}

    def _ranges(self, n: int) -> list[tuple[int, int]]:
        parts = max(1, min(self.threads, n // MIN_ROWS_PER_THREAD))
        edges = np.linspace(0, n, parts + 1).astype(np.int64).tolist()
        return list(itertools.pairwise(edges))

    def tick(self, state: RunState, clock: Clock, rhythm: float, first: int, last: int) -> TickOutcome:
        ranges = self._ranges(state.n)

        def work(bounds: tuple[int, int]) -> tuple[Array, int, int, int]:
            return _range_tick(state, clock, rhythm, first, last, *bounds)

        if len(ranges) == 1:
            done = [work(ranges[0])]
        else:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="simulator")
            done = list(self._pool.map(work, ranges))
        counters = np.asarray(np.sum([counters for counters, *_ in done], axis=0, dtype=np.int64))
        visits = [(lo, online) for (lo, _), (_, _, online, _) in zip(ranges, done, strict=True)]
        telling = np.empty(0, np.int64)
        if any(t for *_, t in done):
            telling = np.flatnonzero(state.needs.table.shared == 1)
            state.needs.table.shared[telling] = 2
        return TickOutcome(
            counters=counters,
            deliveries=sum(d for _, d, _, _ in done),
            online=sum(online for _, online in visits),
            reposts=_collect_reposts(state, clock, visits),
            telling=telling,
        )

    def close(self) -> None:
        """Stop the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


def _range_tick(
    state: RunState, clock: Clock, rhythm: float, first: int, last: int, lo: int, hi: int
) -> tuple[Array, int, int, int]:
    """All stages for rows lo..hi; returns counters, deliveries, visits and how many will tell of a purchase."""
    platform, users, luck, visits = state.platform, state.users, state.luck, state.visits
    counters = np.zeros((state.brands.size, len(COUNTERS)), np.int64)
    scratch = _scratch(state.brands.size)
    delivered = _deliver(state, first, last, lo, hi) if last > first else 0
    online = sessions.visit(lo, hi, users, clock, rhythm, state.phone_share, luck, visits)
    feed.fade(lo, online, visits, users, clock, platform.fatigue_hours, state.ad_hours)
    if platform.has_feed:
        _attend(state, lo, online, counters)
    market.shop(
        lo, online, visits, users, state.brands, state.categories, state.needs, clock, platform.market, luck,
        counters, scratch,
    )  # fmt: skip
    telling = market.settle(
        lo, hi, users, state.brands, state.categories, state.needs, clock, platform.market, platform.after, luck,
        counters, scratch,
    )  # fmt: skip
    return counters, delivered, online, telling


def _deliver(state: RunState, first: int, last: int, lo: int, hi: int) -> int:
    """Posts first..last to their readers among rows lo..hi; returns deliveries."""
    platform = state.platform
    if not platform.has_feed or platform.graph is None:
        return 0
    args = (lo, hi, first, last, state.users, platform.posts.live())
    if isinstance(platform.graph, ProceduralGraph):
        return int(delivery.over_procedural(*args, platform.graph.law))
    return int(delivery.over_csr(*args, platform.graph.offsets, platform.graph.targets))


def _attend(state: RunState, lo: int, online: int, counters: Array) -> None:
    """Reading and responding of the visits lo..lo+online."""
    posts_table = state.platform.posts
    feed.attend(
        lo, online, state.visits, state.users, posts_table.live(), state.brands, state.categories, state.needs,
        posts_table.posted, state.platform.feed, state.luck, counters,
    )  # fmt: skip


def warm_feed(state: RunState) -> None:
    """Call every kernel of a feed on nobody, so that it is compiled."""
    _deliver(state, 0, 0, 0, 0)
    _attend(state, 0, 0, np.zeros((state.brands.size, len(COUNTERS)), np.int64))
    _collect_reposts(state, Clock(0, 0, 60), [(0, 0)])
    none = empty_batch(0)
    roots.tell(state.users, state.needs, np.empty(0, np.int64), Clock(0, 0, 60), state.luck, none)
    roots.set_quality(state.luck, 1.0, none)
    roots.seller_posts(state.users, state.brands.key.copy(), state.luck.see, 0, 0.0, none)
    state.platform.posts.append(none, 0)
    posts.post_keys(none.root, none.author_key, none.key)


def _scratch(brands: int) -> tuple[Array, ...]:
    """Room for `market.choose`."""
    return np.empty(brands), np.empty(brands), np.empty(brands), np.empty(brands, np.int64), np.empty(brands, np.uint64)


def _collect_reposts(state: RunState, clock: Clock, visits: list[tuple[int, int]]) -> Batch:
    """The marked reposts of all ranges, as new posts."""
    affordance = state.platform.affordances.repost
    if not state.platform.has_feed or state.platform.feed.hazard <= 0.0:
        return empty_batch(0)
    total = sum(posts.count_marked(state.visits, lo, count, state.users.person) for lo, count in visits)
    batch = empty_batch(total)
    at = 0
    for lo, count in visits:
        at = posts.collect_marked(
            state.visits, lo, count, state.users, state.platform.posts.live(), state.luck,
            affordance.credit_original, affordance.endorsement, clock, batch, at,
        )  # fmt: skip
    return batch
