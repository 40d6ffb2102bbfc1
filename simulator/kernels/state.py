"""What kernels see: columns of users, records of everything else.

Shapes: n users, B brands, C categories, K slots.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import spliced

wide = np.float64
"""Stored numbers are float32, all arithmetic is float64: said at each read, so that it also holds without JIT."""

FOLLOWS = np.uint16(1)
MUTED = np.uint16(2)
SOURCE_SHIFT = np.uint16(2)
SOURCE_MASK = np.uint16(15)
EXPOSED = np.uint16(64)
LOOKED = np.uint16(128)
WITHHELD = np.uint16(256)
"""The brand's own messages, ads and posts that it pays for, are kept from the user; what others say is not."""
TARGETED = np.uint16(512)
"""In the audience that the brand pays to reach."""

# counters, per brand
IMPRESSIONS, ADS, AWARE, INTERESTED, INTENTS, RESERVATIONS = 0, 1, 2, 3, 4, 5
ORDERS_PLATFORM, ORDERS_OFFLINE, ORDERS_LEAKED, FORWARDED, MUTES, REVIEWS, REVIEW_STARS, SHARES = 6, 7, 8, 9, 10, 11, 12, 13
TREND_VIEWS, COMMENTS, LET_DOWN, UNFOLLOWS, WOKEN, LAPSED, VIEWS, ENTRY_VIEWS, ENTRY_ORDERS = 14, 15, 16, 17, 18, 19, 20, 21, 22
PROMOTED, ENGAGEMENTS, TARGETED_ADS, ORDERS_DEALER, CANCELLED, WON_BACK, APP_OFFERS = 23, 24, 25, 26, 27, 28, 29
COUNTERS = (
    "impressions", "ads", "newly_aware", "newly_interested", "intents", "reservations", "orders_platform",
    "orders_offline", "leaked", "brought_forward", "mutes", "reviews", "review_stars", "shares", "trend_views",
    "comments", "let_down", "unfollows", "woken", "lapsed", "views", "entry_views", "entry_orders",
    "promoted", "engagements", "targeted_ads", "orders_dealer", "cancelled", "won_back",
    "app_offers",
)

# tallies, per brand, after the counters: offers by number of cues, and steps of checkouts by device, payment and step
MOST_CUES = 4
MOST_REGIONS = 32
SHOWN = len(COUNTERS)
CLICKED = SHOWN + MOST_CUES + 1
TRIED = CLICKED + MOST_CUES + 1
DEVICES, PAYMENTS, MOST_STEPS = 2, 3, 10
NATIVE, ORDINARY, BY_ENTRY = 0, 1, 2
PASSED = TRIED + DEVICES * PAYMENTS * MOST_STEPS
TALLIES = PASSED + DEVICES * PAYMENTS * MOST_STEPS


class Clock(NamedTuple):
    """Where the run stands; minutes count from the start of day 0."""

    tick: int
    minute: int
    tick_minutes: int


class Users(NamedTuple):
    """Users by row, as one platform knows them. What every scan reads stands in columns of its own, the rest in records.

    `key` is (n,), or empty where rows are keys. `person` is (n,) and `tie`, what is between a user and a brand, (n, B).
    `inbox`, what is between a user and the platform, is (n,), and `ring`, (n, K), holds the newest post ids. Records
    take their fields from `population.table`; those of uint16 that are no codes are halves (`kernels.half`).
    """

    key: np.ndarray
    activity: np.ndarray
    person: np.recarray
    tie: np.recarray
    inbox: np.recarray
    ring: np.ndarray


POST = np.dtype(
    [
        ("key", np.uint64), ("root", np.uint64), ("minute", np.int64), ("author_key", np.uint32),
        ("author", np.int32), ("depth", np.int32), ("opinion", np.float32), ("quality", np.float32),
        ("promotion", np.float32), ("brand", np.int16), ("kind", np.uint8), ("prize", np.uint8),
    ],
    align=True,
)  # fmt: skip
"""A live post. Records, not columns: a reader needs nearly all of one post and nothing of its neighbours."""

BRAND = np.dtype(
    [
        ("key", np.uint64), ("category", np.int64), ("tier", np.int64), ("style", np.float64),
        ("quality", np.float64), ("appeal", np.float64), ("price_fen", np.int64), ("deal", np.float64),
        ("ad_probability", np.float64), ("reviews", np.int64), ("review_stars", np.int64), ("sold", np.int64),
        ("prominence", np.float64), ("reach", np.float64), ("popularity", np.float64),
        ("hoped", np.float64), ("granted", np.float64), ("targeted", np.int64), ("service", np.float64),
    ],
    align=True,
)  # fmt: skip
"""A product and what the market knows of it. Of a group price's cut buyers reckon with `hoped` and get `granted`.
`targeted`: whether what the brand pays for reaches its audience alone, users whose tie is marked TARGETED.
`service`: utils that an app made for the brand adds to buying on the platform."""

CATEGORY = np.dtype(
    [
        ("search_window", np.int64), ("patience", np.int64), ("forward_window", np.int64), ("delivery", np.int64),
        ("forward_hazard", np.float64), ("price_sensitivity", np.float64), ("reference_fen", np.float64),
        ("base_utility", np.float64), ("quality_weight", np.float64), ("opinion_weight", np.float64),
        ("adstock_weight", np.float64), ("adstock_half", np.float64), ("taste_weight", np.float64),
        ("risk_aversion", np.float64), ("inspection", np.float64), ("nest_scale", np.float64), ("outlet_scale", np.float64),
        ("offline_utility", np.float64), ("online_utility", np.float64), ("satisfaction_sd", np.float64),
        ("share_rate", np.float64), ("key", np.uint64), ("impulse_window", np.int64), ("budget_ratio", np.float64),
        ("budget_sd", np.float64), ("intent_half_life", np.float64), ("loyalty_weight", np.float64), ("hops", np.float64),
        ("aspiration", np.float64), ("deposit_fen", np.int64), ("full_online", np.float64), ("full_dealer", np.float64),
        ("completion", np.int64), ("revival", np.float64),
        ("budget_factor", np.float64, (MOST_REGIONS,)), ("plate_fen", np.int64, (MOST_REGIONS,)),
    ],
    align=True,
)  # fmt: skip
"""Parameters of a category; times in minutes, delivery and completion in ticks. `budget_factor` and `plate_fen` by region."""

NEED = np.dtype(
    [
        ("key", np.uint64), ("price", np.int64), ("due", np.int32), ("due_drawn", np.int32), ("row", np.int32),
        ("decided", np.int32), ("reserved", np.int32), ("paid", np.int32), ("seller", np.int32), ("brand", np.int16), ("chosen", np.int16),
        ("category", np.uint8), ("status", np.uint8), ("outlet", np.uint8), ("terminal", np.uint8),
        ("source", np.uint8), ("touch", np.uint8), ("attempts", np.uint8), ("forward", np.uint8), ("shared", np.uint8),
        ("looks", np.uint8), ("platform", np.uint8), ("passed", np.uint8), ("first", np.uint8), ("read", np.uint8),
        ("entered", np.uint8), ("grouped", np.uint8),
    ],
    align=True,
)  # fmt: skip
"""A need of the ledger and what became of it. Times in minutes as drawn, in ticks as lived; -1 is not yet.
`seller` is the key of the peer seller who served it."""


TREND = np.dtype([("post", np.int64), ("place", np.int64), ("reach", np.float64)], align=True)
"""An entry of a trending list: id of the post, place from 0, and the chance that a look down the list gets so far."""


class Live(NamedTuple):
    """Posts that can still be seen: post `id` sits at ``table[id & mask]``; an id below `low` has expired.

    `heat` counts what was made of the roots `heat_of`, an open-addressing table (`kernels.ranking`).
    """

    low: int
    mask: int
    table: np.recarray
    heat_of: np.ndarray
    heat: np.ndarray


class Needs(NamedTuple):
    """The ledger, by row. Those of a block of 2**shift rows are ``table[start[b]:start[b + 1]]``, start int64 (blocks + 1,)."""

    start: np.ndarray
    shift: int
    table: np.recarray


@spliced
def key_of(users, row):
    """Identity of the user in a row."""
    return users.key[row] if users.key.size else np.uint32(row)


@spliced
def place_of(needs, row):
    """Where the needs of a row are, among those of few others: first, last."""
    block = row >> needs.shift
    return needs.start[block], needs.start[block + 1]


class Visits(NamedTuple):
    """The visits of a tick by row, then time; valid up to a count. `key` is each one's own luck."""

    row: np.ndarray
    minute: np.ndarray
    key: np.ndarray
    device: np.ndarray
    platform: np.ndarray
    marked: np.ndarray
    """Ring slots to be reposted, one bit each."""
    commented: np.ndarray
    """Ring slots commented on, one bit each."""


class Scratch(NamedTuple):
    """Room to work in: for `market.choose`, shape (B,), and for the order of a feed, shape (K,)."""

    offline: np.ndarray
    platform: np.ndarray
    worth: np.ndarray
    tiers: np.ndarray
    keys: np.ndarray
    order: np.ndarray
    above: np.ndarray


class Batch(NamedTuple):
    """New posts of one tick, shape (P,), in order of id."""

    brand: np.ndarray
    kind: np.ndarray
    author: np.ndarray
    author_key: np.ndarray
    key: np.ndarray
    root: np.ndarray
    parent: np.ndarray
    minute: np.ndarray
    depth: np.ndarray
    opinion: np.ndarray
    quality: np.ndarray
    prize: np.ndarray
    promotion: np.ndarray
