"""The compiled engine and the one that asks agents give the same tables, bit for bit."""

import math
from functools import cache

import numpy as np
import pytest

from simulator.agents.users import User
from simulator.kernels.inbox import IDS
from simulator.kernels.needs import ON_IMPULSE
from simulator.kernels.state import CLICKED, COUNTERS, POST, SHOWN
from simulator.model.cues import NUMBERS
from simulator.model.market import CommerceModel
from simulator.model.posts import KEPT
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes
from simulator.scenario.schema import Scenario
from simulator.types import NOBODY, NeedStatus, Outlet, PostKind, Role, Source

SEED = 20140618
KINDS = ("marketplace", "private_circle", "public_feed", "procedural", "together")
SOCIAL = {
    "feed": {"enabled": True, "background_posts": 0.4, "scroll_depth": 6.0, "life_days": 1.0},
    "repost": {"enabled": True, "hazard": 0.15, "credit_original": 0.3},
    "influence": {"enabled": True, "persuasion": 0.5},
    "fatigue": {"enabled": True, "mute_hazard": 0.004, "memory_days": 1.0},
    "trending": {"enabled": True, "look": 0.6, "depth": 4.0, "entries": 6, "window_hours": 6.0, "ordinary_posts": 5.0},
    "verified": {"enabled": True},
    "fraud": {"enabled": True, "zombie_share": 0.2, "repost_share": 0.1},
    "comments": {"enabled": True, "hazard": 0.1},
    "repost_to_win": {"enabled": True},
    "ranking": {"enabled": True, "order": "popular", "strength": 0.6},
    "late_discovery": {"enabled": True, "share": 0.5, "most_hours": 24.0},
    "trust": {"enabled": True, "loss": 0.05, "reliance": 5.0},
    "peer_sellers": {"enabled": True, "share": 0.1, "posts_per_day": 1.5, "commission": 0.5},
    "seller_entry": {
        "enabled": True,
        "every_days": 1,
        "response": 0.5,
        "cost_yuan": 2.0,
        "entry_yuan": 1.0,
        "sceptical": 0.5,
        "most": 0.14,
    },
    "social_cues": {"enabled": True, "first": 0.6, "further": 0.2},
    "official_accounts": {"enabled": True, "most_a_month": 30.0, "unfollow_hazard": 0.05},
    "group_chats": {"enabled": True, "share": 0.3},
    "promoted_posts": {"enabled": True, "cpe_yuan": 0.05, "expected": 0.3},
    "openness": {
        "enabled": True,
        "every_days": 1,
        "developers": 40,
        "offers": 1.0,
        "recall": 0.5,
        "cost_yuan": 1.0,
        "build_yuan": 0.0,
        "let_down": 0.1,
        "contract_fee_yuan": 1.0,
        "contract_cost_yuan": 1.0,
    },
}
SHOP = {
    "search": {"enabled": True},
    "reviews": {"enabled": True, "write_rate": 0.9, "fake_share": 0.3, "herding": 0.6},
    "bestsellers": {"enabled": True, "look": 0.5},
    "ads": {"enabled": True, "recall": 0.4},
    "checkout": {"enabled": True, "attempts": 2, "leak": 0.3, "dear_yuan": 100.0},
    "continuity": {"enabled": True},
    "group_buying": {"enabled": True, "threshold": 5, "discount": 0.3, "days": 1},
    "information": {"enabled": True, "strength": 0.9, "removes": 0.9, "visits": 0.5},
    "behaviour_data": {"enabled": True, "level": "user"},
}
PAYMENT = {"native_payment": {"enabled": True, "bound_share": 0.3, "start_day": 0.7, "growth": 0.8, "half_days": 1.0}}
AFFORDANCES = {
    "marketplace": SHOP,
    "private_circle": {"graph": {"enabled": True, "layer": "circle", "strong_share": 0.3}, **SOCIAL, **SHOP, **PAYMENT},
    "public_feed": {"graph": {"enabled": True, "layer": "follow"}, **SOCIAL, **SHOP, **PAYMENT},
    "procedural": {"graph": {"enabled": True, "layer": "follow"}, **SOCIAL, **SHOP, **PAYMENT},
}
AFFORDANCES["private_circle"]["ranking"] = {"enabled": True, "order": "relevance"}
AFFORDANCES["private_circle"]["repost"] = SOCIAL["repost"] | {"dose": "complex", "second_boost": 2.0}
AFFORDANCES["private_circle"]["influence"] = SOCIAL["influence"] | {"rule": "bounded_confidence", "confidence": 0.9}
AFFORDANCES["procedural"]["ranking"] = {"enabled": False}
AFFORDANCES["procedural"]["repost"] = SOCIAL["repost"] | {"dose": "fractional", "usual_followees": 12.0}
AFFORDANCES["procedural"]["influence"] = SOCIAL["influence"] | {"rule": "degroot"}
AFFORDANCES["together"] = AFFORDANCES["public_feed"]
CAMPAIGN = {
    "start_day": 1, "days": 2, "budget_yuan": 300.0, "posts_per_day": 12, "deal": 0.25,
    "prizes_share": 0.1, "seeds_share": 0.2, "highlight": 1.2, "picture_share": 0.5, "link_share": 0.5,
    "promotion_share": 0.2, "bonus_share": 0.1, "ads_share": 0.4, "seller_bonus": 0.3, "front_load": 0.5,
}  # fmt: skip
TARGETED = CAMPAIGN | {
    "audience": {"kind": "intents", "days": 1, "holdout": 0.2},
    "planning": "reinforce",
    "replan_days": 1,
}
REGIONAL = CAMPAIGN | {"audience": {"kind": "regions", "regions": ["Guangdong", "Henan"]}, "seeding": "random"}
RESERVED = {
    "deposit_yuan": 20.0, "full_online": 0.3, "full_dealer": 0.3, "completion_days": 0.3, "aspiration": 1.4,
    "plate_yuan": {"Guangdong": 30.0, "Henan": 25.0, "Shandong": 20.0}, "regional_budget": {"Sichuan": 1.3},
    "revival": 20.0,
}  # fmt: skip
NOT_IN_A_SHOP = {
    "impressions", "mutes", "shares", "trend_views", "comments", "let_down", "unfollows", "promoted", "engagements",
    "app_offers",
}  # fmt: skip
ENTRY = {"entry_point": {"enabled": True, "to": "marketplace", "share": 0.5, "intent": 0.6, "steps": 2}}
BY_ENTRY = {"entry_views", "entry_orders"}


def goods(**changed):
    return {
        "interval_days": 2.5, "reference_price_yuan": 100.0, "search_window_days": 1.0, "patience_days": 0.5,
        "bring_forward_days": 3.0, "bring_forward_hazard": 2.0, "delivery_days": 0.5, "share_rate": 0.6,
        "impulses_per_year": 120.0, "impulse_window_days": 0.5, "budget_ratio": 1.3, "intent_half_life_days": 0.4,
        "regional": {"Beijing": 0.5, "Guangdong": 1.7}, "season": [1.2, 0.8] * 6,
    } | changed  # fmt: skip


def brand(name, category, price, **given):
    given = {"pushes_a_month": 30.0} | given
    return {"name": name, "category": category, "price_yuan": price, "unit_cost_yuan": price / 2, **given}


def scenario(kind, users=300, days=3, tick_minutes=120, goods_changes=(), **changed):
    """A market in which every branch is taken; `changed` are affordances."""
    there = ("marketplace", "private_circle", "public_feed") if kind == "together" else (kind,)
    more = ENTRY if kind == "together" else {}
    platforms = [
        {
            "name": platform,
            "kind": platform,
            "session_share": 1.0 + index,
            "affordances": {name: block | changed.get(name, {}) for name, block in AFFORDANCES[platform].items()}
            | (more if platform == "private_circle" else {}),
        }
        for index, platform in enumerate(there)
    ]
    generator = {"generator": "procedural", "mean_followers": 12.0} if kind == "procedural" else {"generator": "follow"}
    return Scenario.model_validate(
        {
            "name": kind,
            "market": {"users": users, "days": days, "tick_minutes": tick_minutes},
            "population": {"sessions_shape": 1.0, "opinion_leader_share": 0.02, "intrinsic_opinion": 0.5},
            "categories": {
                "snacks": goods(**dict(goods_changes)),
                "shoes": goods(**{"interval_days": 4.0, "delivery_days": 0.0, **RESERVED, **dict(goods_changes)}),
            },
            "brands": [
                brand("almond", "snacks", 90.0, quality=0.5, style=0.8, campaign=CAMPAIGN, follower_share=0.3),
                brand("barley", "snacks", 140.0, tier=1, quality=-0.2, style=-0.5, known_share=0.3, campaign=TARGETED),
                brand("clover", "snacks", 100.0, tier=1, initial_reviews=0, campaign=CAMPAIGN, follower_share=0.3),
                brand("daisy", "shoes", 120.0, tier=2, quality=0.9, style=1.5, known_share=0.0, campaign=REGIONAL),
            ],
            "platforms": platforms,
            "network": {"circle": {"generator": "circle", "mean_friends": 15.0}, "follow": generator},
        }
    )


def run(market, engine, **arguments):
    model = CommerceModel(market, rng=SEED, engine=engine, **arguments)
    model.run_model()
    return model


@cache
def both(kind):
    return run(scenario(kind), "kernels"), run(scenario(kind), "agents")


def tables(model, latent=True):
    """Everything a run leaves behind, by key: no array depends on the row a user is stored in."""
    by_key, needs = np.argsort(model.state.key), model.state.needs.table
    by_need = np.argsort(needs.key)
    by_need = by_need[latent | (needs.status[by_need] != NeedStatus.LATENT)]
    records = [record for platform in model.state.platforms for record in platform.posts.records]
    found = {f"users.{name}": column[by_key] for name, column in model.state.columns.items()}
    found |= {f"needs.{name}": needs[name][by_need] for name in needs.dtype.names if name != "row"}
    for name in KEPT if records else ():
        found[f"posts.{name}"] = np.concatenate([record[name] for _, record in records])
    for index, platform in enumerate(model.state.platforms):
        live = np.arange(platform.posts.low, platform.posts.next_id) & platform.posts.live().mask
        found |= {
            f"live.{index}.{name}": platform.posts.live().table[name][live] for name in set(POST.names) - {"author"}
        }
    return found | {
        "posts.tick": np.array([tick for tick, _ in records]),
        "panel": np.array(model.panel),
        "online": np.array(model.online),
        "deliveries": np.array(model.deliveries),
        "sellers": np.array([row for book in model.schedule.books for row in book.rows]),
        "cues": np.array([model.schedule.counted[:, :, first : first + NUMBERS] for first in (SHOWN, CLICKED)]),
        "assets": np.array(model.schedule.assets),
        "commons": np.array([platform.feed.trust.commons for platform in model.state.platforms]),
        "reviews": np.array([[p.brands.reviews, p.brands.review_stars] for p in model.state.platforms]),
        "spend": np.array([brand.spend_fen for brand in model.brands]),
    }


def differing(first, second, marks=True):
    """Names of what differs; needs that nothing woke count nowhere and are left out.

    Without `marks`, so do the marks of copies that will not be found.
    """
    one, other = tables(first, latent=False), tables(second, latent=False)
    assert one.keys() == other.keys()
    for found in () if marks else (one, other):
        found["users.ring"] = found["users.ring"] & IDS
    return [name for name in one if one[name].dtype != other[name].dtype or not np.array_equal(one[name], other[name])]


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_equal_bit_for_bit(kind):
    kernels, agents = both(kind)
    assert differing(kernels, agents) == []
    assert table_hashes(tables_of(kernels)) == table_hashes(tables_of(agents))


@pytest.mark.parametrize("kind", KINDS)
def test_every_counter_counts(kind):
    kernels, _ = both(kind)
    total = dict(zip(COUNTERS, np.sum(kernels.panel, axis=(0, 1, 2)).tolist(), strict=True))
    silent = {name for name, count in total.items() if count == 0}
    never = (NOT_IN_A_SHOP if kind == "marketplace" else set()) | (set() if kind == "together" else BY_ENTRY)
    assert silent == never


@pytest.mark.parametrize("kind", KINDS[1:])
def test_every_kind_of_post_and_every_source_occurs(kind):
    kernels, _ = both(kind)
    found = tables(kernels)
    assert set(found["posts.kind"].tolist()) == {int(kind) for kind in PostKind}
    assert set((found["users.marks"] >> 2 & 15).ravel().tolist()) == {int(source) for source in Source}
    assert set(found["users.role"].tolist()) == {int(role) for role in Role}
    assert found["posts.depth"].max() >= 3
    reposts = found["posts.kind"] == PostKind.REPOST
    assert 0 < np.sum(found["posts.parent"][reposts] == found["posts.root"][reposts]) < np.sum(reposts)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_people_begin_to_sell_and_stop_and_offers_show_friends(kind):
    schedule = both(kind)[0].schedule
    books = np.array([row for book in schedule.books for row in book.rows])
    assert (books[:, 2:].sum(axis=0) > 0).all()
    assert all((schedule.counted[:, :, first : first + 3].sum(axis=(0, 1)) > 0).all() for first in (SHOWN, CLICKED))


@pytest.mark.parametrize("kind", KINDS)
def test_every_end_of_a_need_occurs(kind):
    needs = both(kind)[0].state.needs.table
    assert set(needs.status.tolist()) >= {int(status) for status in NeedStatus} - {NeedStatus.CHOSEN}
    assert set(needs.status[needs.forward == ON_IMPULSE].tolist()) >= {int(NeedStatus.BOUGHT), int(NeedStatus.LOST)}
    assert set(needs.outlet.tolist()) == {int(outlet) for outlet in Outlet}
    gave_up = (needs.attempts == 2) & (needs.outlet == Outlet.OFFLINE)
    reserved_and_lost = (needs.reserved != NOBODY) & (needs.status == NeedStatus.LOST)
    assert gave_up.any()
    assert reserved_and_lost.any()
    assert set(needs.terminal[needs.attempts > 0].tolist()) == {0, 1}


@pytest.mark.parametrize("tick_minutes", [15, 480, 1440])
def test_they_agree_whatever_the_length_of_a_tick(tick_minutes):
    market = scenario("public_feed", users=80, days=2, tick_minutes=tick_minutes)
    assert differing(run(market, "kernels"), run(market, "agents")) == []


@pytest.mark.parametrize("engine", ["kernels", "agents"])
@pytest.mark.parametrize("kind", ["marketplace", "private_circle", "public_feed"])
def test_the_rows_in_which_users_are_stored_change_nothing(kind, engine):
    market = scenario(kind, users=120)
    order = np.random.default_rng(5).permutation(120)
    assert differing(run(market, engine), run(market, engine, order=order)) == []


def decision(name, answer):
    """A class of users with one decision replaced."""
    return type(f"Users with their own {name}", (User,), {"__slots__": (), name: answer})


REPLACED = {
    "reposts": (lambda user, post, earlier: False, {"repost": {"hazard": 0.0}}),
    "mutes": (lambda user, post: False, {"fatigue": {"mute_hazard": 0.0}}),
    "recalls": (lambda user, post, cues: False, {"feed": {"recall": 0.0}}),
    "believes": (lambda user, post: user.opinion[post.brand], {"influence": {"enabled": False}}),
    "trusts": (lambda user, post: 0.0, {"influence": {"strength": 0.0}}),
    "chats_about": (lambda user, post: False, {"group_chats": {"enabled": False}}),
    "tires_of_push": (lambda user, post: False, {"official_accounts": {"push_added": 0.0}}),
    "is_let_down": (lambda user, post, visit: False, {"trust": {"loss": 0.0}}),
    "doubts": (lambda user, offer: 0.0, {"trust": {"reliance": 0.0}}),
    "changes_role": (lambda user, platform, gain, period: False, {"seller_entry": {"response": 0.0}}),
    "sees_ad": (lambda user, product, visit: False, {"ads": {"strength": 0.0}}),
    "recalls_ad": (lambda user, product, visit: False, {"ads": {"recall": 0.0}}),
    "finds": (
        lambda user, need, product, visit: False,
        {"search": {"hit": 0.0}, "bestsellers": {"look": 0.0}},
    ),
    "likes_outlet": (
        lambda user, offer: offer.product.category.online_utility,
        {"bestsellers": {"cue": 0.0}, "openness": {"service": 0.0, "contract_cost_yuan": 1e6}},
    ),
    "meets_in_app": (lambda user, occasion, chance: False, {"openness": {"offers": 0.0}}),
    "recalls_from_app": (lambda user, occasion, recall: False, {"openness": {"recall": 0.0}}),
    "says": (lambda user, need, satisfaction: satisfaction, {"reviews": {"herding": 0.0}}),
    "stays": (lambda user, need, visit: 1.0, {"checkout": {"hop_loss": 0.0}}),
    "wonders": (lambda user, need: 1.0, {"information": {"removes": 0.0}, "openness": {"interaction": 0.0}}),
    "carries_cart": (lambda user, need, visit: False, {"continuity": {"enabled": False}}),
    "checkout_steps": (lambda user, platform: platform.shop.steps, {"native_payment": {"enabled": False}}),
    "leaks": (lambda user, need, visit: False, {"checkout": {"leak": 0.0}}),
    "discovers": (lambda user, post, visit: False, {"late_discovery": {"enabled": False}}),
    "looks_at_trends": (lambda user, visit: False, {"trending": {"enabled": False}}),
    "sees_trend": (lambda user, post, visit, place: False, {"trending": {"strength": 0.0}}),
    "comments": (lambda user, post: False, {"comments": {"enabled": False}}),
    "reviews": (lambda user, need, satisfaction: None, {"reviews": {"write_rate": 0.0}}),
    "credits_original": (lambda user, post: False, {"repost": {"credit_original": 0.0}}),
    "endorses": (lambda user, post: post.opinion, {"repost": {"endorsement": 0.0}}),
    "is_brought_forward": (
        lambda user, need, product, occasion: False,
        {"goods_changes": (("bring_forward_hazard", 0.0),)},
    ),
    "is_tempted": (lambda user, need, visit: False, {"goods_changes": (("impulses_per_year", 0.0),)}),
    "budget": (lambda user, goods: math.inf, {"goods_changes": (("budget_ratio", 0.0),)}),
    "loses_interest": (lambda user, need: False, {"goods_changes": (("intent_half_life_days", 0.0),)}),
    "tells": (lambda user, need, satisfaction: False, {"goods_changes": (("share_rate", 0.0),)}),
    "completes": (lambda user, need: Outlet.NONE, {"goods_changes": (("full_online", 0.0), ("full_dealer", 0.0))}),
    "is_won_back": (lambda user, need, product, visit: False, {"goods_changes": (("revival", 0.0),)}),
    "looks_at": (lambda user, product: True, {"goods_changes": (("aspiration", 0.0),)}),
    "needs_plate": (lambda user, goods: 0, {"goods_changes": (("plate_yuan", {}),)}),
    "enjoys": (lambda user, need: need.product.quality, {"goods_changes": (("satisfaction_sd", 0.0),)}),
}


def open_and_trusted(changes=None):
    """A small market whose apps cost no trust, so that people's own disappointments are all there are."""
    changes = changes or {}
    apps = {"let_down": 0.0, "privacy": 0.0} | changes.get("openness", {})
    return scenario("public_feed", users=150, days=2, **{**changes, "openness": apps})


@cache
def small(engine):
    return run(open_and_trusted(), engine)


@pytest.mark.parametrize("name", REPLACED)
def test_a_decision_replaced_in_a_subclass_is_the_mechanism_replaced_in_the_scenario(name):
    answer, changes = REPLACED[name]
    replaced = run(open_and_trusted(), "agents", user_class=decision(name, answer))
    assert differing(replaced, run(open_and_trusted(changes), "kernels"), marks=False) == []
    assert differing(replaced, small("agents")), "the decision was never asked for"


def test_users_who_never_repost_move_nobody_elses_luck():
    never = decision("reposts", REPLACED["reposts"][0])
    quiet = run(scenario("public_feed", users=150, days=2), "agents", user_class=never)
    found, usual = tables(quiet), tables(small("agents"))
    assert not np.any(found["posts.kind"] == PostKind.REPOST)
    roots = usual["posts.key"] == usual["posts.root"]
    by_hand = np.isin(usual["posts.kind"], (PostKind.BRAND, PostKind.SEEDED))  # who sells depends on what is sold
    assert set(usual["posts.key"][roots & by_hand]) <= set(found["posts.key"])
    for name in ("online", "users.activity", "users.last_visit", "needs.key", "needs.due_drawn"):
        assert np.array_equal(found[name], usual[name]), name


def test_a_control_run_without_campaigns_agrees_too():
    market = scenario("public_feed", users=100, days=2)
    assert differing(run(market, "kernels", role="control"), run(market, "agents", role="control")) == []
