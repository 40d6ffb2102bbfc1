"""What followed ordinary posts are kept in: posts, the copies that wait for a reader, and how often who saw what.

Shapes: n users, P posts, C places for copies, S slots of pairs (a power of two).
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels import decisions, rng
from simulator.kernels.compiling import inner, kernel

FOLLOWED = np.dtype(
    [
        ("key", np.uint64), ("root", np.uint64), ("parent", np.uint64), ("minute", np.int64), ("author", np.int32),
        ("origin", np.int32), ("visible", np.int32), ("depth", np.int32), ("quality", np.float32),
        ("hazard", np.float32), ("exposures", np.uint8),
    ],
    align=True,
)  # fmt: skip
"""A followed post; `origin` is the id of its root, `visible` the minute from which readers can meet it."""

INBOX = np.dtype(
    [
        ("key", np.uint32), ("fresh", np.int32), ("missed", np.int32), ("held", np.int32), ("limit", np.int32),
        ("due", np.int32), ("window", np.float32),
    ]
)  # fmt: skip
"""The copies held for one user: fresh ones, newest first, and missed ones that will be found late, the first at minute
`due` or after it; `held` counts both. `window` is L0 / inflow in minutes."""

COPY = np.dtype([("next", np.int32), ("post", np.int32), ("until", np.int32)])
"""A copy. `until` is the last minute at which the feed still shows it, or the minute from which it is found late. `post` is
-1 - id where a copy missed in the feed is never found."""

NO_COPY = np.int32(-1)
NEVER = np.int32(2**31 - 1)
DOSES = 4
"""Exposures are told apart up to this many."""

FREE, TOP, PAIRS = 0, 1, 2
"""Places in `marks`: copies given back, copies ever used at once, pairs held."""

COUNT = np.uint64(15)
MOST_SEEN = np.uint64(14)
REPOSTED = np.uint64(15)


class Followed(NamedTuple):
    """All that moves: posts (P,), dose int32 (P, 2, DOSES), inbox (n,), copies (C,), pairs uint64 (S,), marks int64 (3,).

    ``free[:marks[FREE]]``, int32 (C,), are places of copies given back: a list through the copies would wait for memory.
    ``dose[r, 0, m - 1]`` counts users who saw an m-th copy of root r and had not reposted it, ``dose[r, 1, m - 1]`` those
    who then did; the last m stands for itself and more.
    """

    posts: np.recarray
    dose: np.ndarray
    inbox: np.recarray
    copies: np.recarray
    free: np.ndarray
    pairs: np.ndarray
    marks: np.ndarray


class OrdinaryParams(NamedTuple):
    """Numbers of the affordances ordinary_posts and repost; times in minutes."""

    late_share: float
    late_shortest: float
    late_longest: float
    life: int
    dose_2: float
    dose_3: float
    dose_4: float
    credit: float


class OrdinaryLuck(NamedTuple):
    """Key prefixes of one run."""

    rate: np.uint64
    empty: np.uint64
    post: np.uint64
    sample: np.uint64
    quality: np.uint64
    see: np.uint64
    late: np.uint64
    repost: np.uint64
    repost_minute: np.uint64
    credit: np.uint64


def ordinary_luck(seed: int) -> OrdinaryLuck:
    """The prefixes of the run with this seed."""
    numbers = (
        decisions.ORDINARY_RATE, decisions.ORDINARY_EMPTY, decisions.ORDINARY_POST, decisions.ORDINARY_SAMPLE,
        decisions.ORDINARY_QUALITY, decisions.ORDINARY_SEE, decisions.ORDINARY_LATE, decisions.ORDINARY_REPOST,
        decisions.ORDINARY_REPOST_MINUTE, decisions.ORDINARY_CREDIT,
    )  # fmt: skip
    return OrdinaryLuck(*(rng.stream(seed, number) for number in numbers))


@inner
def pair_slot(pairs, name):
    """Where the search for a pair begins."""
    return (name >> np.uint64(4)) & np.uint64(pairs.size - 1)


@inner
def place(pairs, name):
    """Slot of a pair, or the empty one where it belongs; a pair is the upper 60 bits of its name, the rest its count."""
    mask = np.uint64(pairs.size - 1)
    at = pair_slot(pairs, name)
    while pairs[at] != np.uint64(0) and (pairs[at] ^ name) > COUNT:
        at = (at + np.uint64(1)) & mask
    return at


@inner
def count_sight(pairs, marks, name):
    """Count one more copy seen by this pair of user and root, unless it reposted; returns its slot.

    That two of N pairs share their 60 bits has a chance of N**2 / 2**61: 3e-4 at 25 million.
    """
    at = place(pairs, name)
    entry = pairs[at]
    if entry == np.uint64(0):
        pairs[at] = (name & ~COUNT) | np.uint64(1)
        marks[PAIRS] += 1
    elif (entry & COUNT) < MOST_SEEN:
        pairs[at] = entry + np.uint64(1)
    return at


@kernel
def move_pairs(old, new):
    """Put all pairs of a table into a larger, empty one."""
    for entry in old:
        if entry != np.uint64(0):
            new[place(new, entry)] = entry
