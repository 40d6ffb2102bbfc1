"""The need ledger: drawn before any arm, renewal processes per user and category."""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.state import place_of

PENDING, CHOSEN, BOUGHT, LOST, LATENT, RESERVED = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3), np.uint8(4), np.uint8(5)
BROUGHT_FORWARD, ON_IMPULSE = np.uint8(1), np.uint8(2)
"""How a need came to be due otherwise than as drawn."""


class Processes(NamedTuple):
    """The renewal processes from which needs are drawn, shape (K,): one for a category, a second for its impulses.

    `interval` is (K, regions). Dates are drawn on a clock that runs faster in season: `progress` (K, M + 1) is where
    it stands at the minutes `bounds` (M + 1,).
    """

    prefix: np.ndarray
    key: np.ndarray
    category: np.ndarray
    latent: np.ndarray
    interval: np.ndarray
    horizon: np.ndarray
    bounds: np.ndarray
    progress: np.ndarray


@kernel
def due_dates(prefix, user_key, category_key, interval, horizon, out):
    """Due minutes of one user's needs in one category; returns how many fell before `horizon`.

    Gaps are exponential, so the process is Poisson and stationary from minute 0. With `out` empty it only counts.
    """
    h = rng.hash2(prefix, user_key, category_key)
    total = 0.0
    k = 0
    while True:
        total += rng.exponential(rng.absorb(h, k)) * interval
        if total >= horizon:
            return k
        if k < out.size:
            out[k] = np.int64(total)
        k += 1


@kernel
def calendar_minute(seasonal, bounds, progress):
    """The minute at which the clock of a season shows `seasonal`: between two bounds both run evenly."""
    m = 0
    while m < bounds.size - 2 and seasonal >= progress[m + 1]:
        m += 1
    pace = (bounds[m + 1] - bounds[m]) / (progress[m + 1] - progress[m])
    return np.int64(bounds[m] + (seasonal - progress[m]) * pace)


@kernel
def count_needs(keys, regions, drawn, shift, start):
    """start[b + 1] = needs of the rows of blocks 0..b, over all processes; a block is 2**shift rows.

    `keys` is (n,), or empty where rows are keys; `start` is int64 (blocks + 1,).
    """
    none = np.empty(0, np.int64)
    start[:] = 0
    for row in range(regions.size):
        key = keys[row] if keys.size else np.uint32(row)
        for p in range(drawn.key.size):
            interval = drawn.interval[p, regions[row]]
            start[(row >> shift) + 1] += due_dates(drawn.prefix[p], key, drawn.key[p], interval, drawn.horizon[p], none)
    for block in range(start.size - 1):
        start[block + 1] += start[block]


@kernel
def fill_needs(keys, regions, drawn, table):
    """Write the ledger: by row, then process, then date. `keys` as for `count_needs`.

    A need's key is hash(user, category, ordinal): the k-th need of this kind in a life, whatever the horizon.
    """
    dates = np.empty(64, np.int64)
    at = 0
    for row in range(regions.size):
        key = keys[row] if keys.size else np.uint32(row)
        for p in range(drawn.key.size):
            interval = drawn.interval[p, regions[row]]
            k = due_dates(drawn.prefix[p], key, drawn.key[p], interval, drawn.horizon[p], dates)
            if k > dates.size:
                dates = np.empty(2 * k, np.int64)
                due_dates(drawn.prefix[p], key, drawn.key[p], interval, drawn.horizon[p], dates)
            for i in range(k):
                need = table[at + i]
                need.row = row
                need.category = drawn.category[p]
                need.due = calendar_minute(dates[i], drawn.bounds, drawn.progress[p])
                need.due_drawn = need.due
                need.key = rng.hash3(drawn.prefix[p], key, drawn.key[p], i)
                need.status = LATENT if drawn.latent[p] else PENDING
                need.brand = -1
                need.chosen = -1
                need.decided = -1
                need.reserved = -1
                need.paid = -1
                need.seller = -1
            at += k


@inner
def wake(categories, needs, row, category, minute):
    """What was just seen wakes latent needs of its category whose date is near; returns how many."""
    window = categories[category].impulse_window
    woken = 0
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row == row and need.category == category and need.status == LATENT and abs(need.due - minute) <= window:
            need.status = PENDING
            need.due = minute
            need.forward = ON_IMPULSE
            woken += 1
    return woken


@inner
def bring_forward(brands, categories, needs, row, brand, minute, what, prefix):
    """A deal just seen may bring forward pending needs due within the category's window; returns how many."""
    c = brands[brand].category
    moved = 0
    hazard = categories[c].forward_hazard * brands[brand].deal
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row != row or need.category != c or need.status != PENDING or need.reserved >= 0:
            continue
        if need.due <= minute or need.due > minute + categories[c].forward_window:
            continue
        if rng.happens(rng.hash2(prefix, need.key, what), hazard):
            need.due = minute
            need.forward = BROUGHT_FORWARD
            moved += 1
    return moved


@inner
def win_back(categories, needs, row, brand, category, minute, tick_minutes, what, prefix):
    """An ad for an offer once chosen may bring back needs whose intent has faded; returns how many.

    The hazard halves with every half-life of the intent since it was stated.
    """
    hazard, half = categories[category].revival, categories[category].intent_half_life
    back = 0
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row != row or need.category != category or need.status != LOST or need.chosen != brand or need.reserved >= 0:
            continue
        kept = math.exp(-math.log(2.0) * (minute - need.decided * tick_minutes) / half) if half > 0.0 else 1.0
        if rng.happens(rng.hash2(prefix, need.key, what), hazard * kept):
            need.status = PENDING
            need.due = minute
            need.attempts = 0
            need.passed = 0
            back += 1
    return back
