"""Who is online in a tick, when and on which device."""

import math

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import kernel
from simulator.kernels.state import wide

BLOCK = 1024


@kernel
def is_online(u, rate):
    """u < 1 - exp(-rate), without the exponential wherever its bounds x - x^2/2 and x decide."""
    if u >= rate:
        return False
    if u < rate - 0.5 * rate * rate:
        return True
    return u < 1.0 - math.exp(-rate)


@kernel
def visit(lo, hi, users, clock, rhythm, phone_share, luck, visits):
    """Fill `visits[lo:]` with the users of rows lo..hi who come online; returns how many.

    A visit falls in the tick with probability 1 - exp(-activity * rhythm * days): the first of a Poisson process.
    Further visits in the same tick are not told apart, so very active users lose visits in long ticks. A first pass without branches, which the
    compiler turns into vector code, leaves out those whose draw is above the bound 1 - exp(-x) < x.
    """
    days = clock.tick_minutes / 1440.0
    this_tick = rng.absorb(luck.session, clock.tick)
    may_come = np.empty(BLOCK, np.bool_)
    count = 0
    for begin in range(lo, hi, BLOCK):
        keys, activity = users.key[begin : min(hi, begin + BLOCK)], users.activity[begin : min(hi, begin + BLOCK)]
        for i in range(keys.size):
            may_come[i] = rng.unit(rng.absorb(this_tick, keys[i])) < wide(activity[i]) * rhythm * days
        for i in range(keys.size):
            if not may_come[i]:
                continue
            row = begin + i
            h = rng.absorb(this_tick, users.key[row])
            if is_online(rng.unit(h), wide(users.activity[row]) * rhythm * days):
                at = lo + count
                visits.row[at] = row
                visits.minute[at] = clock.minute + np.int64(rng.unit(rng.absorb(h, 1)) * clock.tick_minutes)
                visits.device[at] = 0 if rng.unit(rng.absorb(h, 2)) < phone_share else 1
                count += 1
    return count


@kernel
def expected_visits(activity, step, rhythm, days):
    """Expected user-ticks online over the ticks of a day, from every `step`-th user; rhythm has one entry a tick."""
    total = 0.0
    for row in range(0, activity.size, step):
        for i in range(rhythm.size):
            total += 1.0 - math.exp(-wide(activity[row]) * rhythm[i] * days)
    return total * step
