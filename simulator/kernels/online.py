"""What happens at the visits of a tick: fading, reading, shopping."""

from simulator.kernels.compiling import kernel
from simulator.kernels.feed import attend, fade
from simulator.kernels.market import goes_on, shop


@kernel
def spend_visits(
    count, visits, users, live, brands, categories, needs, posted, clock, feed, market, luck, counters, scratch
):
    """The first `count` visits, as far as they are to the platform of `market` or go on to it, by user, then time."""
    for at in range(count):
        if visits.platform[at] != market.platform:
            if goes_on(visits.platform[at], visits.key[at], market, luck):
                shop(at, visits, users, brands, categories, needs, clock, market, luck, counters, scratch, True)
            continue
        fade(users, visits.row[at], visits.minute[at], feed)
        if feed.on:
            attend(
                at, visits, users, live, brands, categories, needs, posted, clock.tick_minutes, feed, luck, counters
            )
        shop(at, visits, users, brands, categories, needs, clock, market, luck, counters, scratch, False)
