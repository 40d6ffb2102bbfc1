"""The order of a feed: by time, by popularity, by relevance, and between them."""

import numpy as np

from simulator.kernels.audience import kept_from
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.half import from_half
from simulator.kernels.inbox import nth_newest
from simulator.kernels.state import wide

POPULAR, RELEVANCE = 1, 2
NO_PLACE = 1.0e300


@kernel
def add_heat(heat_of, heat, roots, by):
    """Add by[i] to the count of roots[i] (0 is no root's); the caller keeps the table at most half full."""
    mask = np.uint64(heat_of.size - 1)
    for i in range(roots.size):
        at = roots[i] & mask
        while heat_of[at] != np.uint64(0) and heat_of[at] != roots[i]:
            at = (at + np.uint64(1)) & mask
        heat_of[at] = roots[i]
        heat[at] += by[i]


@inner
def heat_now(live, root):
    """Count of a root; 0 if nothing was ever made of it."""
    mask = np.uint64(live.heat_of.size - 1)
    at = root & mask
    while live.heat_of[at] != np.uint64(0):
        if live.heat_of[at] == root:
            return live.heat[at]
        at = (at + np.uint64(1)) & mask
    return np.int64(0)


@inner
def outranked(post, live, match, params):
    """Share of ordinary posts that rank above a copy.

    Popular: ordinary scores are log-logistic about 1, so 1 / (1 + score), the score being quality times 1 + what was
    made of the root so far. Relevance: matches of ordinary posts are even on [-1, 1].
    """
    if params.ranking == POPULAR:
        return 1.0 / (1.0 + wide(post.quality) * (1.0 + heat_now(live, post.root)))
    return (1.0 - match) / 2.0


@inner
def line_up(users, row, live, brands, params, order, above):
    """Order of the unread slots and how far background posts push each down; fills `order` and `above` (K,).

    The place of a copy lies `rank_weight` of the way from its place by time to its place by score, and the
    background above it between that by time and twice the share that outranks it: a post in the middle keeps its
    place. Copies that cannot be seen come last.
    """
    slots = users.ring.shape[1]
    box, me = users.inbox[row], users.person[row]
    unread = np.int64(box.unread)
    for i in range(unread):
        post = np.int64(users.ring[row, nth_newest(box.head, i, slots)])
        above[i] = NO_PLACE
        if post >= live.low:
            copy = live.table[post & live.mask]
            if not kept_from(users.tie[row, copy.brand].marks, copy.kind):
                match = min(1.0, max(-1.0, from_half(me.taste) * brands[copy.brand].style))
                above[i] = outranked(copy, live, match, params)
    w = params.rank_weight
    for i in range(unread):
        order[i] = _place(i, unread, above, w)
    for i in range(unread):
        if above[i] < NO_PLACE:
            above[i] = (1.0 - w) + w * 2.0 * above[i]


@inner
def _value(i, unread, above, w):
    """Mixed place of the i-th newest."""
    if above[i] == NO_PLACE:
        return NO_PLACE
    newer = better = 0
    for j in range(unread):
        newer += j < i and above[j] < NO_PLACE
        better += above[j] < above[i] or (above[j] == above[i] and j < i)
    return (1.0 - w) * newer + w * better


@inner
def _place(rank, unread, above, w):
    """Which copy, counted from the newest, stands at place `rank`; ties by time."""
    for i in range(unread):
        mine, before = _value(i, unread, above, w), 0
        for j in range(unread):
            other = _value(j, unread, above, w)
            before += other < mine or (other == mine and j < i)
        if before == rank:
            return i
    return 0
