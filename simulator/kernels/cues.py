"""Social cues: an offer in the feed shows which friends have spoken well of its brand."""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, spliced
from simulator.kernels.inbox import IDS
from simulator.kernels.state import CLICKED, MOST_CUES, SHOWN

SHARE_KIND = np.uint8(3)


class CueParams(NamedTuple):
    """Numbers of the affordance social_cues; `first` is 0 where it is off."""

    first: float
    further: float


@spliced
def count_cues(users, live, row, brand):
    """Authors of tales and reposts with a good word for a brand that lie in a reader's inbox, at most MOST_CUES."""
    ring = users.ring[row]
    count = 0
    for slot in range(ring.size):
        post = np.int64(ring[slot] & IDS)
        if post < live.low or not speaks_well(live.table[post & live.mask], brand):
            continue
        author = live.table[post & live.mask].author
        counted = False
        for other in range(slot):
            earlier = np.int64(ring[other] & IDS)
            if earlier >= live.low and speaks_well(live.table[earlier & live.mask], brand):
                counted |= live.table[earlier & live.mask].author == author
        count += 0 if counted else 1
    return min(count, MOST_CUES)


@inner
def speaks_well(copy, brand):
    """Whether a copy is a person's good word for a brand."""
    return copy.brand == brand and copy.kind >= SHARE_KIND and copy.opinion > 0.0


@inner
def lift(count, cues):
    """Factor on the chance that an offer is opened: the first cue tells something, further ones add little."""
    if count == 0:
        return 1.0
    return 1.0 + cues.first * (1.0 + cues.further * (count - 1))


@inner
def tally(counters, brand, count, clicked):
    """Count an offer shown with so many cues, and whether it was opened."""
    counters[brand, SHOWN + count] += 1
    if clicked:
        counters[brand, CLICKED + count] += 1
