"""What happens at the visits of a tick: fading, reading, shopping."""

from simulator.kernels.accounts import drift_away
from simulator.kernels.compiling import lean, spliced
from simulator.kernels.feed import attend, fade
from simulator.kernels.market import goes_on, shop
from simulator.kernels.memory import prefetch
from simulator.kernels.sellers import credit_sellers
from simulator.kernels.state import place_of
from simulator.kernels.trending import looks_at_trends, read_trends

AHEAD = 6
"""Visits between asking for the memory of a user and reading it."""


@spliced
def fetch(users, needs, row, reads):
    """Ask for what a visit by the user in `row` will read."""
    prefetch(users.inbox, row)
    prefetch(users.person, row)
    prefetch(users.tie[row], 0)
    if reads:
        prefetch(users.ring[row], 0)
    prefetch(needs.table, place_of(needs, row)[0])


@lean
def spend_visits(
    count, visits, trends, users, live, brands, categories, needs, posted, clock, numbers, counters, scratch
):
    """The first `count` visits, as far as they are to the platform of `market` or go on to it, by user, then time."""
    feed, market, luck = numbers[0].feed, numbers[0].market, numbers[0].luck
    scratch.above[:] = 1.0
    for at in range(count):
        if at + AHEAD < count:
            fetch(users, needs, visits.row[at + AHEAD], feed.on)
        entered = visits.platform[at] != market.platform
        if entered and not goes_on(visits.platform[at], visits.key[at], market, luck):
            continue
        if not entered:
            if feed.on:
                drift_away(users, brands, visits.row[at], visits.minute[at], visits.key[at], feed.accounts, luck, counters)
            fade(users, visits.row[at], visits.minute[at], feed)
            if feed.on:
                attend(
                    at, visits, users, live, brands, categories, needs, posted, clock.tick_minutes, feed, luck,
                    counters, scratch,
                )
                if looks_at_trends(trends, visits.key[at], feed, luck):
                    read_trends(at, visits, trends, users, live, brands, categories, needs, posted, feed, luck, counters)
        chosen = shop(at, visits, users, brands, categories, needs, clock, market, luck, counters, scratch, entered)
        if chosen and feed.on and not entered:
            credit_sellers(at, visits, users, live, needs, clock, market.platform)
