"""What happens at the visits of a tick: fading, reading, shopping."""

import numpy as np

from simulator.kernels.accounts import drift_away
from simulator.kernels.compiling import kernel
from simulator.kernels.feed import attend, fade
from simulator.kernels.market import goes_on, shop
from simulator.kernels.sellers import credit_sellers
from simulator.kernels.trending import read_trends


@kernel
def spend_visits(
    count, visits, trends, users, live, brands, categories, needs, posted, clock, feed, market, luck, counters, scratch
):
    """The first `count` visits, as far as they are to the platform of `market` or go on to it, by user, then time."""
    order, above = np.zeros(users.ring.shape[1], np.int64), np.ones(users.ring.shape[1])
    for at in range(count):
        if visits.platform[at] != market.platform:
            if goes_on(visits.platform[at], visits.key[at], market, luck):
                shop(at, visits, users, brands, categories, needs, clock, market, luck, counters, scratch, True)
            continue
        if feed.on:
            drift_away(users, brands, visits.row[at], visits.minute[at], visits.key[at], feed.accounts, luck, counters)
        fade(users, visits.row[at], visits.minute[at], feed)
        if feed.on:
            attend(
                at, visits, users, live, brands, categories, needs, posted, clock.tick_minutes, feed, luck, counters,
                order, above,
            )
            read_trends(at, visits, trends, users, live, brands, categories, needs, posted, feed, luck, counters)
        shop(at, visits, users, brands, categories, needs, clock, market, luck, counters, scratch, False)
        if feed.on:
            credit_sellers(at, visits, users, live, needs, clock, market.platform)
