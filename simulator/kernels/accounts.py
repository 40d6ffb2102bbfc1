"""Official accounts: followers who leave, now and then, and more often on the day of a push."""

from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, spliced
from simulator.kernels.state import FOLLOWS, UNFOLLOWS, key_of


class AccountParams(NamedTuple):
    """Numbers of the affordance official_accounts: hazards of unfollowing a minute and a push seen; 0 where off."""

    a_minute: float
    a_push: float


@spliced
def drift_away(users, brands, row, minute, visit_key, accounts, luck, counters):
    """At a visit, every account followed may be left, at a hazard of the time since the last visit to the platform."""
    if accounts.a_minute <= 0.0:
        return
    hazard = accounts.a_minute * (minute - users.inbox[row].last_read)
    for brand in range(brands.size):
        if users.tie[row, brand].marks & FOLLOWS:
            if rng.happens(rng.hash2(luck.unfollow, visit_key, brands[brand].key), hazard):
                unfollow(users, row, brand, counters)


@inner
def tire_of_push(users, post, row, accounts, luck, counters):
    """A push just seen may be the last one."""
    if post.author >= 0 or not users.tie[row, post.brand].marks & FOLLOWS:
        return
    if rng.happens(rng.hash2(luck.unfollow, key_of(users, row), post.key), accounts.a_push):
        unfollow(users, row, np.int64(post.brand), counters)


@inner
def unfollow(users, row, brand, counters):
    """Leave the account of a brand; what it posted before stays in the inbox."""
    users.tie[row, brand].marks &= np.uint16(0xFFFF - FOLLOWS)
    counters[brand, UNFOLLOWS] += 1
