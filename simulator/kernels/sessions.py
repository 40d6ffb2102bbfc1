"""Who is online in a tick, when, on which device and on which platform."""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.state import key_of, wide

BLOCK = 1024
MOST_AN_HOUR = 60.0
"""Nobody comes more often than once a minute on average."""
MOST_VISITS = 250
LEADING = float(1 << 24)
SLACK = np.int32(4)
"""Two roundings of single precision and one to a whole number move a bound by less."""


@kernel
def number_of_visits(u, mean):
    """Poisson by inversion of the upper tail: u < 1 - exp(-mean) means at least one."""
    p = math.exp(-mean)
    tail = 1.0 - p
    k = 0
    while u < tail and k < MOST_VISITS:
        k += 1
        p *= mean / k
        tail -= p
    return k


class Shares(NamedTuple):
    """How visits divide over the platforms: keys uint64[P], weights float64[P], spread of personal log-weights."""

    key: np.ndarray
    weight: np.ndarray
    spread: float


@inner
def weight_of(user_key, p, shares, luck):
    """A user's own, lasting weight of a platform."""
    taste = rng.normal(rng.hash2(luck.preference, user_key, shares.key[p]))
    return shares.weight[p] * math.exp(shares.spread * taste)


@inner
def platform_of(user_key, visit_key, shares, luck):
    """Where a visit goes, by the user's weights."""
    count = shares.key.size
    if count == 1:
        return 0
    total = 0.0
    for p in range(count):
        total += weight_of(user_key, p, shares, luck)
    left = rng.unit(rng.absorb(visit_key, 3)) * total
    for p in range(count - 1):
        left -= weight_of(user_key, p, shares, luck)
        if left < 0.0:
            return p
    return count - 1


@kernel
def visit(lo, hi, users, clock, first_hour, rhythm, phone_share, shares, luck, visits):
    """Fill `visits` with those of rows lo..hi in this tick; returns how many there are.

    What does not fit is counted and not written. Visits of an hour are a Poisson number of mean
    ``activity * rhythm / 24``, keyed by (hour, user): the same visits whatever the length of a tick.
    `rhythm` has one entry for each hour the tick touches. A first pass without branches, which the compiler turns
    into vector code, leaves out those whose draw is above the bound 1 - exp(-x) < x, a second one lists the others.
    The first compares the draws' leading 24 bits, half the work, with the bound of single precision and SLACK.
    """
    may_come = np.empty(BLOCK, np.bool_)
    keys = np.empty(BLOCK, np.uint32)
    coming = np.empty(BLOCK + 1, np.int64)
    end = clock.minute + clock.tick_minutes
    count = np.int64(0)
    for begin in range(lo, hi, BLOCK):
        activity = users.activity[begin : min(hi, begin + BLOCK)]
        for i in range(activity.size):
            keys[i] = key_of(users, begin + i)
        may_come[:] = False
        for hour in range(rhythm.size):
            prefix = rng.absorb(luck.session, first_hour + hour)
            scale = np.float32(rhythm[hour] / 24.0 * LEADING)
            for i in range(activity.size):
                bound = np.int32(min(activity[i] * scale, np.float32(LEADING))) + SLACK
                may_come[i] |= np.int32(rng.absorb(prefix, keys[i]) >> np.uint64(40)) <= bound
        candidates = 0
        for i in range(activity.size):
            coming[candidates] = i
            candidates += may_come[i]
        for j in range(candidates):
            i = coming[j]
            for hour in range(rhythm.size):
                h = rng.absorb(rng.absorb(luck.session, first_hour + hour), keys[i])
                mean = min(MOST_AN_HOUR, wide(activity[i]) * (rhythm[hour] / 24.0))
                first = count
                for k in range(number_of_visits(rng.unit(h), mean)):
                    key = rng.absorb(h, k + 1)
                    minute = (first_hour + hour) * 60 + np.int64(rng.unit(key) * 60)
                    if minute < clock.minute or minute >= end:
                        continue
                    if count < visits.row.size:
                        device = 0 if rng.unit(rng.absorb(key, 2)) < phone_share else 1
                        platform = platform_of(keys[i], key, shares, luck)
                        _insert(visits, first, count, begin + i, minute, key, device, platform)
                    count += 1
    return count


@inner
def _insert(visits, first, end, row, minute, key, device, platform):
    """Put a visit among those of the same user and hour, `first` to `end`, in order of time."""
    at = end
    while at > first and visits.minute[at - 1] > minute:
        visits.minute[at] = visits.minute[at - 1]
        visits.key[at] = visits.key[at - 1]
        visits.device[at] = visits.device[at - 1]
        visits.platform[at] = visits.platform[at - 1]
        at -= 1
    visits.row[end] = row
    visits.marked[end] = 0
    visits.commented[end] = 0
    visits.minute[at] = minute
    visits.key[at] = key
    visits.device[at] = device
    visits.platform[at] = platform
