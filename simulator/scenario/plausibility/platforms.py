"""Rules about what platforms offer: switches without effect, thresholds that nothing reaches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from simulator.affordances import AFFORDANCES
from simulator.scenario.plausibility.rule import Found, at, number, platforms, rule
from simulator.scenario.schema import Scenario

LEAST_READ = 0.01
"""Chance of being read below which a feed carries nothing."""


@rule("an affordance is inert unless all it requires is on and has a strength", "simulator/affordances/base.py")
def switched_on_in_vain(scenario: Scenario) -> Iterator[Found]:
    """An affordance that is on and lacks what it requires."""
    for platform, on in platforms(scenario):
        for name, kind in AFFORDANCES.items():
            if getattr(on, name).enabled and not on.active(name):
                lacking = [other for other in kind.requires if not getattr(on, other).enabled]
                lacking = lacking or [other for other in kind.requires if not on.active(other)]
                lacking = lacking or [f"a strength of {other}" for other in kind.requires if not on.works(other)]
                yield Found(at(platform, name), f"is on and does nothing without {' and '.join(lacking)}")


@rule("parameters of what is off are never read", "simulator/affordances/base.py")
def changed_in_vain(scenario: Scenario) -> Iterator[Found]:
    """An affordance that is changed and off."""
    for platform, on in platforms(scenario):
        for name, kind in AFFORDANCES.items():
            own = getattr(on, name)
            if not own.enabled and own != kind():
                yield Found(at(platform, name), "is changed and does nothing, because it is off: say enabled: true")


@rule(
    "position i is read with chance (1 - 1/L0)**i, and ordinary posts come to lie above a market post until the visit",
    "simulator/kernels/feed.py; Hodas & Lerman 2012",
)
def drowned_feed(scenario: Scenario) -> Iterator[Found]:
    """A feed whose background posts bury every market post before it is read."""
    whole = sum(platform.session_share for platform in scenario.platforms)
    for platform, on in platforms(scenario):
        ties = _ties(scenario, on)
        if not on.active("feed") or ties is None:
            continue
        visits = scenario.population.sessions_per_day * platform.session_share / whole
        inflow = ties * on.feed.background_posts / visits
        chance = math.exp(-inflow / 2.0 / on.feed.scroll_depth)
        if chance < LEAST_READ:
            message = (
                f"some {number(inflow)} posts come between two visits, and {number(on.feed.scroll_depth)} are read"
            )
            yield Found(at(platform, "feed", "background_posts"), message)


@rule(
    "earlier copies count only while they lie in the inbox, so no reader ever has seen the copies the dose asks for",
    "simulator/kernels/inbox.py; dose response of Bao et al. 2013 and Centola 2010",
)
def dose_out_of_reach(scenario: Scenario) -> Iterator[Found]:
    """A dose response to more copies of a post than an inbox can hold."""
    for platform, on in platforms(scenario):
        copies = {"peaked": 4, "complex": 3}.get(on.repost.dose, 0)
        if on.active("repost") and on.feed.slots < copies:
            message = f"an inbox of {on.feed.slots} never shows the {copies} copies that repost.dose asks for"
            yield Found(at(platform, "feed", "slots"), message)


@rule("fatigue then dulls persuasion and leads nobody to mute", "simulator/kernels/feed.py")
def nobody_mutes(scenario: Scenario) -> Iterator[Found]:
    """Fatigue on, with a hazard of muting that no load can raise above zero."""
    for platform, on in platforms(scenario):
        if on.active("fatigue") and on.fatigue.strength > 0.0 and on.fatigue.mute_hazard == 0.0:
            yield Found(at(platform, "fatigue", "mute_hazard"), "is 0, and growth with load multiplies it")


@rule("a group that cannot fill never gets its price, and buyers reckon with next to nothing of it",
      "simulator/model/group_buying.py")  # fmt: skip
def group_never_fills(scenario: Scenario) -> Iterator[Found]:
    """A group price that asks for more orders than needs fall due."""
    for platform, on in platforms(scenario):
        if not on.active("group_buying"):
            continue
        days = on.group_buying.days
        for name in sorted({brand.category for brand in scenario.brands}):
            goods = scenario.categories[name]
            needs = scenario.market.users * (days + goods.bring_forward_days) / goods.interval_days
            if on.group_buying.threshold > needs:
                message = f"asks for {on.group_buying.threshold} orders of {name}; some {number(needs)} needs are near"
                yield Found(at(platform, "group_buying", "threshold"), message)


@rule("payment inside is there to be shorter; with more steps it loses more people", "simulator/kernels/checkout.py")
def longer_native_checkout(scenario: Scenario) -> Iterator[Found]:
    """A native checkout with more steps than the redirected one."""
    for platform, on in platforms(scenario):
        if on.active("native_payment") and on.native_payment.steps > on.checkout.steps:
            message = f"has {on.native_payment.steps} steps, the redirected checkout {on.checkout.steps}"
            yield Found(at(platform, "native_payment", "steps"), message)


@rule("nobody begins to sell while there are more sellers than the most allowed", "simulator/model/sellers.py")
def too_many_sellers(scenario: Scenario) -> Iterator[Found]:
    """More peer sellers at the start than there may be."""
    for platform, on in platforms(scenario):
        if on.active("seller_entry") and on.peer_sellers.share > on.seller_entry.most:
            message = (
                f"begins with {on.peer_sellers.share:.3g} of the users; at most {on.seller_entry.most:.3g} may sell"
            )
            yield Found(at(platform, "peer_sellers", "share"), message)


@rule("below one visit in a hundred, a run shows next to nothing of the platform", "simulator/kernels/sessions.py")
def platform_without_visitors(scenario: Scenario) -> Iterator[Found]:
    """A platform that gets hardly any of the visits."""
    whole = sum(platform.session_share for platform in scenario.platforms)
    for platform in scenario.platforms:
        share = platform.session_share / whole
        if share < 0.01:
            yield Found(f"platforms.{platform.name}.session_share", f"is {100 * share:.2g} % of all visits")


def _ties(scenario: Scenario, on: Any) -> float | None:
    """Mean number of those a user's feed comes from; None where a file says it."""
    layer = getattr(scenario.network, on.graph.layer)
    names = ("mean_friends", "mean_followees", "mean_followers")
    found = next((getattr(layer, name) for name in names if hasattr(layer, name)), None)
    return None if found is None else min(float(found), (scenario.market.users - 1) / 2)
