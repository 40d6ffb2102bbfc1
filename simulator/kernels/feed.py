"""Attend to the feed and respond: see, know, believe, repost, tire, mute."""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import opinion as opinions
from simulator.kernels import posts as posted_set
from simulator.kernels import rng
from simulator.kernels.accounts import AccountParams, tire_of_push
from simulator.kernels.audience import kept_from
from simulator.kernels.chats import ChatParams, comes_by_chat, seen_with_chat
from simulator.kernels.compiling import inner, spliced
from simulator.kernels.cues import CueParams, count_cues, lift, tally
from simulator.kernels.half import from_half, to_half
from simulator.kernels.inbox import IDS, LOST, nth_newest
from simulator.kernels.needs import bring_forward, wake
from simulator.kernels.ranking import line_up
from simulator.kernels.state import (
    AWARE,
    COMMENTS,
    ENGAGEMENTS,
    EXPOSED,
    FOLLOWS,
    FORWARDED,
    IMPRESSIONS,
    LET_DOWN,
    MUTED,
    MUTES,
    PROMOTED,
    SOURCE_SHIFT,
    WOKEN,
    key_of,
    wide,
)
from simulator.kernels.trust import TrustParams, believed, lets_down, lose_trust, regain_trust

UNAWARE_STAGE, AWARE_STAGE = np.uint8(0), np.uint8(1)
LEADER = np.uint8(1)
NOTHING_LEFT = np.uint8(255)
PROMOTED_SOURCE, TRENDING_SOURCE = np.uint8(8), np.uint8(7)
COMMERCIAL = 3
"""Post kinds below this one are commercial: brand, seeded, seller."""


class FeedParams(NamedTuple):
    """Numbers of the affordances around a feed; strengths are multiplied in. `popular`: what is made of roots counts."""

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
    late_share: float
    late_least: float
    late_spread: float
    trend_look: float
    trend_depth: float
    verified: float
    ranking: int
    rank_weight: float
    popular: bool
    usual_followees: float
    background: float
    negativity: float
    confidence: float
    comment: float
    prize_hazard: float
    prize_persuasion: float
    trust: TrustParams
    cues: CueParams
    accounts: AccountParams
    chats: ChatParams


@spliced
def fade(users, row, minute, params):
    """Let fatigue and adstock of a visitor decay to the present; both are kept as of the last visit.

    Most visitors have nothing that could decay, and no exponential is taken for them.
    """
    me, box, ties = users.person[row], users.inbox[row], users.tie[row]
    if minute > box.last_read:
        if box.fatigue:
            kept = math.exp(-(minute - box.last_read) / 60.0 / params.fatigue_hours)
            box.fatigue = to_half(from_half(box.fatigue) * kept)
        if box.distrust > 0.0:
            regain_trust(box, (minute - box.last_read) / 60.0, params.trust)
        box.last_read = minute
    if minute > me.last_visit:
        keep = 0.0
        for brand in range(ties.size):
            if ties[brand].adstock:
                if keep == 0.0:
                    keep = math.exp(-(minute - me.last_visit) / 60.0 / params.ad_hours)
                ties[brand].adstock = to_half(from_half(ties[brand].adstock) * keep)
        me.last_visit = minute


@spliced
def tie_weight(post, reader_key, params, luck):
    """Persuasion of the tie between a reader and the author of a copy."""
    if post.author < 0:
        return params.account_weight
    a, b = reader_key, post.author_key
    strong = rng.unit(rng.hash2(luck.tie, min(a, b), max(a, b))) < params.strong_share
    strong = strong or comes_by_chat(post, reader_key, params.chats, luck)
    return params.strong_weight if strong else params.weak_weight


@inner
def credibility_of(people, post, params):
    """Credibility of the author of a copy; an opinion leader's is raised by the mark, a brand's account has 1."""
    if post.author < 0:
        return 1.0
    author = people[post.author]
    return from_half(author.credibility) * (params.verified if author.role == LEADER else 1.0)


@inner
def copy_hazard(people, post, match, params):
    """Repost hazard of one copy at first exposure; `match` of taste and style is in [-1, 1]."""
    credibility = credibility_of(people, post, params)
    paid = params.commercial_penalty if post.kind < COMMERCIAL else 1.0
    prize = params.prize_hazard if post.prize else 1.0
    return params.hazard * wide(post.quality) * credibility * (1.0 + params.match_weight * match) * paid * prize


@inner
def cumulated_dose(m, inflow, params):
    """D(1) + ... + D(m), the multipliers of the first m exposures to one root.

    D(1) = 1 and then as declared (peaked: Bao et al. 2013; complex: Centola 2010). Fractional: D(j) = j K / k for a
    reader of k followees, K being usual (Feng et al. 2015); ordinary posts tell k.
    """
    if params.usual_followees > 0.0:
        return params.usual_followees / max(1.0, inflow / params.background) * (m * (m + 1) / 2)
    total = 1.0
    if m > 1:
        total += params.dose_2
    if m > 2:
        total += params.dose_3
    if m > 3:
        total += (m - 3) * params.dose_4
    return total


@spliced
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
    match = min(1.0, max(-1.0, from_half(me.taste) * brands[copy.brand].style))
    exposures = np.int64(1)
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
    hazard = total / exposures * cumulated_dose(exposures, from_half(box.inflow), params)
    if not rng.happens(rng.hash2(luck.repost, key_of(users, row), root), hazard):
        return False
    return not posted_set.contains(posted, posted_set.post_key(root, key_of(users, row)))


@spliced
def comments_on(user_key, post, params, luck):
    """Whether a copy just seen is commented on; the hazard grows with quality."""
    return rng.happens(rng.hash2(luck.comment, user_key, post.key), params.comment * wide(post.quality))


@inner
def source_of(kind):
    """The source that a first sight of a post of this kind is: types.Source of types.PostKind."""
    if kind == 0:
        return np.uint8(3)
    if kind == 1:
        return np.uint8(6)
    return np.uint8(5) if kind == 2 else np.uint8(4)


@inner
def is_paid_for(post, tie, source):
    """Whether a copy is in somebody's feed because a brand paid for it: a promoted post of an account not followed."""
    return post.promotion > 0.0 and not tie.marks & FOLLOWS and source != TRENDING_SOURCE


@inner
def respond(users, live, brands, categories, needs, posted, row, slot, minute, source, params, luck, counters):
    """Everything one seen copy does to its reader, in a fixed order; returns bits of its slot.

    Bit `slot` says that it is reposted, bit `slot` + 8 that it is commented on.
    """
    post = live.table[np.int64(users.ring[row, slot]) & live.mask]
    brand, commercial = np.int64(post.brand), 1.0 if post.kind < COMMERCIAL else 0.0
    me, box, tie, key = users.person[row], users.inbox[row], users.tie[row, brand], key_of(users, row)
    counters[brand, IMPRESSIONS] += 1
    paid_for = is_paid_for(post, tie, source)
    if paid_for:
        counters[brand, PROMOTED] += 1
        source = PROMOTED_SOURCE
    faith = believed(box, params.trust) if commercial > 0.0 else 1.0
    tie.marks |= EXPOSED
    tie.touch = source
    tie.adstock = to_half(from_half(tie.adstock) + params.exposure_weight)
    cues = count_cues(users, live, row, brand) if params.cues.first > 0.0 and commercial > 0.0 else 0
    opened = (tie.stage == UNAWARE_STAGE or params.cues.first > 0.0 or paid_for) and (
        rng.unit(rng.hash2(luck.recall, key, post.root)) < params.recall * faith * lift(cues, params.cues)
    )
    if params.cues.first > 0.0 and commercial > 0.0:
        tally(counters, brand, cues, opened)
    if paid_for:
        counters[brand, ENGAGEMENTS] += opened
    if tie.stage == UNAWARE_STAGE and opened:
        tie.stage = AWARE_STAGE
        tie.marks |= source << SOURCE_SHIFT
        counters[brand, AWARE] += 1
    credibility = credibility_of(users.person, post, params)
    step = params.persuasion * from_half(me.susceptibility) * credibility * tie_weight(post, key, params, luck) * faith
    step *= params.negativity if post.opinion < 0.0 else 1.0
    step *= params.prize_persuasion if post.prize else 1.0
    tired = from_half(box.fatigue)
    step = min(1.0, step * math.exp(-params.wear * tired) if tired > 0.0 else step)
    if abs(wide(post.opinion) - wide(tie.opinion)) > params.confidence:
        step = 0.0
    own = opinions.intrinsic_opinion(from_half(me.taste), brands[brand].style, params.intrinsic_weight)
    tie.opinion = opinions.friedkin_johnsen(wide(tie.opinion), wide(post.opinion), own, params.openness, step)
    if params.trust.loss > 0.0 and commercial > 0.0:
        if lets_down(users, brands, categories, needs, row, brand, minute):
            lose_trust(box, params.trust)
            counters[brand, LET_DOWN] += 1
    if brands[brand].deal > 0.0 and tie.stage > UNAWARE_STAGE:
        counters[brand, FORWARDED] += bring_forward(
            brands, categories, needs, row, brand, minute, post.root, luck.forward
        )
    if tie.stage > UNAWARE_STAGE and categories[brands[brand].category].impulse_window > 0:
        counters[brand, WOKEN] += wake(categories, needs, row, brands[brand].category, minute)
    bits = np.int64(0)
    if wants_to_repost(users, live, brands, posted, row, slot, params, luck):
        bits = np.int64(1) << np.int64(slot)
        box.marked |= np.uint8(bits)
        if paid_for:
            counters[brand, ENGAGEMENTS] += 1
    if params.comment > 0.0 and comments_on(key, post, params, luck):
        bits |= np.int64(256) << np.int64(slot)
        counters[brand, COMMENTS] += 1
        if paid_for:
            counters[brand, ENGAGEMENTS] += 1
    growth = math.exp(min(50.0, params.mute_growth * tired)) if tired > 0.0 else 1.0
    hazard = params.mute_hazard * (1.0 + params.mute_commercial * commercial) * growth
    box.fatigue = to_half(tired + params.load * commercial)
    if rng.happens(rng.hash2(luck.mute, key, post.key), hazard):
        tie.marks |= MUTED
        counters[brand, MUTES] += 1
    if params.accounts.a_push > 0.0:
        tire_of_push(users, post, row, params.accounts, luck, counters)
    return bits


@inner
def scrolled_to(user_key, copy, waited, reach, inflow, above, params, luck):
    """Whether an unread copy, visible for `waited` minutes, is read on the way down the feed; `above` scales the background over it."""
    p = reach * math.exp(-waited / 1440.0 * inflow / params.scroll_depth * above)
    p = seen_with_chat(p, copy, user_key, params.chats, luck)
    return rng.unit(rng.hash2(luck.see, user_key, copy.key)) < p


@spliced
def findable(user_key, copy, params, luck):
    """Whether a copy that is scrolled past will be found by another way: a keyed share is, where there is one."""
    return params.late_share <= 0.0 or rng.unit(rng.hash2(luck.late, user_key, copy.key)) < params.late_share


@inner
def found_late(user_key, copy, waited, params, luck):
    """Whether a copy that was scrolled past has been found by another way since it came to be visible.

    A keyed share of copies is, each after a log-uniform delay of its own: the same at whichever visits one asks.
    """
    h = rng.hash2(luck.late, user_key, copy.key)
    return (
        rng.unit(h) < params.late_share
        and waited >= params.late_least * math.pow(params.late_spread, rng.unit(rng.absorb(h, 1)))
    )


@spliced
def attend(
    at, visits, users, live, brands, categories, needs, posted, tick_minutes, params, luck, counters, scratch
):
    """Read the unread posts of a visit, newest first, then find older ones that were missed.

    A post is seen with probability (1 - 1/L0)^i after i newer market posts, times exp(-age * inflow / L0):
    the mean of (1 - 1/L0)^k over a background of Poisson size k, in closed form. Each copy gets one chance. Its age
    counts from when it came to be visible, the tick after it was written: visits being a Poisson process, that is
    the law of the time from writing to the next visit, whatever the length of a tick.
    """
    slots = users.ring.shape[1]
    row = visits.row[at]
    box = users.inbox[row]
    if box.unread == 0 and box.seen == NOTHING_LEFT:
        return
    reach = 1.0
    if params.ranking:
        line_up(users, row, live, brands, params, scratch.order, scratch.above)
    for i in range(slots if params.late_share > 0.0 else box.unread):
        nth = scratch.order[i] if params.ranking and i < box.unread else i
        slot = nth_newest(box.head, nth, slots)
        if i >= box.unread and (users.ring[row, slot] > IDS or (box.seen >> np.uint8(slot)) & np.uint8(1)):
            continue
        post = np.int64(users.ring[row, slot] & IDS)
        if post < live.low:
            box.seen |= np.uint8(1) << np.uint8(slot)
            continue
        copy = live.table[post & live.mask]
        if kept_from(users.tie[row, copy.brand].marks, copy.kind):
            continue
        waited = visits.minute[at] - (copy.minute // tick_minutes + 1) * tick_minutes
        if i < box.unread:
            seen = scrolled_to(key_of(users, row), copy, waited, reach, from_half(box.inflow), scratch.above[nth], params, luck)
            reach *= 1.0 - 1.0 / params.scroll_depth
            if not seen and not findable(key_of(users, row), copy, params, luck):
                users.ring[row, slot] |= LOST
        else:
            seen = found_late(key_of(users, row), copy, waited, params, luck)
        if seen:
            box.seen |= np.uint8(1) << np.uint8(slot)
            bits = respond(
                users, live, brands, categories, needs, posted, row, slot, visits.minute[at], source_of(copy.kind),
                params, luck, counters
            )
            visits.marked[at] |= np.uint8(bits & 255)
            visits.commented[at] |= np.uint8(bits >> 8)
    box.unread = 0
