"""Deposits, what becomes of them, attention above the budget, plates, and intents won back."""

import math
from functools import cache

import pytest

from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from tests.support.books import check_tables_of
from tests.support.worlds import busy, on

KIND = "marketplace"
GOODS = "categories.clothing."
NOBODY_ELSE = ("brands.aurora.campaign=null", "brands.cotton.campaign=null")
EASY = on(KIND, checkout={"loss_phone": 0.0, "loss_pc": 0.0, "hop_loss": 0.0}, search={"hit": 1.0})
"""Whoever chooses an offer on the platform pays what is asked there."""

BASE = ("market.days=8", f"{GOODS}deposit_yuan=20", f"{GOODS}completion_days=2", *EASY, *NOBODY_ELSE)


@cache
def finished(*settings, users=1500):
    model = CommerceModel(busy(KIND, users, *BASE, *settings), rng=9)
    model.run_model()
    tables = tables_of(model)
    check_tables_of(model, tables)
    return tables


def reserved(tables):
    needs = tables["needs"]
    return needs[(needs["reserved_tick"] >= 0) & (needs["category"] == "clothing")]


def shares(full_online, full_dealer):
    return (f"{GOODS}full_online={full_online}", f"{GOODS}full_dealer={full_dealer}")


# -- what becomes of a reservation


def test_a_reservation_is_no_sale_until_it_is_completed():
    """Completed exactly `completion_days` later; those of the last days stand open."""
    tables = finished(*shares(1, 0))
    mine, ticks = reserved(tables), 8 * 24
    assert len(mine) > 200
    late = mine["reserved_tick"] + 2 * 24 >= ticks
    assert set(mine.loc[late, "status"]) == {"reserved"}
    assert (mine.loc[late, "paid_tick"] == -1).all()
    assert set(mine.loc[~late, "status"]) == {"bought"}
    assert (mine.loc[~late, "paid_tick"] == mine.loc[~late, "reserved_tick"] + 48).all()
    assert (mine.loc[~late, "outlet"] == "platform").all()


def test_paid_at_the_dealers_it_is_an_order_of_the_outlet():
    tables = finished(*shares(0, 1))
    mine = reserved(tables)
    done = mine[mine["status"] == "bought"]
    assert (done["outlet"] == "dealer").all()
    panel = tables["panel"].sum(numeric_only=True)
    assert panel["orders_dealer"] == len(done)
    money = tables["money"]
    dealers = money[(money["brand"].isin(["cotton", "denim"])) & (money["platform"] == "marketplace")]
    assert dealers.empty, "the platform takes nothing of what is paid at the dealer's"


def test_cancelled_it_goes_back_to_the_ledger_and_is_met_without_the_platform():
    tables = finished(*shares(0, 0))
    mine = reserved(tables)
    gone = mine[mine["reserved_tick"] + 2 * 24 < 8 * 24]
    assert tables["panel"]["cancelled"].sum() == len(gone)
    assert set(gone["status"]) <= {"bought", "lost", "pending"}
    assert (gone["status"] == "bought").mean() > 0.5
    assert set(gone.loc[gone["status"] == "bought", "outlet"]) == {"offline"}


@pytest.mark.parametrize(("full_online", "full_dealer"), [(0.3, 0.5), (0.05, 0.2)])
def test_the_three_ends_have_their_shares(full_online, full_dealer):
    """Within 5 standard errors: a share that is off by .1 is caught."""
    mine = reserved(finished(*shares(full_online, full_dealer), users=3000))
    mine = mine[mine["reserved_tick"] + 2 * 24 < 8 * 24]
    outlets = mine["outlet"].where(mine["status"] == "bought", "none")
    for outlet, share in (("platform", full_online), ("dealer", full_dealer)):
        error = math.sqrt(share * (1 - share) / len(mine))
        assert (outlets == outlet).mean() == pytest.approx(share, abs=5 * error)


def test_what_is_decided_moves_no_other_luck():
    """The same needs are reserved at the same time whatever becomes of them, up to the first completion."""
    one, other = (reserved(finished(*shares(*given))) for given in ((1, 0), (0, 0)))
    early = [mine.loc[mine["reserved_tick"] < 48, ["need_key", "reserved_tick", "chosen"]] for mine in (one, other)]
    assert early[0].equals(early[1])


def test_a_deposit_is_a_smaller_burden_on_a_phone_than_the_price():
    """A loss that grows with the price of what is paid now."""
    steep = on(KIND, checkout={"loss_phone": 0.3, "dear_yuan": 20, "phone_burden": 1.0})
    easy, hard = (reserved(finished(*steep, f"{GOODS}deposit_yuan={deposit}", *shares(1, 0))) for deposit in (5, 80))
    assert len(easy) > 1.5 * len(hard)


# -- attention


def views(tables, brand):
    return int(tables["panel"].loc[tables["panel"]["brand"] == brand, "views"].sum())


def test_people_look_above_their_budget_and_buy_within():
    """With the same budget for all, an offer at 1.2 budgets is looked at from an aspiration of 1.2 on, never bought."""
    same = (
        f"{GOODS}budget_ratio=1",
        f"{GOODS}budget_sd=0",
        "population.price_slope=0",
        "brands.cotton.price_yuan=179.99",
    )
    below, above = (finished(*same, f"{GOODS}aspiration={limit}") for limit in (1.19, 1.21))
    assert views(below, "cotton") == 0 < views(above, "cotton")
    assert views(below, "denim") > 0
    for tables in (below, above):
        needs = tables["needs"]
        assert not (needs["chosen"] == "cotton").any()
        assert (needs["chosen"] == "denim").any()


def test_who_looks_is_counted_once_however_often():
    """The table of regions holds people, the panel visits; who looks is interested from then on."""
    tables = finished()
    panel, regions = tables["panel"], tables["regions"]
    assert 0 < regions["looked"].sum() < panel["views"].sum()
    assert (regions["looked"] <= regions["people"]).all()
    assert regions["looked"].sum() <= panel["newly_interested"].sum()


# -- regions


def test_where_a_plate_costs_more_than_the_budget_nobody_buys():
    budget = (f"{GOODS}budget_ratio=2", f"{GOODS}budget_sd=0")
    tables = finished(*budget, f"{GOODS}plate_yuan={{Guangdong: 100000}}")
    needs = tables["needs"][tables["needs"]["category"] == "clothing"]
    there = needs["region"] == "Guangdong"
    assert set(needs.loc[there & (needs["decided_tick"] >= 0), "status"]) == {"lost"}
    assert (needs.loc[~there, "status"] == "bought").any()
    electronics = tables["needs"][tables["needs"]["category"] == "electronics"]
    assert (electronics.loc[electronics["region"] == "Guangdong", "status"] == "bought").any()


def test_a_region_ready_to_pay_twice_as_much_has_twice_the_budget():
    """At factors 1 and 2 and no spread, offers at 1.5 reference prices can be paid in the second region alone."""
    given = (
        f"{GOODS}budget_ratio=1",
        f"{GOODS}budget_sd=0",
        "population.price_slope=0",
        "brands.cotton.price_yuan=225",
    )
    tables = finished(*given, f"{GOODS}regional_budget={{Guangdong: 2}}")
    bought = tables["needs"][(tables["needs"]["status"] == "bought") & (tables["needs"]["brand"] == "cotton")]
    assert set(bought["region"]) == {"Guangdong"}


# -- intents won back


def test_an_ad_brings_back_what_has_faded_and_the_sooner_the_more():
    """Everybody loses interest within hours; ads at every visit, a hazard that is certain while an intent is fresh."""
    fading = (f"{GOODS}intent_half_life_days=0.3", f"{GOODS}patience_days=6")
    ads = [
        "brands.cotton.campaign={budget_yuan: 1e6, start_day: 0, days: 8, ads_share: 1, seeds_share: 0, "
        "posts_per_day: 0}",
        *on(KIND, checkout={"loss_phone": 0.9, "loss_pc": 0.9, "attempts": 20, "leak": 0.0}),
    ]
    never, often = (finished(*fading, *ads, f"{GOODS}revival={hazard}") for hazard in (0, 20))
    assert never["panel"]["won_back"].sum() == 0 < never["panel"]["lapsed"].sum()
    back = often["panel"].groupby("brand")["won_back"].sum()
    assert back["cotton"] > 30
    assert back["denim"] == 0, "it has no ads"
    slow = finished(*fading, *ads, f"{GOODS}revival=0.05")
    assert 0 < slow["panel"]["won_back"].sum() < back["cotton"] / 2


# -- what a category may say


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"full_online": 0.7, "full_dealer": 0.4}, "add up to more than 1"),
        ({"aspiration": 0.5}, "0 for no limit, or 1 and more"),
        ({"plate_yuan": {"Peking": 1.0}}, "plate_yuan names no region 'Peking'"),
        ({"regional_budget": {"Fujian": 0.0}}, "regional_budget.Fujian is 0; allowed: 0.01 to"),
    ],
)
def test_a_wrong_category_says_what_is_allowed(given, said):
    from simulator.agents.brand_parameters import CategoryParameters

    with pytest.raises(ValueError, match=said):
        CategoryParameters(interval_days=10.0, reference_price_yuan=10.0, **given)
