"""Followed ordinary posts: who writes, who is reached, who sees, who passes on.

Roots do not compete for places: all posts of a feed, followed or not, push a copy down through the reader's inflow, so
counting newer followed posts as well would count them twice. Hence a cascade is the same whichever others are
followed, and a larger sample holds a smaller one's cascades unchanged. Market posts are left out of the inflow, as
they are everywhere, so that cascades are the same in every arm.
"""

import math

import numpy as np

from simulator.kernels import graph as graphs
from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.ordinary_state import (
    COUNT,
    DOSES,
    FREE,
    GONE,
    NO_COPY,
    PAIRS,
    REPOSTED,
    TOP,
    count_sight,
)
from simulator.kernels.posts import post_key
from simulator.kernels.roots import content_quality
from simulator.kernels.state import wide

FEWEST = 16
"""An inbox is cleared of copies that nobody can see any more when it has doubled since, and not below this size."""


@kernel
def posting_rates(keys, followers, shape, power, scale, empty_share, luck, out):
    """Originals a day: scale * Gamma(shape) * (1 + followers)**power, or 0 for an empty account; shapes (n,)."""
    for row in range(keys.size):
        if rng.unit(rng.absorb(luck.empty, keys[row])) < empty_share:
            out[row] = 0.0
        else:
            draw = rng.gamma(rng.absorb(luck.rate, keys[row]), shape)
            out[row] = scale * draw * math.pow(1.0 + followers[row], power)


@kernel
def count_originals(keys, rates, day, factor, luck, out):
    """out[row] = originals on this day, Poisson with mean rate * factor; returns their number."""
    total = 0
    for row in range(keys.size):
        mean = rates[row] * factor
        out[row] = rng.poisson(rng.hash3(luck.post, keys[row], day, 0), mean) if mean > 0.0 else 0
        total += out[row]
    return total


@kernel
def sample_originals(keys, counts, day, hours, tick_minutes, share, quality_sd, luck, out):
    """The followed originals of a day, by row; returns how many.

    `hours` holds the share of a day's activity before each tick, and 1 at the end: shape (ticks a day + 1,). A minute
    follows it by inversion.
    """
    at = 0
    for row in range(keys.size):
        if counts[row] == 0:
            continue
        h = rng.hash2(luck.post, keys[row], day)
        for i in range(counts[row]):
            key = rng.absorb(h, i + 1)
            if rng.unit(rng.absorb(luck.sample, key)) >= share:
                continue
            u = rng.unit(rng.absorb(key, 1))
            tick = np.searchsorted(hours, u, side="right") - 1
            within = (u - hours[tick]) / (hours[tick + 1] - hours[tick])
            post = out[at]
            post.key = key
            post.root = key
            post.minute = day * 1440 + min(np.int64((tick + within) * tick_minutes), 1439)
            post.author = row
            post.author_key = keys[row]
            post.quality = content_quality(luck.quality, key, quality_sd)
            at += 1
    return at


@inner
def late_find(post, key, params, luck):
    """What a copy missed in the feed waits for: -1 - the minute of its late find, or GONE."""
    h = rng.hash2(luck.late, post.key, key)
    if rng.unit(h) >= params.late_share:
        return GONE
    ratio = params.late_longest / params.late_shortest
    delay = np.int64(params.late_shortest * math.pow(ratio, rng.unit(rng.absorb(h, 1))))
    return np.int32(-1 - post.visible - delay) if delay <= params.life else GONE


@inner
def until_now(until, post, key, minute, params, luck):
    """A copy's `until` as of `minute`, if nobody has looked since it became visible."""
    if until >= 0:
        return until if minute <= until else late_find(post, key, params, luck)
    return until if minute <= post.visible + params.life else GONE


@inner
def give_back(followed, box, before, copy):
    """Take a copy out of a list; `before` is the one above it, or NO_COPY. Returns the one below."""
    below = followed.copies[copy].next
    if before == NO_COPY:
        box.head = below
    else:
        followed.copies[before].next = below
    followed.copies[copy].next = np.int32(followed.marks[FREE])
    followed.marks[FREE] = copy
    box.held -= 1
    return below


@inner
def clear(followed, row, minute, params, luck):
    """Drop the copies that nobody can see from `minute` on."""
    box = followed.inbox[row]
    before, copy = NO_COPY, box.head
    while copy != NO_COPY:
        one = followed.copies[copy]
        one.until = until_now(one.until, followed.posts[one.post], box.key, minute, params, luck)
        if one.until == GONE:
            copy = give_back(followed, box, before, copy)
        else:
            before, copy = copy, one.next
    box.limit = max(FEWEST, 2 * box.held)


@inner
def put(followed, row, number, seen, minute, params, luck):
    """A copy of post `number` on top of a user's inbox; `seen` is the hash of (see, post).

    The feed shows it at the first visit at age a with probability exp(-a / window), the mean of (1 - 1/L0)**k over
    a Poisson number k of newer posts. So its fate is one exponential, drawn here: the age up to which it shows.
    """
    box = followed.inbox[row]
    if box.held >= box.limit:
        clear(followed, row, minute, params, luck)
    marks = followed.marks
    copy = np.int32(marks[FREE])
    if copy == NO_COPY:
        copy = np.int32(marks[TOP])
        marks[TOP] += 1
    else:
        marks[FREE] = followed.copies[copy].next
    shown = min(wide(box.window) * rng.exponential(rng.absorb(seen, box.key)), wide(params.life))
    one = followed.copies[copy]
    one.post = number
    one.until = followed.posts[number].visible + np.int32(shown)
    one.next = box.head
    box.head = copy
    box.held += 1


@kernel
def over_csr(first, last, minute, followed, offsets, targets, params, luck):
    """Deliver posts first..last in order along a CSR graph; `followed.copies` has room for all of them."""
    for number in range(first, last):
        seen = rng.absorb(luck.see, followed.posts[number].key)
        author = followed.posts[number].author
        for edge in range(offsets[author], offsets[author + 1]):
            put(followed, targets[edge], number, seen, minute, params, luck)


@kernel
def over_procedural(first, last, minute, followed, law, params, luck):
    """The same on a graph whose followers are computed."""
    for number in range(first, last):
        seen = rng.absorb(luck.see, followed.posts[number].key)
        source = graphs.procedural_row(law, followed.posts[number].author)
        for j in range(source.local + source.remote):
            put(followed, graphs.procedural_at(law, source, j), number, seen, minute, params, luck)


@inner
def dose(m, params):
    """D(m), the multiplier of the hazard of the m-th exposure to one root (Bao et al. 2013); D(1) = 1."""
    if m == 1:
        return 1.0
    if m == 2:
        return params.dose_2
    return params.dose_3 if m == 3 else params.dose_4


@inner
def meet(followed, row, number, minute, end, params, luck, out, at):
    """A user sees a copy, and may pass it on; returns the next place in `out`.

    The m-th copy of a root that a user sees adds D(m) times its own hazard. A copy is seen at most once, so a draw for
    (user, copy) has the same law as one threshold for (user, root) on the cumulated hazard and is re-rolled by no
    delay either, while only the number of copies seen has to be kept.
    """
    post, key = followed.posts[number], followed.inbox[row].key
    if followed.posts[post.origin].author == row:
        return at
    name = post_key(post.root, key)
    slot = count_sight(followed, name)
    m = np.int64(followed.pairs[slot] & COUNT)
    if m == np.int64(REPOSTED):
        return at
    told = min(m, DOSES) - 1
    followed.dose[post.origin, 0, told] += 1
    hazard = wide(post.hazard) * dose(m, params)
    if rng.unit(rng.hash2(luck.repost, post.key, key)) >= 1.0 - math.exp(-hazard):
        return at
    followed.pairs[slot] |= REPOSTED
    followed.dose[post.origin, 1, told] += 1
    original = rng.unit(rng.hash2(luck.credit, post.root, key)) < params.credit
    late = rng.unit(rng.hash2(luck.repost_minute, post.root, key))
    made = out[at]
    made.key = name
    made.root = post.root
    made.parent = post.root if original else post.key
    made.minute = minute + np.int64(late * (end - minute))
    made.author = row
    made.author_key = key
    made.origin = post.origin
    made.depth = 1 if original else post.depth + 1
    made.quality = post.quality
    made.exposures = m
    return at + 1


@kernel
def attend(begin, count, visits, end, followed, params, luck, out, at):
    """Visits begin..count, by user and then minute: what is seen, and what of it is reposted before minute `end`.

    A copy that the first visit finds out of reach may be found late: at the first visit from its keyed delay on.
    Returns the first visit not made, for lack of room in `out` or in the pairs, and the next place in `out`.
    """
    for i in range(begin, count):
        row, minute = visits.row[i], visits.minute[i]
        box = followed.inbox[row]
        if at + box.held > out.size or 4 * (followed.marks[PAIRS] + box.held) > 3 * followed.pairs.size:
            return i, at
        before, copy = NO_COPY, box.head
        while copy != NO_COPY:
            one = followed.copies[copy]
            number = one.post
            post = followed.posts[number]
            one.until = until_now(one.until, post, box.key, minute, params, luck)
            seen = post.visible <= minute and (one.until >= 0 or minute >= -1 - one.until)
            if seen or one.until == GONE:
                copy = give_back(followed, box, before, copy)
                if seen:
                    at = meet(followed, row, number, minute, end, params, luck, out, at)
            else:
                before, copy = copy, one.next
    return count, at
