"""What is on a platform's trending list: made of the posts of past ticks alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.kernels import decisions, rng, trending
from simulator.kernels.state import Clock
from simulator.model.fraud import fakes
from simulator.model.state import PlatformState
from simulator.types import Array, PostKind

HOUR = 60


def refresh(platform: PlatformState, clock: Clock, seed: int) -> None:
    """Rank anew, and count fake reposts, at the first tick of every hour."""
    affordances, now = platform.affordances, clock.minute
    if now // HOUR == (now - clock.tick_minutes) // HOUR:
        return
    if affordances.active("trending"):
        platform.trends = listed(platform, now, affordances.trending, seed)
    if platform.feed.ranking and affordances.active("fraud"):
        platform.posts.warm(*fakes(platform, now - max(HOUR, clock.tick_minutes), now, seed))


def listed(platform: PlatformState, now: int, parameters: Any, seed: int) -> Array:
    """Ids of the roots with most reposts in the last hours, ties by keyed hash, int64 (at most the list's length).

    A root that has itself expired is not listed.
    """
    roots, reposts = velocity(platform, now - round(parameters.window_hours * HOUR), now, seed)
    ids = np.zeros(roots.size, np.int64)
    trending.find_roots(platform.posts.live(), platform.posts.next_id, roots, ids)
    luck = rng.stream(seed, decisions.TREND_TIE)
    tie = np.array([rng.hash1(luck, root) for root in roots], np.uint64)
    order = np.lexsort((tie, -reposts))
    return np.asarray(ids[order[ids[order] > 0]][: parameters.entries])


def velocity(platform: PlatformState, begin: int, end: int, seed: int) -> tuple[Array, Array]:
    """Roots reposted from minute `begin` to `end`, sorted, and how often, fakes included: uint64 (R,), int64 (R,)."""
    found = [np.empty(0, np.uint64)]
    if platform.affordances.active("fraud"):
        found.append(np.repeat(*fakes(platform, begin, end, seed)))
    for batch in platform.posts.since(begin):
        counted = (batch.kind == PostKind.REPOST) & (batch.minute >= begin) & (batch.minute < end)
        found.append(batch.root[counted])
    return np.unique(np.concatenate(found), return_counts=True)
