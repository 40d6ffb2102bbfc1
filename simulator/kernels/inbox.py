"""The inbox: a small ring of post ids, newest first. What falls out of it is never seen: it is the limit of attention.

A copy that was scrolled past and will not be found later is marked by a bit above those of its id.
"""

import numpy as np

from simulator.kernels.compiling import inner, spliced

LOST = np.uint32(1 << 31)
IDS = np.uint32(LOST - 1)
"""Bits of an id."""


@spliced
def nth_newest(head, nth, slots):
    """Slot of the copy that lies `nth` places below the newest; nth < slots."""
    slot = np.int64(head) - nth
    return slot if slot >= 0 else slot + slots


@spliced
def slot_above(head, slots):
    """The slot after `head`: that of the oldest copy."""
    slot = np.int64(head) + 1
    return slot if slot < slots else np.int64(0)


@spliced
def push(inbox, ring, row, post):
    """Newest post first; the oldest of K falls out."""
    me = inbox[row]
    slots = ring.shape[1]
    head = slot_above(me.head, slots)
    me.head = head
    ring[row, head] = post
    me.seen &= np.uint8(~(np.uint8(1) << np.uint8(head)))
    if me.unread < slots:
        me.unread += 1


@inner
def slot_of(ring, row, post):
    """Where a post lies in an inbox, or -1."""
    for slot in range(ring.shape[1]):
        if ring[row, slot] & IDS == post:
            return slot
    return -1
