"""Plausibility rules: each finds what it looks for, stops where the model does, and says where the value stands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from simulator.scenario import library
from simulator.scenario.loader import load
from simulator.scenario.plausibility import RULES, implausible

CHECKOUT = Path(__file__).resolve().parents[3] / "scenarios"
CAMPAIGN = "brands.aurora.campaign"
FEED = "platforms.public_feed.affordances"
CIRCLE = "platforms.private_circle.affordances"
PLAIN = ("brands.cotton.campaign=null",)
"""One brand with a campaign is enough."""

CASES: dict[str, tuple[str, list[str], list[str], str]] = {
    "few_needs": (
        "public_feed",
        ["market.days=10", "market.users=2999"],  # 2999 * 10 / 300 < 100 needs
        ["market.days=10", "market.users=3000"],
        "categories.electronics.interval_days",
    ),
    "slower_than_the_run": (  # 1 - 2**(-14 / life) is a twentieth at a life of 189.2 days
        "public_feed",
        ["categories.clothing.intent_half_life_days=190"],
        ["categories.clothing.intent_half_life_days=189"],
        "categories.clothing.intent_half_life_days",
    ),
    "later_than_the_run": (
        "public_feed",
        [f"{FEED}.native_payment.start_day=14"],
        [f"{FEED}.native_payment.start_day=13.5"],
        f"{FEED}.native_payment.start_day",
    ),
    "coarse_ticks": ("public_feed", ["market.tick_minutes=240"], ["market.tick_minutes=180"], "market.tick_minutes"),
    "nobody_of_the_share": (
        "private_circle",
        [f"{CIRCLE}.peer_sellers.share=0.00004"],
        [f"{CIRCLE}.peer_sellers.share=0.00005"],
        f"{CIRCLE}.peer_sellers.share",
    ),
    "ties_to_everybody": (
        "public_feed",
        ["market.users=120", "market.days=300"],
        ["market.users=121", "market.days=300"],
        "network.follow.mean_followees",
    ),
    "one_neighbourhood": (
        "public_feed",
        ["population.neighbourhood=20000"],
        ["population.neighbourhood=19999"],
        "population.neighbourhood",
    ),
    "sells_at_a_loss": (  # of 1499 yuan, 5 % off and 5 % commission leave 1352.85
        "public_feed",
        ["brands.aurora.unit_cost_yuan=1353", "categories.electronics.offline_margin=0"],
        ["brands.aurora.unit_cost_yuan=1352.8", "categories.electronics.offline_margin=0"],
        "brands.aurora.unit_cost_yuan",
    ),
    "shares_above_the_price": (
        "private_circle",
        [f"{CIRCLE}.checkout.commission=0.5", f"{CIRCLE}.peer_sellers.commission=0.51"],
        [f"{CIRCLE}.checkout.commission=0.4", f"{CIRCLE}.peer_sellers.commission=0.6"],
        f"{CIRCLE}.checkout.commission",
    ),
    "price_above_all_purses": (
        "public_feed",
        ["brands.cotton.price_yuan=500000"],
        ["brands.cotton.price_yuan=100000"],
        "brands.cotton.price_yuan",
    ),
    "far_from_the_reference": (
        "public_feed",
        ["brands.cotton.price_yuan=1501"],
        ["brands.cotton.price_yuan=1500"],
        "brands.cotton.price_yuan",
    ),
    "deposit_above_the_price": (
        "public_feed",
        ["categories.clothing.deposit_yuan=150", "categories.clothing.completion_days=1"],
        ["categories.clothing.deposit_yuan=149", "categories.clothing.completion_days=1"],
        "categories.clothing.deposit_yuan",
    ),
    "known_to_all": (
        "public_feed",
        ["brands.aurora.known_share=1"],
        ["brands.aurora.known_share=0.999", "brands.denim.known_share=1"],  # denim has no campaign
        "brands.aurora.known_share",
    ),
    "nothing_on_offer": (
        "public_feed",
        ["brands.cotton.category=electronics", "brands.cotton.price_yuan=1500", "brands.denim.category=electronics",
         "brands.denim.price_yuan=1500"],
        ["brands.cotton.category=electronics", "brands.cotton.price_yuan=1500"],
        "categories.clothing",
    ),
    "switched_on_in_vain": (
        "public_feed",
        [f"{FEED}.repost.strength=0"],
        [f"{FEED}.repost.strength=0.01"],
        f"{FEED}.trending",
    ),
    "changed_in_vain": (
        "public_feed",
        [f"{FEED}.search.hit=0.2"],
        [f"{FEED}.search.hit=0.1"],  # the default
        f"{FEED}.search",
    ),
    "drowned_feed": (  # exp(-60 * b / 7 / 2 / 30) is a hundredth at b = 32.2
        "public_feed",
        [f"{FEED}.feed.background_posts=32.3"],
        [f"{FEED}.feed.background_posts=32.2"],
        f"{FEED}.feed.background_posts",
    ),
    "dose_out_of_reach": ("public_feed", [f"{FEED}.feed.slots=3"], [f"{FEED}.feed.slots=4"], f"{FEED}.feed.slots"),
    "nobody_mutes": (
        "public_feed",
        [f"{FEED}.fatigue.mute_hazard=0"],
        [f"{FEED}.fatigue.mute_hazard=0.0001"],
        f"{FEED}.fatigue.mute_hazard",
    ),
    "group_never_fills": (  # 20000 users * (2 + 30) days / 300 days = 2133 needs of electronics, more of clothing
        "public_feed",
        [f"{FEED}.group_buying.enabled=true", f"{FEED}.group_buying.threshold=2134"],
        [f"{FEED}.group_buying.enabled=true", f"{FEED}.group_buying.threshold=2133"],
        f"{FEED}.group_buying.threshold",
    ),
    "longer_native_checkout": (
        "public_feed",
        [f"{FEED}.native_payment.steps=6"],
        [f"{FEED}.native_payment.steps=5"],
        f"{FEED}.native_payment.steps",
    ),
    "too_many_sellers": (
        "private_circle",
        [f"{CIRCLE}.peer_sellers.share=0.16"],
        [f"{CIRCLE}.peer_sellers.share=0.15"],
        f"{CIRCLE}.peer_sellers.share",
    ),
    "platform_without_visitors": (
        "together",
        ["platforms.marketplace.session_share=0.01"],
        ["platforms.marketplace.session_share=0.5"],
        "platforms.marketplace.session_share",
    ),
    "no_campaign": ("public_feed", [f"{CAMPAIGN}=null"], [], "brands"),
    "campaign_outside_the_run": (
        "public_feed",
        [f"{CAMPAIGN}.days=13"],
        [f"{CAMPAIGN}.days=12"],  # days 2 to 13 of 14
        CAMPAIGN,
    ),
    "budget_without_a_channel": (
        "public_feed",
        [f"{CAMPAIGN}.ads_share=0", f"{CAMPAIGN}.seeds_share=0", f"{CAMPAIGN}.prizes_share=0",
         f"{CAMPAIGN}.bonus_share=1"],
        [f"{CAMPAIGN}.ads_share=0", f"{CAMPAIGN}.seeds_share=0", f"{CAMPAIGN}.bonus_share=0.9"],
        f"{CAMPAIGN}.budget_yuan",
    ),
    "budget_buys_nothing": (  # .03 yuan an impression on each of 7 days: .6 of the budget must be .21 yuan
        "public_feed",
        [f"{CAMPAIGN}.budget_yuan=0.34", f"{CAMPAIGN}.prizes_share=0", f"{CAMPAIGN}.seeds_share=0"],
        [f"{CAMPAIGN}.budget_yuan=0.36", f"{CAMPAIGN}.prizes_share=0", f"{CAMPAIGN}.seeds_share=0"],
        f"{CAMPAIGN}.ads_share",
    ),
    "more_ads_than_visits": (  # 140,000 visits a day take 4,200 yuan at 30 yuan a thousand: a budget of 49,000
        "public_feed",
        [f"{CAMPAIGN}.budget_yuan=49001"],
        [f"{CAMPAIGN}.budget_yuan=48999"],
        f"{CAMPAIGN}.budget_yuan",
    ),
    "audience_nobody_knows": (
        "public_feed",
        [f"{CAMPAIGN}.audience.kind=intents", f"{FEED}.behaviour_data.enabled=true"],
        [f"{CAMPAIGN}.audience.kind=intents", f"{FEED}.behaviour_data.enabled=true",
         f"{FEED}.behaviour_data.level=user"],
        f"{CAMPAIGN}.audience",
    ),
    "never_replans": (
        "public_feed",
        [f"{CAMPAIGN}.planning=reinforce", f"{CAMPAIGN}.replan_days=7"],
        [f"{CAMPAIGN}.planning=reinforce", f"{CAMPAIGN}.replan_days=6"],
        f"{CAMPAIGN}.replan_days",
    ),
    "deal_without_a_checkout": (
        "public_feed",
        [f"{FEED}.checkout.enabled=false"],
        [f"{FEED}.checkout.enabled=false", f"{CAMPAIGN}.deal=0"],
        f"{CAMPAIGN}.deal",
    ),
}  # fmt: skip
"""Of every rule: a scenario, settings that it objects to, the nearest that it does not, and the path it names."""

SHIPPED = {
    "four_categories": {"few_needs"},  # cars beside daily goods: some forty needs
    "official_account": {"coarse_ticks"},  # its posts are pushed, not passed on
    "song_market": {"no_campaign"},  # what listeners tell each other is looked at, and nobody advertises
    "ten_million": {"slower_than_the_run", "later_than_the_run"},  # a day, for speed and memory
    "weibo_full": {"later_than_the_run"},  # cars are delivered after the fortnight
}
"""Shipped scenarios that mean what is mostly not meant."""
NAMES = sorted(file.stem for file in CHECKOUT.glob("*.yaml") if file.stem != "base_market")


@pytest.fixture(autouse=True)
def real(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library of the checkout in place of the small one."""
    monkeypatch.setattr(library, "folder", lambda: CHECKOUT)


def test_every_rule_has_a_case_and_says_what_why_and_whence() -> None:
    assert set(CASES) == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.what.endswith("."), rule.name
        assert rule.why.strip(), rule.name
        assert rule.source.strip(), rule.name


@pytest.mark.parametrize("name", CASES)
def test_a_rule_finds_what_it_looks_for_and_nothing_beside_it(name: str) -> None:
    scenario, odd, even, path = CASES[name]
    found = [doubt for doubt in implausible(load(scenario, (*PLAIN, *odd))) if doubt.rule == name]
    assert path in [doubt.path for doubt in found]
    assert name not in [doubt.rule for doubt in implausible(load(scenario, (*PLAIN, *even)))]


@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenarios_are_plausible_or_known_not_to_be(name: str) -> None:
    assert {doubt.rule for doubt in implausible(load(name))} == SHIPPED.get(name, set())


def test_a_doubt_names_the_line_that_gives_rise_to_it_or_the_nearest_block(tmp_path: Path) -> None:
    text = (
        "extends: public_feed\nmarket:\n  tick_minutes: 360\nbrands:\n- name: denim\n  campaign: {budget_yuan: 0.1}\n"
    )
    file = tmp_path / "odd.yaml"
    file.write_text(text, "utf-8")
    found = implausible(load(file))
    places = {(doubt.rule, doubt.path): doubt.place for doubt in found}
    assert places["coarse_ticks", "market.tick_minutes"] == f"{file}:3:17"
    # ads_share is a default: the block of the campaign says so
    assert places["budget_buys_nothing", "brands.denim.campaign.ads_share"] == f"{file}:6:13"
    assert Counter(doubt.rule for doubt in found) == {"coarse_ticks": 1, "budget_buys_nothing": 1}
    assert str(found[0]).startswith(f"{file}:3:17: market.tick_minutes: reposts travel at most 4 steps a day")


def test_what_the_command_line_sets_is_placed_there() -> None:
    (found,) = implausible(load("public_feed", ("market.tick_minutes=360",)))
    assert found.path == "market.tick_minutes"
    assert "--set" in found.place
