"""Followed ordinary posts: who writes, who is reached, who sees, who passes on.

Roots do not compete for places: all posts of a feed, followed or not, push a copy down through the reader's inflow, so
counting newer followed posts as well would count them twice. Hence a cascade is the same whichever others are
followed, and a larger sample holds a smaller one's cascades unchanged. Market posts are left out of the inflow, as
they are everywhere, so that cascades are the same in every arm.
"""

import math

import numpy as np

from simulator.kernels import procedural, rng
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.memory import prefetch
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
    pair_slot,
)
from simulator.kernels.posts import post_key
from simulator.kernels.roots import content_quality
from simulator.kernels.state import wide

FEWEST = 32
"""An inbox is cleared of copies that nobody can see any more when it has tripled since, and not below this size."""


AHEAD = 8
"""Visits, and followers, whose memory is asked for in advance."""


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
def sample_originals(keys, counts, day, hours, share, quality_sd, luck, out):
    """The followed originals of a day, by row; returns how many.

    `hours` holds the share of a day's activity before each hour, and 1 at the end: shape (25,). A minute
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
            hour = np.searchsorted(hours, u, side="right") - 1
            within = (u - hours[hour]) / (hours[hour + 1] - hours[hour])
            post = out[at]
            post.key = key
            post.root = key
            post.minute = day * 1440 + min(np.int64((hour + within) * 60), 1439)
            post.author = row
            post.quality = content_quality(luck.quality, key, quality_sd)
            at += 1
    return at


@inner
def late_minute(post, key, params, luck):
    """From when on a copy missed in the feed may be found by another way."""
    ratio = params.late_longest / params.late_shortest
    draw = rng.unit(rng.hash3(luck.late, post.key, key, 1))
    return np.int32(post.visible + params.late_shortest * math.pow(ratio, draw))


@inner
def give_back(box, free, marks, copy):
    """A copy is no longer held."""
    free[marks[FREE]] = copy
    marks[FREE] += 1
    box.held -= 1


@inner
def miss(box, posts, copies, free, marks, copy, params, luck):
    """A copy taken out of the fresh ones has slipped out of reach: it waits to be found late, or is gone."""
    one = copies[copy]
    if one.post < 0:
        give_back(box, free, marks, copy)
        return
    one.until = late_minute(posts[one.post], box.key, params, luck)
    one.next = box.missed
    box.missed = copy
    box.due = min(box.due, one.until)


@inner
def clear(box, posts, copies, free, marks, minute, params, luck):
    """Let go of the copies that nobody can see from `minute` on."""
    before, copy = NO_COPY, box.fresh
    while copy != NO_COPY:
        one = copies[copy]
        below = one.next
        if minute <= one.until:
            before = copy
        else:
            if before == NO_COPY:
                box.fresh = below
            else:
                copies[before].next = below
            miss(box, posts, copies, free, marks, copy, params, luck)
        copy = below
    copy, box.missed, box.due = box.missed, NO_COPY, NEVER
    while copy != NO_COPY:
        one = copies[copy]
        below = one.next
        if minute > one.until and minute > posts[one.post].visible + params.life:
            give_back(box, free, marks, copy)
        else:
            one.next = box.missed
            box.missed = copy
            box.due = min(box.due, one.until)
        copy = below
    box.limit = max(FEWEST, 3 * box.held)


@inner
def put(box, copies, free, marks, number, visible, shown, findable):
    """A copy of post `number` on top of an inbox, to be shown up to an age of `shown` minutes."""
    if marks[FREE] > 0:
        marks[FREE] -= 1
        copy = free[marks[FREE]]
    else:
        copy = np.int32(marks[TOP])
        marks[TOP] += 1
    one = copies[copy]
    one.post = number if findable else -1 - number
    one.until = visible + np.int32(shown)
    one.next = box.fresh
    box.fresh = copy
    box.held += 1


@kernel
def over_csr(first, last, minute, followed, offsets, targets, params, luck):
    """Deliver posts first..last in order along a CSR graph; `followed.copies` has room for all of them.

    The feed shows a copy at the first visit at age a with probability exp(-a / window), the mean of (1 - 1/L0)**k over
    a Poisson number k of newer posts. So its fate is one exponential, drawn here: the age up to which it shows.
    """
    posts, inbox, copies = followed.posts, followed.inbox, followed.copies
    free, marks = followed.free, followed.marks
    life, late_share = wide(params.life), params.late_share
    for number in range(first, last):
        post = posts[number]
        visible, author = post.visible, post.author
        seen, late = rng.absorb(luck.see, post.key), rng.absorb(luck.late, post.key)
        stop = offsets[author + 1]
        for edge in range(offsets[author], stop):
            row = targets[edge]
            if edge + AHEAD < stop:
                prefetch(inbox, targets[edge + AHEAD])
            box = inbox[row]
            if box.held >= box.limit:
                clear(box, posts, copies, free, marks, minute, params, luck)
            shown = min(wide(box.window) * rng.exponential(rng.absorb(seen, box.key)), life)
            findable = rng.unit(rng.absorb(late, box.key)) < late_share
            put(box, copies, free, marks, number, visible, shown, findable)


@kernel
def over_procedural(first, last, minute, followed, law, params, luck):
    """The same on a graph whose followers are computed."""
    posts, inbox, copies = followed.posts, followed.inbox, followed.copies
    free, marks = followed.free, followed.marks
    life, late_share = wide(params.life), params.late_share
    for number in range(first, last):
        post = posts[number]
        visible = post.visible
        seen, late = rng.absorb(luck.see, post.key), rng.absorb(luck.late, post.key)
        source = procedural.procedural_row(law, post.author)
        for j in range(source.local + source.remote):
            row = procedural.procedural_at(law, source, j)
            box = inbox[row]
            if box.held >= box.limit:
                clear(box, posts, copies, free, marks, minute, params, luck)
            shown = min(wide(box.window) * rng.exponential(rng.absorb(seen, box.key)), life)
            findable = rng.unit(rng.absorb(late, box.key)) < late_share
            put(box, copies, free, marks, number, visible, shown, findable)


@inner
def dose(m, params):
    """D(m), the multiplier of the hazard of the m-th exposure to one root (Bao et al. 2013); D(1) = 1."""
    if m == 1:
        return 1.0
    if m == 2:
        return params.dose_2
    return params.dose_3 if m == 3 else params.dose_4


@inner
def meet(box, posts, dose_counts, pairs, marks, row, number, minute, end, params, luck, out, at):
    """A user sees a copy, and may pass it on; returns the next place in `out`.

    The m-th copy of a root that a user sees adds D(m) times its own hazard. A copy is seen at most once, so a draw for
    (user, copy) has the same law as one threshold for (user, root) on the cumulated hazard and is re-rolled by no
    delay either, while only the number of copies seen has to be kept.
    """
    post, key = posts[number], box.key
    if post.depth > 0 and posts[post.origin].author == row:
        return at
    name = post_key(post.root, key)
    slot = count_sight(pairs, marks, name)
    m = np.int64(pairs[slot] & COUNT)
    if m == np.int64(REPOSTED):
        return at
    told = min(m, DOSES) - 1
    dose_counts[post.origin, 0, told] += 1
    hazard = wide(post.hazard) * dose(m, params)
    if not rng.happens(rng.hash2(luck.repost, post.key, key), hazard):
        return at
    pairs[slot] |= REPOSTED
    dose_counts[post.origin, 1, told] += 1
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
def take_late(box, posts, copies, free, marks, minute, params, found):
    """The missed copies whose time has come, newest first, whenever each was missed; returns how many."""
    count = 0
    copy, box.missed, box.due = box.missed, NO_COPY, NEVER
    while copy != NO_COPY:
        one = copies[copy]
        below, number = one.next, one.post
        if minute < one.until:
            one.next = box.missed
            box.missed = copy
            box.due = min(box.due, one.until)
        else:
            give_back(box, free, marks, copy)
            if minute <= posts[number].visible + params.life:
                place = count
                while place > 0 and found[place - 1] < number:
                    found[place] = found[place - 1]
                    place -= 1
                found[place] = number
                count += 1
        copy = below
    return count


@inner
def take_fresh(box, posts, copies, free, marks, minute, new, params, luck, found):
    """The visible fresh copies are seen or missed, once and for all; those seen, newest first, and how many."""
    count = 0
    before, copy = NO_COPY, box.fresh
    while copy != NO_COPY:
        one = copies[copy]
        below = one.next
        number = max(one.post, -1 - one.post)
        if number >= new and posts[number].visible > minute:
            before = copy
        else:
            if before == NO_COPY:
                box.fresh = below
            else:
                copies[before].next = below
            if minute <= one.until:
                give_back(box, free, marks, copy)
                found[count] = number
                count += 1
            else:
                miss(box, posts, copies, free, marks, copy, params, luck)
        copy = below
    return count


@kernel
def attend(begin, count, visits, end, new, followed, params, luck, found, out, at):
    """Visits begin..count, by user and then minute: what is seen, and what of it is reposted before minute `end`.

    Posts from id `new` on came out in this tick. `found` is room for what is seen at one visit: what the feed shows,
    newest first, then what is found late. Returns the first visit not made, for lack of room in `out`, in `found` or
    in the pairs, and the next place in `out`.
    """
    posts, dose_counts, inbox, copies = followed.posts, followed.dose, followed.inbox, followed.copies
    free, pairs, marks = followed.free, followed.pairs, followed.marks
    for i in range(begin, count):
        row, minute = visits.row[i], visits.minute[i]
        if i + AHEAD < count:
            prefetch(copies, max(0, inbox[visits.row[i + AHEAD]].fresh))
        box = inbox[row]
        if box.held == 0:
            continue
        most = min(found.size, out.size - at)
        if box.held > most or 4 * (marks[PAIRS] + box.held) > 3 * pairs.size:
            return i, at
        seen = take_fresh(box, posts, copies, free, marks, minute, new, params, luck, found)
        if minute >= box.due:
            seen += take_late(box, posts, copies, free, marks, minute, params, found[seen:])
        for j in range(seen):
            prefetch(pairs, pair_slot(pairs, post_key(posts[found[j]].root, box.key)))
        for j in range(seen):
            at = meet(box, posts, dose_counts, pairs, marks, row, found[j], minute, end, params, luck, out, at)
    return count, at
