"""What is on a platform's trending list: made of the posts of past ticks alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulator.kernels import decisions, rng, trending
from simulator.kernels.state import TREND, Clock
from simulator.model.fraud import fakes
from simulator.model.state import PlatformState
from simulator.types import Array

HOUR = 60


def refresh(platform: PlatformState, clock: Clock, seed: int) -> None:
    """Rank anew, and count fake reposts, at the first tick of every hour."""
    affordances, now = platform.affordances, clock.minute
    if now // HOUR == (now - clock.tick_minutes) // HOUR:
        return
    if affordances.active("trending"):
        platform.trends = with_reach(listed(platform, now, affordances.trending, seed), affordances.trending.depth)
    if platform.feed.popular and affordances.active("fraud"):
        platform.posts.warm(*fakes(platform, now - max(HOUR, clock.tick_minutes), now, seed))


def with_reach(entries: Array, depth: float) -> Any:
    """Ids and places, int64 (T, 2), as records TREND: place i is reached with probability (1 - 1/d)**i."""
    made = np.zeros(len(entries), TREND).view(np.recarray)
    made["post"], made["place"] = entries.T
    made["reach"] = [math.pow(1.0 - 1.0 / depth, float(place)) for place in entries[:, 1]]
    return made


def listed(platform: PlatformState, now: int, parameters: Any, seed: int) -> Array:
    """Market posts on the list, from the top: their ids and places, int64 (T, 2).

    Roots are ranked by reposts in the last hours, ties by keyed hash, among ordinary posts, of which a number as
    expected is above each. A root that has itself expired is not listed.
    """
    roots, reposts = velocity(platform, now - round(parameters.window_hours * HOUR), now, seed)
    above = ordinary_above(reposts, platform.table.n, parameters).astype(np.int64)
    near = above < parameters.entries
    roots, reposts, above = roots[near], reposts[near], above[near]
    if not roots.size:
        return np.empty((0, 2), np.int64)
    ids = np.zeros(roots.size, np.int64)
    trending.find_roots(platform.posts.live(), platform.posts.next_id, roots, ids)
    luck = rng.stream(seed, decisions.TREND_TIE)
    tie = np.array([rng.hash1(luck, root) for root in roots], np.uint64)
    order = np.lexsort((tie, -reposts))
    order = order[ids[order] > 0]
    place = np.arange(order.size) + above[order]
    listed = place < parameters.entries
    return np.stack([ids[order][listed], place[listed]], axis=1)


def ordinary_above(reposts: Array, users: int, parameters: Any) -> Array:
    """Expected number of ordinary posts with at least so many reposts in the window, float64.

    users * posts a day * window * share reposted at all * reposts**-exponent, the tail of cascade sizes.
    """
    written = users * parameters.ordinary_posts * parameters.window_hours / 24.0
    return np.asarray(written * parameters.reposted_share * reposts.astype(np.float64) ** -parameters.tail)


def velocity(platform: PlatformState, begin: int, end: int, seed: int) -> tuple[Array, Array]:
    """Roots reposted from minute `begin` to `end`, sorted, and how often, fakes included: uint64 (R,), int64 (R,)."""
    found = platform.posts.reposts.between(begin, end)
    if platform.affordances.active("fraud"):
        found = np.concatenate([found, np.repeat(*fakes(platform, begin, end, seed))])
    return np.unique(found, return_counts=True)
