"""The fast engine: kernels over ranges of rows, each range on a thread of its own.

A range owns its rows: it writes their columns and needs and reads everything else as of the start of the
tick, so the result is the same for any number of ranges.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numba import types

from simulator.kernels import delivery, feed, market, online, posts, ranking, roots, sellers, sessions, trending
from simulator.kernels.compiling import compile_for, types_of_fields
from simulator.kernels.state import TALLIES, Batch, Clock, Scratch, Visits
from simulator.model.app_offers import meet_offers
from simulator.model.posts import concatenate, empty_batch
from simulator.model.state import PlatformState, RunState, TickOutcome, scratch_for, visits_buffer
from simulator.network.procedural import ProceduralGraph
from simulator.types import Array

_NO_ROOTS = np.empty(0, np.uint64)

MIN_ROWS_PER_THREAD = 25_000

ROWS_AT_ONCE = 1 << 20
"""Visits of so many rows are drawn and spent before those of the next, so that the room for them stays small."""


class Engine(Protocol):
    """Runs the stages of a tick from delivery to what follows a purchase."""

    def tick(self, state: RunState, clock: Clock, hours: tuple[int, Array], new: list[tuple[int, int]]) -> TickOutcome:
        """Deliver each platform's new posts, then sessions, attention, response, choice, payment and goods.

        `hours` are those the tick touches (`Calendar.hours`), `new` the first and last id, excluded, by platform.
        """
        ...

    def choose_roles(
        self, state: RunState, platform: int, own: Array, total: Array, count: Array, period: int
    ) -> Array:
        """Who begins to sell on a platform and who stops, see `kernels.sellers.decide_roles`; uint8 (n,)."""
        ...

    def meet_in_apps(self, state: RunState, platform: int, day: int, chance: float, recall: float) -> Array:
        """Show offers in the apps of a platform on a day, see `app_offers.meet_offers`; int64 (2, B)."""
        ...


@dataclass
class _Range:
    """Rows lo..hi of one thread and room for the visits of some of them."""

    lo: int
    hi: int
    visits: Visits = field(default_factory=lambda: visits_buffer(1024))
    count: int = 0

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Rows to be worked on at once."""
        for lo in range(self.lo, self.hi, ROWS_AT_ONCE):
            yield lo, min(self.hi, lo + ROWS_AT_ONCE)


class _Done(NamedTuple):
    """What a range contributes: counts by platform and, for each platform, posts and roots commented on."""

    counters: Array
    online: Array
    delivered: int
    telling: int
    reposts: list[list[Batch]]
    commented: list[list[Array]]


class KernelEngine:
    """Runs every stage in compiled code."""

    def __init__(self, threads: int = 1):
        self.threads = max(1, threads)
        self._pool: ThreadPoolExecutor | None = None
        self._ranges: list[_Range] = []

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_pool": None, "_ranges": []}

    def _cut(self, n: int) -> list[_Range]:
        if not self._ranges or self._ranges[-1].hi != n:
            parts = max(1, min(self.threads, n // MIN_ROWS_PER_THREAD))
            edges = np.linspace(0, n, parts + 1).astype(np.int64).tolist()
            self._ranges = [_Range(lo, hi) for lo, hi in itertools.pairwise(edges)]
        return self._ranges

    def tick(self, state: RunState, clock: Clock, hours: tuple[int, Array], new: list[tuple[int, int]]) -> TickOutcome:
        ranges = self._cut(state.n)

        def work(part: _Range) -> _Done:
            return _range_tick(state, clock, hours, new, part)

        if len(ranges) == 1:
            done = [work(ranges[0])]
        else:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="simulator")
            done = list(self._pool.map(work, ranges))
        counters, online = done[0].counters, done[0].online
        for other in done[1:]:
            counters += other.counters
            online += other.online
        telling = np.empty(0, np.int64)
        if any(d.telling for d in done):
            telling = np.flatnonzero(state.needs.table.shared == 1)
            state.needs.table.shared[telling] = 2
        return TickOutcome(
            counters=counters,
            deliveries=sum(d.delivered for d in done),
            online=online,
            reposts=[concatenate([b for d in done for b in d.reposts[p.index]]) for p in state.platforms],
            telling=telling,
            commented=[
                np.concatenate([_NO_ROOTS, *(roots for d in done for roots in d.commented[p.index])])
                for p in state.platforms
            ],
        )

    def choose_roles(
        self, state: RunState, platform: int, own: Array, total: Array, count: Array, period: int
    ) -> Array:
        """By `kernels.sellers.decide_roles`."""
        here, wish = state.platforms[platform], np.empty(state.n, np.uint8)
        sellers.decide_roles(here.users, own, total, count, period, here.entry, state.luck.seller_entry, wish)
        return wish

    def meet_in_apps(self, state: RunState, platform: int, day: int, chance: float, recall: float) -> Array:
        """All users at once."""
        return meet_offers(state, platform, day, chance, recall)

    def close(self) -> None:
        """Stop the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


class WatchedEngine(KernelEngine):
    """The same on one thread; the visits of a tick can be looked at after it."""

    def visits(self) -> dict[str, Array]:
        """The visits of the last tick, by column."""
        (part,) = self._ranges
        return {name: getattr(part.visits, name)[: part.count] for name in part.visits._fields}


def _range_tick(
    state: RunState, clock: Clock, hours: tuple[int, Array], new: list[tuple[int, int]], part: _Range
) -> _Done:
    """All stages for the rows of a range: what is delivered to them, then visits, some rows at a time."""
    brands, many = state.brands.size, len(state.platforms)
    scratch = scratch_for(brands, max(platform.slots for platform in state.platforms))
    delivered = sum(
        _deliver(platform, first, last, part.lo, part.hi, state.luck.promotion)
        for platform, (first, last) in zip(state.platforms, new, strict=True)
        if last > first
    )
    done = _Done(
        counters=np.zeros((many, brands, TALLIES), np.int64),
        online=np.zeros(many, np.int64),
        delivered=delivered,
        telling=0,
        reposts=[[] for _ in state.platforms],
        commented=[[] for _ in state.platforms],
    )
    telling = 0
    for lo, hi in part.blocks():
        _visit(state, clock, hours, lo, hi, part)
        done.online[:] += np.bincount(part.visits.platform[: part.count], minlength=many)
        for platform, counts in zip(state.platforms, done.counters, strict=True):
            _spend_visits(platform, state, clock, part, counts, scratch)
            telling += market.settle(
                lo, hi, platform.users, platform.brands, state.categories, state.needs, clock, platform.numbers, counts,
                scratch,
            )  # fmt: skip
        for platform in state.platforms:
            done.reposts[platform.index].append(_collect_reposts(platform, state, clock, part))
            done.commented[platform.index].append(_collect_comments(platform, part))
    return done._replace(telling=telling)


def _visit(state: RunState, clock: Clock, hours: tuple[int, Array], lo: int, hi: int, part: _Range) -> None:
    """Fill the visits of rows lo..hi, in a longer buffer if they do not fit."""
    users = state.platforms[0].users
    while True:
        part.count = int(
            sessions.visit(lo, hi, users, clock, *hours, state.phone_share, state.shares, state.luck, part.visits)
        )
        if part.count <= part.visits.row.size:
            return
        part.visits = visits_buffer(part.count + part.count // 4)


def _deliver(platform: PlatformState, first: int, last: int, lo: int, hi: int, prefix: np.uint64) -> int:
    """Posts first..last to their readers among rows lo..hi; returns deliveries. `prefix` is the luck of promotion."""
    if not platform.has_feed or platform.graph is None:
        return 0
    args = (lo, hi, first, last, platform.users, platform.posts.live(), platform.brands, prefix)
    if isinstance(platform.graph, ProceduralGraph):
        return int(delivery.over_procedural(*args, platform.graph.law))
    return int(delivery.over_csr(*args, platform.graph.offsets, platform.graph.targets))


def _spend_visits(
    platform: PlatformState, state: RunState, clock: Clock, part: _Range, counters: Array, scratch: Scratch
) -> None:
    """What the visits just drawn lead to on one platform."""
    online.spend_visits(
        part.count, part.visits, platform.trends, platform.users, platform.posts.live(), platform.brands,
        state.categories, state.needs,
        platform.posts.posted, clock, platform.numbers, counters, scratch,
    )  # fmt: skip


def compile_reading(state: RunState) -> None:
    """Compile what visitors of a feed do, a large part of `online.spend_visits`, for any platform of such a state."""
    given = _Given(state)
    compile_for(
        feed.attend, types.int64, given.visits, given.users, given.live, given.brands, given.categories, given.needs,
        given.posted, types.int64, given.feed, given.luck, given.counters, given.scratch,
    )  # fmt: skip


def compile_shopping(state: RunState) -> None:
    """Compile what visitors of a shop do, the other large part."""
    given = _Given(state)
    compile_for(
        market.shop, types.int64, given.visits, given.users, given.brands, given.categories, given.needs,
        Clock(0, 0, 60), given.market, given.luck, given.counters, given.scratch, types.boolean,
    )  # fmt: skip


class _Given:
    """What `online.spend_visits` hands on, as values or types."""

    def __init__(self, state: RunState):
        platform = state.platforms[0]
        self.feed, self.market, self.luck = types_of_fields(platform.numbers, "feed", "market", "luck")
        self.visits, self.users = visits_buffer(0), platform.users
        self.live, self.posted = platform.posts.live(), platform.posts.posted
        self.brands, self.categories, self.needs = platform.brands, state.categories, state.needs
        self.counters = np.zeros((state.brands.size, TALLIES), np.int64)
        self.scratch = scratch_for(state.brands.size, platform.slots)


def warm_feed(state: RunState) -> None:
    """Call every kernel of a feed on nobody, so that it is compiled."""
    platform = state.platforms[0]
    _deliver(platform, 0, 0, 0, 0, state.luck.promotion)
    _collect_reposts(platform, state, Clock(0, 0, 60), _Range(0, 0))
    none = empty_batch(0)
    roots.tell(platform.users, state.needs, np.empty(0, np.int64), Clock(0, 0, 60), state.luck, none)
    roots.set_quality(state.luck, 1.0, none)
    keys = platform.brands.key.copy()
    roots.seller_posts(platform.users, keys, np.ones(keys.size), state.luck.see, 0, 0.0, none)
    platform.posts.append(none, 0)
    posts.post_keys(none.root, none.author_key, none.key)
    _collect_comments(platform, _Range(0, 0))
    ranking.add_heat(none.root, none.minute, none.root, none.minute)
    trending.find_roots(platform.posts.live(), 0, none.root, np.empty(0, np.int64))


def _collect_reposts(platform: PlatformState, state: RunState, clock: Clock, part: _Range) -> Batch:
    """The copies marked at the visits of a range, as new posts."""
    affordance = platform.affordances.repost
    if not platform.has_feed or platform.feed.hazard <= 0.0:
        return empty_batch(0)
    visits = part.visits
    batch = empty_batch(posts.count_slots(visits.marked, visits.platform, part.count, platform.index))
    if batch.key.size or not part.count:
        posts.collect_marked(
            visits, part.count, platform.index, platform.users, platform.posts.live(), state.luck,
            affordance.credit_original, affordance.endorsement, clock, batch,
        )  # fmt: skip
    return batch


def _collect_comments(platform: PlatformState, part: _Range) -> Array:
    """Roots of the copies commented on at the visits of a range; nobody asks for them but a popular feed."""
    if not platform.feed.popular:
        return _NO_ROOTS
    visits = part.visits
    roots = np.empty(posts.count_slots(visits.commented, visits.platform, part.count, platform.index), np.uint64)
    posts.collect_comments(visits, part.count, platform.index, platform.users, platform.posts.live(), roots)
    return roots
