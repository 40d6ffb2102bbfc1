"""Attend to the feed and respond: see, know, believe, repost, tire, mute."""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import opinion as opinions
from simulator.kernels import posts as posted_set
from simulator.kernels import rng
from simulator.kernels.compiling import inner
from simulator.kernels.needs import bring_forward, wake
from simulator.kernels.state import AWARE, EXPOSED, FORWARDED, IMPRESSIONS, MUTED, MUTES, SOURCE_SHIFT, WOKEN, wide

UNAWARE_STAGE, AWARE_STAGE = np.uint8(0), np.uint8(1)
COMMERCIAL = 3
"""Post kinds below this one are commercial: brand, seeded, seller."""


class FeedParams(NamedTuple):
    """Numbers of the affordances graph, feed, repost, influence and fatigue; strengths are multiplied in."""

    on: bool
    scroll_depth: float
    recall: float
    exposure_weight: float
    strong_share: float
    strong_weight: float
    weak_weight: float
    account_weight: float
    hazard: float
    dose_2: float
    dose_3: float
    dose_4: float
    commercial_penalty: float
    match_weight: float
    persuasion: float
    openness: float
    intrinsic_weight: float
    load: float
    mute_hazard: float
    mute_commercial: float
    mute_growth: float
    wear: float
    fatigue_hours: float
    ad_hours: float


@inner
def fade(users, row, minute, params):
    """Let fatigue and adstock of a visitor decay to the present; both are kept as of the last visit."""
    me, box = users.person[row], users.inbox[row]
    if minute > box.last_read:
        box.fatigue = wide(box.fatigue) * math.exp(-(minute - box.last_read) / 60.0 / params.fatigue_hours)
        box.last_read = minute
    if minute > me.last_visit:
        keep = math.exp(-(minute - me.last_visit) / 60.0 / params.ad_hours)
        for brand in range(users.tie.shape[1]):
            tie = users.tie[row, brand]
            tie.adstock = wide(tie.adstock) * keep
        me.last_visit = minute


@inner
def tie_weight(post, reader_key, params, prefix):
    """Persuasion of the tie between a reader and the author of a copy."""
    if post.author < 0:
        return params.account_weight
    a, b = reader_key, post.author_key
    strong = rng.unit(rng.hash2(prefix, min(a, b), max(a, b))) < params.strong_share
    return params.strong_weight if strong else params.weak_weight


@inner
def copy_hazard(people, post, match, params):
    """Repost hazard of one copy at first exposure; `match` of taste and style is in [-1, 1]."""
    credibility = wide(people[post.author].credibility) if post.author >= 0 else 1.0
    paid = params.commercial_penalty if post.kind < COMMERCIAL else 1.0
    return params.hazard * wide(post.quality) * credibility * (1.0 + params.match_weight * match) * paid


@inner
def cumulated_dose(m, params):
    """D(1) + ... + D(m), the multipliers of the first m exposures to one root (Bao et al. 2013); D(1) = 1."""
    total = 1.0
    if m > 1:
        total += params.dose_2
    if m > 2:
        total += params.dose_3
    if m > 3:
        total += (m - 3) * params.dose_4
    return total


@inner
def wants_to_repost(users, live, brands, posted, row, slot, params, luck):
    """Whether the copy in `slot`, just seen, is reposted.

    One uniform for (user, root) is held against the cumulative hazard of the m copies of the root that were
    seen and are still in the ring, each a different author's: their mean hazard times D(1) + ... + D(m), which
    no order of seeing them changes. Delay and tick size never re-roll it. A root is reposted once.
    """
    if params.hazard <= 0.0:
        return False
    me, box = users.person[row], users.inbox[row]
    ring = users.ring[row]
    copy = live.table[np.int64(ring[slot]) & live.mask]
    root = copy.root
    match = min(1.0, max(-1.0, wide(me.taste) * brands[copy.brand].style))
    exposures = 1
    total = copy_hazard(users.person, copy, match, params)
    for other in range(ring.size):
        if other == slot or not (box.seen >> np.uint8(other)) & np.uint8(1):
            continue
        post = np.int64(ring[other])
        if post < live.low:
            continue
        earlier = live.table[post & live.mask]
        if earlier.root != root:
            continue
        if (box.marked >> np.uint8(other)) & np.uint8(1):
            return False
        exposures += 1
        total += copy_hazard(users.person, earlier, match, params)
    hazard = total / exposures * cumulated_dose(exposures, params)
    if rng.unit(rng.hash2(luck.repost, users.key[row], root)) >= 1.0 - math.exp(-hazard):
        return False
    return not posted_set.contains(posted, posted_set.post_key(root, users.key[row]))


@inner
def source_of(kind):
    """The source that a first sight of a post of this kind is: types.Source of types.PostKind."""
    if kind == 0:
        return np.uint8(3)
    if kind == 1:
        return np.uint8(6)
    return np.uint8(5) if kind == 2 else np.uint8(4)


@inner
def respond(users, live, brands, categories, needs, posted, row, slot, minute, params, luck, counters):
    """Everything one seen copy does to its reader, in a fixed order; returns the bit of its slot if it is reposted."""
    post = live.table[np.int64(users.ring[row, slot]) & live.mask]
    brand, commercial = np.int64(post.brand), 1.0 if post.kind < COMMERCIAL else 0.0
    me, box, tie, key = users.person[row], users.inbox[row], users.tie[row, brand], users.key[row]
    counters[brand, IMPRESSIONS] += 1
    tie.marks |= EXPOSED
    tie.adstock = wide(tie.adstock) + params.exposure_weight
    if tie.stage == UNAWARE_STAGE and rng.unit(rng.hash2(luck.recall, key, post.root)) < params.recall:
        tie.stage = AWARE_STAGE
        tie.marks |= source_of(post.kind) << SOURCE_SHIFT
        counters[brand, AWARE] += 1
    credibility = wide(users.person[post.author].credibility) if post.author >= 0 else 1.0
    step = params.persuasion * wide(me.susceptibility) * credibility * tie_weight(post, key, params, luck.tie)
    step = min(1.0, step * math.exp(-params.wear * wide(box.fatigue)))
    own = opinions.intrinsic_opinion(wide(me.taste), brands[brand].style, params.intrinsic_weight)
    tie.opinion = opinions.friedkin_johnsen(wide(tie.opinion), wide(post.opinion), own, params.openness, step)
    if brands[brand].deal > 0.0 and tie.stage > UNAWARE_STAGE:
        counters[brand, FORWARDED] += bring_forward(
            brands, categories, needs, row, brand, minute, post.root, luck.forward
        )
    if tie.stage > UNAWARE_STAGE:
        counters[brand, WOKEN] += wake(categories, needs, row, brands[brand].category, minute)
    marked = np.uint8(0)
    if wants_to_repost(users, live, brands, posted, row, slot, params, luck):
        marked = np.uint8(1) << np.uint8(slot)
        box.marked |= marked
    growth = math.exp(min(50.0, params.mute_growth * wide(box.fatigue)))
    hazard = params.mute_hazard * (1.0 + params.mute_commercial * commercial) * growth
    box.fatigue = wide(box.fatigue) + params.load * commercial
    if rng.unit(rng.hash2(luck.mute, key, post.key)) < 1.0 - math.exp(-hazard):
        tie.marks |= MUTED
        counters[brand, MUTES] += 1
    return marked


@inner
def attend(at, visits, users, live, brands, categories, needs, posted, tick_minutes, params, luck, counters):
    """Read the unread posts of a visit, newest first.

    A post is seen with probability (1 - 1/L0)^i after i newer market posts, times exp(-age * inflow / L0):
    the mean of (1 - 1/L0)^k over a background of Poisson size k, in closed form. Each copy gets one chance. Its age
    counts from when it came to be visible, the tick after it was written: visits being a Poisson process, that is
    the law of the time from writing to the next visit, whatever the length of a tick.
    """
    slots = users.ring.shape[1]
    row = visits.row[at]
    box = users.inbox[row]
    reach = 1.0
    for i in range(box.unread):
        slot = (box.head + slots - i) % slots
        post = np.int64(users.ring[row, slot])
        if post < live.low:
            continue
        copy = live.table[post & live.mask]
        if users.tie[row, copy.brand].marks & MUTED:
            continue
        visible = (copy.minute // tick_minutes + 1) * tick_minutes
        p = reach * math.exp(-(visits.minute[at] - visible) / 1440.0 * wide(box.inflow) / params.scroll_depth)
        reach *= 1.0 - 1.0 / params.scroll_depth
        if rng.unit(rng.hash2(luck.see, users.key[row], copy.key)) < p:
            box.seen |= np.uint8(1) << np.uint8(slot)
            visits.marked[at] |= respond(
                users, live, brands, categories, needs, posted, row, slot, visits.minute[at], params, luck, counters
            )
    box.unread = 0
