"""The open platform where it can be worked out: talents, use, decisions, contracts, and what apps make of numbers."""

import math
from functools import cache

import numpy as np
import pytest

from simulator.affordances import AFFORDANCES
from simulator.agents.brands import Brand
from simulator.agents.developers import PLAIN, attraction, use_of
from simulator.model.market import CommerceModel
from simulator.model.open_platform import Effects, effects_of
from simulator.model.tables import tables_of
from simulator.types import AppKind
from tests.support.books import check_everything, finished
from tests.support.worlds import busy, on

SEED = 11
OPEN = {"enabled": True, "every_days": 1, "developers": 60}
TRUST = {"enabled": True, "loss": 0.05}
NO_SERVICE = {"contract_cost_yuan": 1e7, "contract_fee_yuan": 0}


def terms(**given):
    return AFFORDANCES["openness"](**given)


def market(users=400, **given):
    return busy("public_feed", users, *on("public_feed", openness={**OPEN, **given}, trust=TRUST), "market.days=4")


@cache
def ran(**given):
    model = finished(market(**given), SEED)
    return model, tables_of(model)


def decided(tables, *kinds):
    table = tables["decisions"]
    return table[table["decision"].isin(kinds)]


# -- use


def test_plain_apps_of_everybody_on_an_open_platform_add_up_to_the_variety():
    t = terms(level=1, variety=2.5, developers=40)
    assert attraction(t, 40 * PLAIN) == 2.5
    assert attraction(terms(level=0), 40 * PLAIN) == 0.0


@pytest.mark.parametrize(("a", "crowding", "share"), [(0, 0.5, 0), (1, 0.3, 1 / 2), (3, 0, 3 / 4), (16, 0.5, 4 / 5)])
def test_use_is_a_share_beside_the_feed(a, crowding, share):
    assert use_of(terms(reach=0.2, crowding=crowding), a) == pytest.approx(0.2 * share, rel=1e-15)


def test_where_crowding_is_all_a_further_app_adds_nothing():
    t = terms(crowding=1)
    assert use_of(t, 0.1) == use_of(t, 70.0) == t.reach / 2


def test_talents_follow_zipfs_law():
    """u**-zipf of a uniform u: P(talent > x) = x**(-1 / zipf), held to 4.4 standard errors (1 in 100,000)."""
    model = CommerceModel(market(users=50, developers=2000, zipf=0.8), rng=SEED)
    talents = np.array([[one.talents[kind] for kind in AppKind] for one in model.developers]) / PLAIN
    for x in (2.0, 5.0, 20.0):
        p = x ** (-1 / 0.8)
        assert abs((talents > x).mean() - p) < 4.4 * math.sqrt(p * (1 - p) / talents.size)
    assert talents.min() >= 1.0


# -- what apps do


@pytest.mark.parametrize(
    ("switch", "effect"),
    [("scenes", "scene"), ("closeness", "closer"), ("statistics", "told"), ("interaction", "answered")],
)
def test_each_of_the_four_parts_moves_its_own_effect_alone(switch, effect):
    use = dict.fromkeys(AppKind, 0.05)
    whole, without = effects_of(terms(), use, 0.1), effects_of(terms(**{switch: 0}), use, 0.1)
    assert without == whole._replace(**{effect: 0.0}) != whole


def test_effects_worked_out_by_hand():
    use = {AppKind.ENTERTAINMENT: 0.04, AppKind.LIFESTYLE: 0.05, AppKind.TOOLS: 0.1, AppKind.COMMERCE: 0.02}
    t = terms(level=0.5, spam=2, let_down=0.3, privacy=1, offers=0.5, saved=0.4, told=0.5, answered=0.2)
    expected = Effects(0.02, 0.08, 0.5, 0.1, 0.21, 0.2, 0.03 + 0.5 * 0.21)
    assert effects_of(t, use, 0.1) == pytest.approx(expected, rel=1e-12)


def test_minutes_are_conserved_and_spam_takes_its_part():
    model, _ = ran()
    (one,) = model.open_platforms
    depth = one.platform.affordances.feed.scroll_depth
    assert 0 < one.effects.used < 4 * one.terms.reach
    assert one.platform.feed.scroll_depth == depth * (1 - one.effects.used) / (1 + one.effects.spam) < depth
    assert one.platform.numbers[0].feed.scroll_depth == one.platform.feed.scroll_depth
    assert one.agent.sources_known == one.effects.told > 0


def test_an_interface_that_is_shut_is_used_by_nobody_and_changes_nothing():
    """Level 0 with developers there against no open platform at all: nothing but that all decline is new."""
    shut, never = ran(level=0)[1], ran(enabled=False)[1]
    assert shut["apps"].empty
    acted = [
        t["decisions"].query("agent_kind == 'brand' and decision not in ('wait', 'decline')") for t in (shut, never)
    ]
    assert acted[0].reset_index(drop=True).equals(acted[1].reset_index(drop=True))
    for name in set(never) - {"decisions"}:
        assert shut[name].equals(never[name]), name


# -- decisions


def test_nobody_builds_what_costs_more_than_all_visits_bring():
    tables = ran(cost_yuan=1e5)[1]
    assert tables["apps"].empty
    assert set(tables["decisions"].query("agent_kind == 'developer'")["decision"]) == {"wait"}


def test_who_builds_expects_to_gain_and_a_closed_review_lets_no_bad_app_in():
    model, tables = ran(level=1e-9, variety=100, zipf=1.4, use_yuan=1, bad_share=0.5, reach=0.25)
    bad = {one.name for one in model.developers if one.bad}
    assert set(decided(tables, "refuse_app")["agent"]) <= bad
    assert not tables["apps"]["bad"].any()


def test_every_good_developer_is_there_from_the_start_where_apps_are_free():
    model, tables = ran(cost_yuan=0, build_yuan=0, start_share=1, bad_share=0)
    assert len(decided(tables, "build_app").query("day == 0")) == len(model.developers)
    assert decided(tables, "end_app").empty


def test_the_more_crowded_by_others_the_fewer_build():
    """Fewer where apps take use from each other, and fewer where the platform keeps all."""
    plain = len(ran()[1]["apps"])
    assert len(ran(fee_share=1)[1]["apps"]) == 0 < len(ran(reach=0.05)[1]["apps"]) < plain


def test_apps_that_cease_to_pay_are_ended_for_a_reason():
    tables = ran(cost_yuan=30, response=10, start_share=0.9, variety=30, crowding=1)[1]
    ended = decided(tables, "end_app")
    assert len(ended) > 0
    assert ended["reason"].str.contains("would lose").all()


def test_a_developer_more_moves_nobody_elses_talent():
    few, many = (CommerceModel(market(users=50, developers=d), rng=SEED).developers for d in (20, 30))
    assert [one.talents for one in few] == [one.talents for one in many[:20]]


# -- contracts


def test_a_contract_is_accepted_only_if_it_gains_more_than_it_costs():
    assert not Brand.accepts_contract(100.0, 100.0)
    assert Brand.accepts_contract(100.0, 99.9)


def test_a_fee_above_the_gain_signs_no_contract():
    model, tables = ran(contract_fee_yuan=1e7)
    assert decided(tables, "sign", "pay_contract").empty
    assert len(decided(tables, "decline")) > 0
    assert (model.state.platforms[0].brands["service"] == 0).all()
    assert tables["money"].query("purpose == 'apps'").empty


def test_a_fee_below_the_gain_signs_and_serves():
    model, tables = ran(contract_fee_yuan=1, contract_share=0, contract_cost_yuan=0)
    signed = decided(tables, "sign")
    assert set(signed["agent_kind"]) == {"brand"}
    served = model.state.platforms[0].brands["service"]
    held = [partner is not None for partner in model.open_platforms[0].contracts.partner]
    assert any(held)
    assert (served == np.where(held, 0.2 * 0.6, 0.0)).all()


def test_developers_take_no_work_that_costs_them_more():
    tables = ran(**NO_SERVICE)[1]
    assert decided(tables, "sign").empty
    assert decided(tables, "decline")["reason"].str.contains("willing").any()


# -- money


def test_everybody_is_paid_to_the_fen_and_the_journal_says_so():
    model = finished(market(contract_fee_yuan=1, contract_cost_yuan=1), SEED)
    tables = check_everything(model)
    money = tables["money"].groupby("purpose")["amount_fen"].sum()
    paid = tables["decisions"].query("paid").groupby("decision")["amount_fen"].sum()
    assert money["app fee"] == paid["pay_share"]
    assert money["app costs"] + money["contract costs"] == paid["pay_costs"]
    assert money["apps"] == paid["pay_contract"]
    assert money["app use"] > money["app fee"]
