"""Which roots a user has posted: an open-addressing set of post keys, and the collection of reposts."""

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import kernel
from simulator.kernels.state import key_of, wide

REPOST_KIND = 4


@kernel
def post_key(root, author_key):
    """Identity of an author's post of a root; free of any order the model produced."""
    h = rng.absorb(root, author_key)
    return h if h != np.uint64(0) else np.uint64(1)


@kernel
def post_keys(roots, author_keys, out):
    """out[i] = post_key(roots[i], author_keys[i])."""
    for i in range(roots.size):
        out[i] = post_key(roots[i], author_keys[i])


@kernel
def contains(table, key):
    """Whether `key` is in the set; `table` is uint64, its size a power of two, 0 empty."""
    mask = np.uint64(table.size - 1)
    at = key & mask
    while table[at] != np.uint64(0):
        if table[at] == key:
            return True
        at = (at + np.uint64(1)) & mask
    return False


@kernel
def insert(table, keys):
    """Add `keys` to the set; the caller keeps it at most half full."""
    mask = np.uint64(table.size - 1)
    for key in keys:
        at = key & mask
        while table[at] != np.uint64(0) and table[at] != key:
            at = (at + np.uint64(1)) & mask
        table[at] = key


@kernel
def count_slots(bits, platforms, count, platform):
    """Number of slots marked, one bit each, at the first `count` visits, as far as they were to the platform."""
    total = 0
    for at in range(count):
        left = bits[at] if platforms[at] == platform else np.uint8(0)
        while left:
            left &= np.uint8(left - 1)
            total += 1
    return total


@kernel
def collect_comments(visits, count, platform, users, live, out):
    """Roots of the copies commented on, out (C,)."""
    at = 0
    for i in range(count):
        bits = visits.commented[i] if visits.platform[i] == platform else np.uint8(0)
        for slot in range(users.ring.shape[1]):
            if (bits >> np.uint8(slot)) & np.uint8(1):
                out[at] = live.table[np.int64(users.ring[visits.row[i], slot]) & live.mask].root
                at += 1


@kernel
def collect_marked(visits, count, platform, users, live, luck, credit_share, endorsement, clock, out):
    """Turn marks into reposts, in order of visits, and clear the inboxes' marks.

    A repost names the copy seen as its parent or, with probability c, the original. Its depth follows
    from that parent. Its minute lies between the visit and the end of the tick.
    """
    end = clock.minute + clock.tick_minutes
    at = 0
    for i in range(count):
        bits = visits.marked[i]
        if bits == 0 or visits.platform[i] != platform:
            continue
        row = visits.row[i]
        users.inbox[row].marked = 0
        for slot in range(users.ring.shape[1]):
            if not (bits >> np.uint8(slot)) & np.uint8(1):
                continue
            copy = live.table[np.int64(users.ring[row, slot]) & live.mask]
            root = copy.root
            brand = copy.brand
            original = rng.unit(rng.hash2(luck.credit, key_of(users, row), root)) < credit_share
            minute = visits.minute[i]
            out.brand[at] = brand
            out.kind[at] = REPOST_KIND
            out.author[at] = row
            out.author_key[at] = key_of(users, row)
            out.key[at] = post_key(root, key_of(users, row))
            out.root[at] = root
            out.parent[at] = root if original else copy.key
            out.minute[at] = minute + np.int64(
                rng.unit(rng.hash2(luck.repost_minute, key_of(users, row), root)) * (end - minute)
            )
            out.depth[at] = 1 if original else copy.depth + 1
            out.opinion[at] = np.float32(
                endorsement * wide(users.tie[row, brand].opinion) + (1.0 - endorsement) * wide(copy.opinion)
            )
            out.quality[at] = copy.quality
            out.prize[at] = copy.prize
            at += 1
