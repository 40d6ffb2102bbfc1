"""Rules about the size and length of a run, and about processes that need more of either."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simulator.scenario.plausibility.rule import Found, at, number, platforms, rule
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY

FEWEST_NEEDS = 100
"""Below, the standard error of a count of needs is above a tenth of it (Poisson)."""

LEAST_SHOWN = 0.05
"""A process of which a run shows less is as good as absent from it."""

LONGEST_TICK_MINUTES = 180
"""Half of a cascade's reposts come within some hours; a copy is passed on at most once a tick."""


@rule(
    "counts of so few needs differ by more than a tenth from one seed to the next by chance alone",
    "needs are a renewal process (simulator/kernels/needs.py); Poisson standard error",
)
def few_needs(scenario: Scenario) -> Iterator[Found]:
    """A category of which hardly any need falls due in the run."""
    market = scenario.market
    for name, goods in scenario.categories.items():
        expected = market.users * market.days * (1.0 / goods.interval_days + goods.impulses_per_year / 365.0)
        if expected < FEWEST_NEEDS:
            message = f"some {number(expected)} needs fall due among {number(market.users)} users in {market.days} days"
            yield Found(f"categories.{name}.interval_days", message)


@rule(
    "less than a twentieth of the process passes before the run ends, so the run cannot show it",
    "exponential decay, 1 - 2**(-days / half-life); simulator/model/build.py",
)
def slower_than_the_run(scenario: Scenario) -> Iterator[Found]:
    """A half-life or memory so long that hardly anything of it passes within the run."""
    days = scenario.market.days
    lives = [(f"categories.{name}.intent_half_life_days", c.intent_half_life_days, 2.0)
             for name, c in scenario.categories.items()]  # fmt: skip
    lives.append(("population.ad_memory_days", scenario.population.ad_memory_days, math.e))
    for platform, on in platforms(scenario):
        if on.active("fatigue"):
            lives.append((at(platform, "fatigue", "memory_days"), on.fatigue.memory_days, math.e))
        if on.active("trust") and on.trust.recovery > 0.0:
            lives.append((at(platform, "trust", "recovery"), 1.0 / on.trust.recovery, math.e))
    for path, life, base in lives:
        if life > 0.0 and 1.0 - base ** (-days / life) < LEAST_SHOWN:
            yield Found(
                path, f"is slow beside a run of {days} days: {100 * (1.0 - base ** (-days / life)):.2g} % passes"
            )


@rule("what comes after it is never seen, as if it did not exist", "simulator/model/schedule.py: the run ends")
def later_than_the_run(scenario: Scenario) -> Iterator[Found]:
    """A start, or a delay, that lies after the last day of the run."""
    days = scenario.market.days
    sold = {brand.category for brand in scenario.brands}
    for name in sorted(sold & set(scenario.categories)):
        goods = scenario.categories[name]
        if goods.delivery_days >= days:
            yield Found(
                f"categories.{name}.delivery_days", f"nothing ordered is delivered, reviewed or told of in {days} days"
            )
        if goods.deposit_yuan > 0.0 and goods.completion_days >= days:
            yield Found(f"categories.{name}.completion_days", f"no reservation is completed in {days} days")
    for platform, on in platforms(scenario):
        if on.active("native_payment") and on.native_payment.start_day >= days:
            yield Found(at(platform, "native_payment", "start_day"), f"payment begins after a run of {days} days")
        if on.active("seller_entry") and on.seller_entry.every_days >= days:
            yield Found(at(platform, "seller_entry", "every_days"), f"nobody decides again within {days} days")


@rule(
    "posts are read in the tick after they were made, so a cascade grows by at most one generation a tick",
    "simulator/model/schedule.py; of real Weibo cascades half the reposts come within hours (Song et al. 2018)",
)
def coarse_ticks(scenario: Scenario) -> Iterator[Found]:
    """Ticks so long that cascades cannot grow as they do."""
    minutes = scenario.market.tick_minutes
    if minutes > LONGEST_TICK_MINUTES and any(on.active("repost") for _, on in platforms(scenario)):
        generations = MINUTES_PER_DAY // minutes
        yield Found(
            "market.tick_minutes", f"reposts travel at most {generations} steps a day in ticks of {minutes} min"
        )


@rule(
    "the share, taken of so few users, is less than one person",
    "roles and followers are drawn by key with these shares (simulator/model/state.py)",
)
def nobody_of_the_share(scenario: Scenario) -> Iterator[Found]:
    """A share of users that is nobody in a market of this size."""
    users = scenario.market.users
    if any(on.active("verified") for _, on in platforms(scenario)):
        leaders = scenario.population.opinion_leader_share
        if leaders > 0.0 and round(leaders * users) < 1:
            yield Found("population.opinion_leader_share", f"is nobody of {users} users: there is no opinion leader")
    for platform, on in platforms(scenario):
        share = on.peer_sellers.share
        if on.active("peer_sellers") and 0.0 < share * users < 1.0:
            yield Found(at(platform, "peer_sellers", "share"), f"is nobody of {users} users: nobody sells")


@rule(
    "generators cut the mean to half the population, so nearly everybody is tied to everybody and no network is left",
    "simulator/network/generators: the mean is at most (users - 1) / 2",
)
def ties_to_everybody(scenario: Scenario) -> Iterator[Found]:
    """An audience as large as the population: more ties a user than half of all users."""
    users = scenario.market.users
    for name in dict.fromkeys(on.graph.layer for _, on in platforms(scenario) if on.active("graph")):
        layer = getattr(scenario.network, name)
        for field in ("mean_friends", "mean_followees", "mean_followers"):
            ties = getattr(layer, field, 0.0)
            if ties > (users - 1) / 2:
                yield Found(f"network.{name}.{field}", f"asks for {number(ties)} ties a user among {users} users")


@rule("people of one neighbourhood share a taste; one as large as the market makes all alike",
      "simulator/population/attributes/taste.py")  # fmt: skip
def one_neighbourhood(scenario: Scenario) -> Iterator[Found]:
    """A neighbourhood of taste that holds the whole population."""
    people = scenario.population
    if people.taste_homophily > 0.0 and people.neighbourhood >= scenario.market.users:
        yield Found("population.neighbourhood", f"{people.neighbourhood} people are all {scenario.market.users} users")
