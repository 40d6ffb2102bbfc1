"""Every affordance moves what it declares, in the declared direction, and leaves alone whom it cannot reach."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator.affordances import AFFORDANCES, Mechanism
from simulator.ensemble.statistics import paired_difference
from simulator.ensemble.switches import Effect, study_switches
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.scenario.loader import load
from tests.support.worlds import KINDS

MECHANISMS = {name: kind for name, kind in AFFORDANCES.items() if issubclass(kind, Mechanism)}

SMALL = ("market.users=4000", "market.days=10", "market.tick_minutes=120")
GOOD_AND_BAD = tuple(
    f"brands.{brand}.{key}={value}"
    for brand, quality in (("aurora", 0.9), ("borealis", -0.6), ("cotton", 0.9), ("denim", -0.6))
    for key, value in (("quality", quality), ("initial_reviews", 200))
)
"""Qualities so far apart that few people suffice to see which were bought."""
ALONE = (
    *(
        f"platforms.private_circle.affordances.{name}.enabled=false"
        for name in (
            "repost",
            "influence",
            "peer_sellers",
            "fatigue",
            "native_payment",
            "social_cues",
            "trust",
            "seller_entry",
            "official_accounts",
            "group_chats",
        )
    ),
    "platforms.private_circle.affordances.entry_point.share=0.3",
)
"""An entry point needs a second platform; what the circle can do otherwise is switched in its own study."""

BOUGHT = ("ads", "behaviour_data", "promoted_posts")
PAID_MEDIA = (
    *(f"platforms.public_feed.affordances.{name}.enabled={str(name in BOUGHT).lower()}" for name in MECHANISMS),
    "brands.aurora.campaign.promotion_share=0.4",
    "brands.aurora.campaign.ads_share=0.3",
    "brands.aurora.campaign.seeds_share=0",
    "brands.aurora.campaign.audience={kind: regions, regions: [Guangdong, Henan]}",
)
"""A brand that buys what only an open feed sells, everything else that could be switched being off."""

APPS = (
    *(f"platforms.public_feed.affordances.{name}.enabled={str(name == 'openness').lower()}" for name in MECHANISMS),
    "platforms.public_feed.affordances.openness.every_days=2",
    "platforms.public_feed.affordances.openness.spam=5",
)
"""A feed whose developers come and go within days, everything else that could be switched being off."""

ENOUGH = {
    "marketplace": (
        "platforms.marketplace.affordances.group_buying.enabled=true",
        "platforms.marketplace.affordances.group_buying.threshold=4",
    ),
    "public_feed": (
        "population.opinion_leader_share=0.02",
        "categories.electronics.hops=4",
        "categories.clothing.hops=4",
        "population.phone_share=0.5",
    ),
    "private_circle": ("platforms.private_circle.affordances.ranking.enabled=true",),
}
"""Groups, leaders, hops and changes of device enough to be seen among so few people, and an order of the feed that no
platform has."""

REPLICATIONS = {"public_feed": 8}
"""The mark, the prizes and payment inside are weak among 4000 people: with six their intervals reach zero by a hair."""

WORLDS = {
    **{kind: (kind, (*GOOD_AND_BAD, *ENOUGH.get(kind, ()))) for kind in KINDS},
    "jd_entry_618": ("jd_entry_618", ALONE),
    "paid_media": ("public_feed", PAID_MEDIA),
    "apps": ("public_feed", APPS),
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The study of a world, made once, when it is first asked for."""

    @cache
    def made(name):
        scenario, settings = WORLDS[name]
        loaded, out = load(scenario, (*SMALL, *settings)), tmp_path_factory.mktemp(name)
        return study_switches(loaded, out=out, replications=REPLICATIONS.get(name, 4), seed=3, jobs=1)

    return made


@pytest.mark.parametrize("name", WORLDS)
def test_all_effects_are_as_declared(study, name):
    verdicts = {(effect.affordance, effect.metric): effect.verdict for effect in study(name).effects}
    assert verdicts == dict.fromkeys(verdicts, "as declared")


def test_every_mechanism_is_switched_somewhere(study):
    switched = {effect.affordance for name in WORLDS for effect in study(name).effects}
    assert switched == set(MECHANISMS)


def test_those_out_of_reach_are_untouched(study):
    spared = study("marketplace").spared
    assert {one.affordance for one in spared} == {
        "reviews",
        "search",
        "bestsellers",
        "continuity",
        "information",
        "group_buying",
    }
    assert all(one.people > 1000 and one.differing == 0 for one in spared)


@pytest.mark.parametrize("name", sorted(MECHANISMS))
def test_declarations_name_metrics_and_signs(name):
    moves = MECHANISMS[name].moves
    assert moves
    assert set(moves) <= set(METRICS)
    assert set(moves.values()) <= {-1, 1}


def test_a_wrong_sign_would_be_told():
    up = paired_difference(np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.5, 2.0]), 1)
    assert Effect("x", "m", "u", 1, up).verdict == "as declared"
    assert Effect("x", "m", "u", -1, up).verdict == "opposite"
    same = paired_difference(np.array([5.0, 6.0]), np.array([6.0, 5.0]), 1)
    assert Effect("x", "m", "u", 1, same).verdict == "not separable"


def test_nothing_to_switch_is_said(tmp_path):
    off = [f"platforms.marketplace.affordances.{name}.enabled=false" for name in MECHANISMS]
    with pytest.raises(InputError, match="nothing to switch"):
        study_switches(load("marketplace", off), out=tmp_path, replications=2, seed=1, jobs=1)
