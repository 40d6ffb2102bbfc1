"""The need ledger: drawn before any arm, one renewal process per user and category."""

import math

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel

PENDING, CHOSEN, BOUGHT, LOST = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)


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
def count_needs(prefix, keys, category_keys, intervals, horizons, start):
    """start[r+1] = needs of row r over all categories, accumulated; start is int64 (n+1,)."""
    none = np.empty(0, np.int64)
    start[0] = 0
    for row in range(keys.size):
        total = 0
        for c in range(category_keys.size):
            total += due_dates(prefix, keys[row], category_keys[c], intervals[c], horizons[c], none)
        start[row + 1] = start[row] + total


@kernel
def fill_needs(prefix, keys, category_keys, intervals, horizons, start, table):
    """Write the ledger: by row, then category, then date.

    A need's key is hash(user, category, ordinal): the k-th need of this kind in a life, whatever the horizon.
    """
    dates = np.empty(64, np.int64)
    for row in range(keys.size):
        at = start[row]
        if start[row + 1] - at > dates.size:
            dates = np.empty(2 * (start[row + 1] - at), np.int64)
        for c in range(category_keys.size):
            k = due_dates(prefix, keys[row], category_keys[c], intervals[c], horizons[c], dates)
            for i in range(k):
                need = table[at + i]
                need.row = row
                need.category = c
                need.due = dates[i]
                need.due_drawn = dates[i]
                need.key = rng.hash3(prefix, keys[row], category_keys[c], i)
                need.brand = -1
                need.chosen = -1
                need.decided = -1
                need.reserved = -1
                need.paid = -1
                need.seller = -1
            at += k


@inner
def bring_forward(brands, categories, needs, row, brand, minute, what, prefix):
    """A deal just seen may bring forward pending needs due within the category's window; returns how many."""
    c = brands[brand].category
    moved = 0
    p = 1.0 - math.exp(-categories[c].forward_hazard * brands[brand].deal)
    for k in range(needs.start[row], needs.start[row + 1]):
        need = needs.table[k]
        if need.category != c or need.status != PENDING:
            continue
        if need.due <= minute or need.due > minute + categories[c].forward_window:
            continue
        if rng.unit(rng.hash2(prefix, need.key, what)) < p:
            need.due = minute
            need.forward = 1
            moved += 1
    return moved
