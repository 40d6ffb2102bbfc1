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
    NEVER,
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
            post.quality = content_quality(luck.quality, key, quality_sd)
            at += 1
    return at


@inner
def late_minute(post, key, params, luck):
    """From when on a copy missed in the feed may be found by another way, or NEVER."""
    h = rng.hash2(luck.late, post.key, key)
    if rng.unit(h) >= params.late_share:
        return NEVER
    ratio = params.late_longest / params.late_shortest
    delay = np.int64(params.late_shortest * math.pow(ratio, rng.unit(rng.absorb(h, 1))))
    return np.int32(post.visible + delay) if delay <= params.life else NEVER


@inner
def give_back(followed, box, copy):
    """A copy is no longer held."""
    followed.copies[copy].next = np.int32(followed.marks[FREE])
    followed.marks[FREE] = copy
    box.held -= 1


@inner
def miss(followed, box, copy, params, luck):
    """A copy taken out of the fresh ones has slipped out of reach: it waits to be found late, or is gone."""
    one = followed.copies[copy]
    due = late_minute(followed.posts[one.post], box.key, params, luck)
    if due == NEVER:
        give_back(followed, box, copy)
        return
    one.until = due
    one.next = box.missed
    box.missed = copy
    box.due = min(box.due, due)


@inner
def clear(followed, row, minute, params, luck):
    """Let go of the copies that nobody can see from `minute` on."""
    box = followed.inbox[row]
    before, copy = NO_COPY, box.fresh
    while copy != NO_COPY:
        one = followed.copies[copy]
        below = one.next
        if minute <= one.until:
            before = copy
        else:
            if before == NO_COPY:
                box.fresh = below
            else:
                followed.copies[before].next = below
            miss(followed, box, copy, params, luck)
        copy = below
    copy, box.missed, box.due = box.missed, NO_COPY, NEVER
    while copy != NO_COPY:
        one = followed.copies[copy]
        below = one.next
        if minute > one.until and minute > followed.posts[one.post].visible + params.life:
            give_back(followed, box, copy)
        else:
            one.next = box.missed
            box.missed = copy
            box.due = min(box.due, one.until)
        copy = below
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
    one.next = box.fresh
    box.fresh = copy
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
    if post.depth > 0 and followed.posts[post.origin].author == row:
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
    made.origin = post.origin
    made.depth = 1 if original else post.depth + 1
    made.quality = post.quality
    made.exposures = m
    return at + 1


@inner
def read_feed(followed, row, minute, end, params, luck, out, at):
    """The fresh copies, newest first: seen or missed, once and for all."""
    box = followed.inbox[row]
    before, copy = NO_COPY, box.fresh
    while copy != NO_COPY:
        one = followed.copies[copy]
        below, number = one.next, one.post
        if followed.posts[number].visible > minute:
            before = copy
        else:
            if before == NO_COPY:
                box.fresh = below
            else:
                followed.copies[before].next = below
            if minute <= one.until:
                give_back(followed, box, copy)
                at = meet(followed, row, number, minute, end, params, luck, out, at)
            else:
                miss(followed, box, copy, params, luck)
        copy = below
    return at


@inner
def find_late(followed, row, minute, end, params, luck, out, at, found):
    """The missed copies whose time has come, newest first, whenever each was missed."""
    box = followed.inbox[row]
    count = 0
    copy, box.missed, box.due = box.missed, NO_COPY, NEVER
    while copy != NO_COPY:
        one = followed.copies[copy]
        below, number = one.next, one.post
        if minute < one.until:
            one.next = box.missed
            box.missed = copy
            box.due = min(box.due, one.until)
        else:
            give_back(followed, box, copy)
            if minute <= followed.posts[number].visible + params.life:
                place = count
                while place > 0 and found[place - 1] < number:
                    found[place] = found[place - 1]
                    place -= 1
                found[place] = number
                count += 1
        copy = below
    for i in range(count):
        at = meet(followed, row, found[i], minute, end, params, luck, out, at)
    return at


@kernel
def attend(begin, count, visits, end, followed, params, luck, found, out, at):
    """Visits begin..count, by user and then minute: what is seen, and what of it is reposted before minute `end`.

    `found` is room for the copies found late at one visit. Returns the first visit not made, for lack of room in
    `out`, in `found` or in the pairs, and the next place in `out`.
    """
    for i in range(begin, count):
        row, minute = visits.row[i], visits.minute[i]
        box = followed.inbox[row]
        if box.held == 0:
            continue
        most = min(found.size, out.size - at)
        if box.held > most or 4 * (followed.marks[PAIRS] + box.held) > 3 * followed.pairs.size:
            return i, at
        at = read_feed(followed, row, minute, end, params, luck, out, at)
        if minute >= box.due:
            at = find_late(followed, row, minute, end, params, luck, out, at, found)
    return count, at
