"""A run depends on scenario and seed alone: not on threads, storage order, repetition, or an idle switch."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.affordances import AFFORDANCES, Mechanism
from simulator.model import engine, run
from simulator.scenario.loader import load
from tests.support.worlds import BUSY, KINDS, busy, hashes, on

EVERYTHING = {
    "reviews": {"enabled": True},
    "search": {"enabled": True},
    "entry_point": {"enabled": True},
    "information": {"enabled": True},
    "continuity": {"enabled": True},
    "bestsellers": {"enabled": True},
    "ads": {"enabled": True},
    "group_buying": {"enabled": True, "threshold": 3, "days": 1},
    "native_payment": {"enabled": True},
    "behaviour_data": {"enabled": True},
}
SOCIAL = {
    "repost": {"enabled": True, "hazard": 0.05},
    "influence": {"enabled": True},
    "peer_sellers": {"enabled": True, "share": 0.05},
    "fatigue": {"enabled": True, "mute_hazard": 0.01},
    "late_discovery": {"enabled": True},
    "trending": {"enabled": True},
    "verified": {"enabled": True},
    "fraud": {"enabled": True},
    "ranking": {"enabled": True},
    "comments": {"enabled": True},
    "repost_to_win": {"enabled": True},
    "seller_entry": {"enabled": True, "every_days": 1, "response": 0.05, "cost_yuan": 2.0},
    "social_cues": {"enabled": True},
    "group_chats": {"enabled": True},
    "official_accounts": {"enabled": True, "most_a_month": 30, "unfollow_hazard": 0.02},
    "trust": {"enabled": True, "loss": 0.05},
    "promoted_posts": {"enabled": True},
    "openness": {"enabled": True, "every_days": 2, "contract_fee_yuan": 5, "contract_cost_yuan": 1},
}
PAID_MEDIA = (
    "brands.aurora.campaign.ads_share=0.3",
    "brands.aurora.campaign.promotion_share=0.3",
    "brands.aurora.campaign.seeds_share=0.1",
    "brands.aurora.campaign.audience={kind: regions, regions: [Guangdong, Henan]}",
)
MECHANISMS = sorted(name for name, kind in AFFORDANCES.items() if issubclass(kind, Mechanism))


def everything(kind: str) -> tuple[str, ...]:
    """All affordances that make sense for a kind, strong enough to matter in a small market."""
    return (*on(kind, **EVERYTHING, **(SOCIAL if kind != "marketplace" else {})), *PAID_MEDIA)


@pytest.mark.parametrize("kind", KINDS)
def test_same_again_and_another_seed_differs(kind):
    scenario = busy(kind, 800)
    assert hashes(scenario) == hashes(scenario)
    assert hashes(scenario)["needs"] != hashes(scenario, seed=8)["needs"]


@pytest.mark.parametrize("kind", KINDS)
def test_storage_order_only_permutes(kind):
    scenario = busy(kind, 800, *everything(kind))
    order = np.random.default_rng(3).permutation(800)
    assert hashes(scenario, order=order) == hashes(scenario)


@pytest.mark.parametrize("kind", KINDS)
def test_number_of_threads_changes_nothing(kind, monkeypatch):
    scenario = busy(kind, 1500, *everything(kind))
    alone = hashes(scenario)
    monkeypatch.setattr(engine, "MIN_ROWS_PER_THREAD", 100)
    assert hashes(scenario, threads=2) == alone
    assert hashes(scenario, threads=7) == alone


@pytest.mark.parametrize("name", MECHANISMS)
@pytest.mark.parametrize("kind", KINDS)
def test_off_equals_strength_zero_equals_never_there(kind, name):
    """Bit for bit; and unless it requires what the kind lacks, on is something else (so the test can fail)."""
    settings = [s for s in everything(kind) if f".affordances.{name}." not in s]
    never = hashes(busy(kind, 1000, *settings, *on(kind, **{name: {"enabled": False}})))
    zero = hashes(busy(kind, 1000, *settings, *on(kind, **{name: {"enabled": True, "strength": 0}})))
    assert zero == never
    given = {**EVERYTHING, **SOCIAL}[name]
    full = hashes(busy(kind, 1000, *settings, *on(kind, **{name: given})))
    inert = (bool(set(AFFORDANCES[name].requires) - {"checkout"}) and kind == "marketplace") or name == "entry_point"
    assert (full == never) == inert


def test_an_entry_point_off_equals_strength_zero_equals_never_there():
    """It needs a second platform, so it has a test of its own."""
    small = ("market.users=1500", *BUSY)
    entry = "platforms.private_circle.affordances.entry_point."
    never, zero, full = (
        hashes(load("jd_entry_618", (*small, *given)).scenario)
        for given in ((f"{entry}enabled=false",), (f"{entry}strength=0",), (f"{entry}share=0.5",))
    )
    assert zero == never != full


def test_unrelated_luck_stands_still():
    """Without reposts the same people visit, and the same needs fall due on the same dates."""
    with_reposts = run.simulate(busy("public_feed", 800), 7).tables
    without = run.simulate(busy("public_feed", 800, *on("public_feed", repost={"enabled": False})), 7).tables
    for column in ("need_key", "user", "category", "due_tick", "region"):
        assert with_reposts["needs"][column].equals(without["needs"][column])
    assert with_reposts["users"]["last_visit"].equals(without["users"]["last_visit"])


def test_control_has_no_campaign_and_the_same_needs():
    scenario = busy("public_feed", 800)
    campaign, control = (run.simulate(scenario, 7, role=role).tables for role in ("campaign", "control"))
    assert control["panel"]["ads"].sum() == 0 < campaign["panel"]["ads"].sum()
    assert campaign["needs"]["need_key"].equals(control["needs"]["need_key"])
