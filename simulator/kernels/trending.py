"""The trending list: roots by their reposts of the last hours, and how a visitor reads it."""

import numpy as np

from simulator.kernels import rng
from simulator.kernels.audience import kept_from
from simulator.kernels.compiling import inner, kernel, spliced
from simulator.kernels.feed import TRENDING_SOURCE, respond
from simulator.kernels.inbox import slot_above, slot_of
from simulator.kernels.state import TREND_VIEWS


@kernel
def find_roots(live, last, roots, ids):
    """ids[i] = the live post that is root roots[i], `roots` sorted; 0 where it has expired. Posts end before `last`."""
    ids[:] = 0
    for post in range(live.low, last):
        one = live.table[post & live.mask]
        if one.key != one.root:
            continue
        lo, hi = 0, roots.size
        while lo < hi:
            middle = (lo + hi) // 2
            if roots[middle] < one.root:
                lo = middle + 1
            else:
                hi = middle
        if lo < roots.size and roots[lo] == one.root:
            ids[lo] = post


@inner
def room_for(users, visits, at, params):
    """A slot of the inbox for a post found on the list: the oldest that is not marked in this tick, or -1.

    Marked are copies about to be reposted and, where it counts, copies commented on. Slots passed over become the newest, so that
    the marks go on meaning the same copies.
    """
    row = visits.row[at]
    box = users.inbox[row]
    slots = users.ring.shape[1]
    held = np.int64(box.marked)
    before = at if params.popular else -1
    while before >= 0 and visits.row[before] == row:
        if visits.platform[before] == visits.platform[at]:
            held |= np.int64(visits.commented[before])
        before -= 1
    for _ in range(slots):
        box.head = slot_above(box.head, slots)
        if not (held >> np.int64(box.head)) & 1:
            return np.int64(box.head)
    return np.int64(-1)


@spliced
def looks_at_trends(trends, visit_key, params, luck):
    """Whether a visit takes in the list, if there is one."""
    return trends.size > 0 and rng.unit(rng.hash1(luck.trend_look, visit_key)) < params.trend_look


@inner
def read_trends(at, visits, trends, users, live, brands, categories, needs, posted, params, luck, counters):
    """Read down the list; an entry is read with the probability `reach` of its place.

    What is read comes to lie in the inbox like a copy from somebody one follows: the same post is read once as
    long as it lies there, and counts as one more copy of its root.
    """
    row = visits.row[at]
    box = users.inbox[row]
    for i in range(trends.size):
        entry = trends[i]
        if entry.post < live.low:
            continue
        post = live.table[entry.post & live.mask]
        if rng.unit(rng.hash2(luck.trend_entry, visits.key[at], post.root)) >= entry.reach:
            continue
        if post.author == row or kept_from(users.tie[row, post.brand].marks, post.kind):
            continue
        slot = slot_of(users.ring, row, entry.post)
        if slot < 0:
            slot = room_for(users, visits, at, params)
            if slot < 0:
                continue
            users.ring[row, slot] = entry.post
        elif (box.seen >> np.uint8(slot)) & np.uint8(1):
            continue
        box.seen |= np.uint8(1) << np.uint8(slot)
        counters[post.brand, TREND_VIEWS] += 1
        bits = respond(
            users, live, brands, categories, needs, posted, row, slot, visits.minute[at], TRENDING_SOURCE,
            params, luck, counters
        )
        visits.marked[at] |= np.uint8(bits & 255)
        visits.commented[at] |= np.uint8(bits >> 8)
