"""Promoted posts, audiences and bonuses: who is reached and who pays, at chances of 0 and 1 and to the fen."""

from functools import cache

import numpy as np
import pytest

from simulator.kernels.state import COUNTERS, FOLLOWS, TARGETED
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.population.regions import provinces
from simulator.types import PostKind, Source
from tests.support.worlds import busy, on

KIND = "public_feed"
MEDIA = {
    "promoted_posts": {"enabled": True, "cpe_yuan": 0.01},
    "behaviour_data": {"enabled": True, "level": "user"},
}
PLAN = {"ads_share": 0.5, "seeds_share": 0.0, "prizes_share": 0.0, "start_day": 0, "days": 3, "budget_yuan": 1e6}


def plan(brand="cotton", **given):
    return [f"brands.{brand}.campaign.{name}={value}" for name, value in (PLAN | given).items()]


def market(*settings, users=600, kind=KIND):
    quiet = [] if any("aurora.campaign." in one for one in settings) else ["brands.aurora.campaign=null"]
    return CommerceModel(busy(kind, users, "market.days=3", *on(kind, **MEDIA), *quiet, *settings), rng=3)


@cache
def finished(*settings, **given):
    model = market(*settings, **given)
    model.run_model()
    return model


def total(model, counter, brand=2):
    return int(np.sum(np.array(model.panel)[:, :, brand, COUNTERS.index(counter)]))


def decisions(model, agent="cotton"):
    table = tables_of(model, ["decisions"])["decisions"]
    return table[table["agent"] == agent]


# -- promoted posts


def first_delivery(*settings):
    """A model after the tick in which its only account post is delivered: whether it came, by row; and who follows."""
    model = market(*settings, *plan(posts_per_day=1))
    model.step()
    while not model.state.platforms[0].posts.records:
        model.step()
    posts = model.state.platforms[0].posts
    post = int(np.flatnonzero(posts.records[0][1]["kind"] == PostKind.BRAND)[0]) + 1
    assert posts.live().table[post].promotion > 0 or "promotion_share" not in str(settings)
    model.step()
    return (model.state.columns["ring"][:, 0] == post).any(axis=1), model


def test_a_post_promoted_to_all_reaches_all_and_one_that_is_not_the_followers():
    promoted, model = first_delivery("brands.cotton.campaign.promotion_share=0.5")
    assert promoted.mean() > 0.97  # some read on; their rings are long enough here for nothing else to push it out
    plain, model = first_delivery()
    follows = (model.state.columns["marks"][:, 2] & FOLLOWS) > 0
    assert not plain[~follows].any()
    assert plain[follows].mean() > 0.97


def test_a_promoted_post_meant_for_some_regions_reaches_them_and_the_followers():
    where = ("brands.cotton.campaign.audience={kind: regions, regions: [Guangdong, Henan]}",)
    promoted, model = first_delivery("brands.cotton.campaign.promotion_share=0.5", *where)
    columns = model.state.columns
    inside = np.isin(columns["region"], [provinces().names.index(name) for name in ("Guangdong", "Henan")])
    follows = (columns["marks"][:, 2] & FOLLOWS) > 0
    assert not promoted[~inside & ~follows].any()
    assert promoted[inside].mean() > 0.95
    assert np.array_equal((columns["marks"][:, 2] & TARGETED) > 0, inside)


def test_engagements_are_paid_as_long_as_the_money_lasts():
    rich = finished(*plan(promotion_share=0.5))
    assert total(rich, "engagements") > 100
    assert rich.brands[2].budget.spent_on("promotion") == total(rich, "engagements")  # a fen each
    poor = finished(*plan(promotion_share=0.5, budget_yuan=0.4))
    assert 0 < poor.brands[2].budget.spent_on("promotion") <= 20
    told = decisions(rich)
    assert set(told["decision"]) >= {"promote", "pay_promotion", "order_ads", "pay_ads", "post"}


def test_people_learn_of_the_offer_by_promotion():
    model = finished(*plan(promotion_share=0.5, ads_share=0.0))
    sources = model.state.columns["marks"][:, 2] >> 2 & 15
    assert np.count_nonzero(sources == Source.PROMOTED) > 20
    assert not (model.state.columns["marks"][:, 2][sources == Source.PROMOTED] & FOLLOWS).any()


# -- audiences


def test_ads_meant_for_some_regions_are_seen_there_alone():
    model = finished(
        *plan(ads_share=1.0, audience="{kind: regions, regions: [Guangdong, Henan]}"), users=500, kind="marketplace"
    )
    columns = model.state.columns
    inside = np.isin(columns["region"], [provinces().names.index(name) for name in ("Guangdong", "Henan")])
    seen = columns["adstock"][:, 2] > 0
    assert not seen[~inside].any()
    came = columns["last_visit"] > 0
    assert seen[inside & came].all(), "there is money for every visit"
    assert total(model, "targeted_ads") == total(model, "ads") > 0


def test_a_holdout_is_a_lot_for_user_and_brand_and_sees_no_paid_media():
    settings = plan(ads_share=1.0, audience="{kind: everybody, holdout: 0.4}")
    model = finished(*settings, users=500, kind="marketplace")
    targeted = (model.state.columns["marks"][:, 2] & TARGETED) > 0
    assert 0.5 < targeted.mean() < 0.7
    seen = model.state.columns["adstock"][:, 2] > 0
    assert not seen[~targeted].any()
    assert seen[targeted].mean() > 0.8
    larger = finished(*plan(ads_share=1.0, audience="{kind: everybody, holdout: 0.6}"), users=500, kind="marketplace")
    wider = (larger.state.columns["marks"][:, 2] & TARGETED) > 0
    assert not (wider & ~targeted).any(), "a larger holdout holds the smaller one"


def test_without_user_data_a_brand_reaches_everybody_and_says_why():
    settings = (*on("marketplace", behaviour_data={"level": "aggregate"}), *plan(audience="{kind: intents}"))
    model = finished(*settings, users=200, kind="marketplace")
    assert total(model, "targeted_ads") == 0 < total(model, "ads")
    told = decisions(model)
    assert told.loc[told["decision"] == "target", "reason"].tolist() == [
        "everybody: no platform tells brands enough of its users for intents of 14 days"
    ]


def test_an_audience_of_few_gets_as_many_impressions_as_one_of_all():
    """The chance at a visit is impressions over the expected visits of the audience."""

    def ads(audience):
        plans = plan(ads_share=1.0, budget_yuan=12, audience=audience)
        model = finished(*plans, users=1500, kind="marketplace")
        return total(model, "ads")

    planned = 12 / 60 * 1000
    for audience in ("{kind: everybody}", "{kind: regions, regions: [Guangdong, Henan, Sichuan]}"):
        assert ads(audience) == pytest.approx(planned, abs=6 * planned**0.5)


# -- bonuses of peer sellers


def circle(bonus_share, **given):
    sellers = on("private_circle", peer_sellers={"share": 0.3, "posts_per_day": 5})
    settings = ("market.days=4", *sellers, *plan(bonus_share=bonus_share, ads_share=0.0, **given))
    return finished(*settings, users=800, kind="private_circle")


def offers(model):
    """Sellers' posts by brand."""
    posts = tables_of(model, ["posts"])["posts"]
    return posts[posts["kind"] == "seller"].groupby("brand").size()


def test_a_bonus_lets_more_sellers_post_the_brand_and_is_paid_to_the_fen():
    none, some = circle(0.0), circle(1.0, seller_bonus=0.2, budget_yuan=300.0)
    assert offers(some)["cotton"] > 1.2 * offers(none)["cotton"]
    assert offers(some).sum() == offers(none).sum(), "the same sellers post as often"
    money = tables_of(some, ["money", "needs"])["money"]
    bonus = money[(money["purpose"] == "bonus")]
    assert bonus["amount_fen"].sum() == some.brands[2].budget.spent_on("bonus") > 0
    assert set(bonus["payee"]) == {"sellers"}
    told = decisions(some)
    assert told.loc[told["decision"] == "pay_bonus", "amount_fen"].sum() == bonus["amount_fen"].sum()


def test_the_last_bonus_takes_what_is_left():
    model = circle(1.0, seller_bonus=0.5, budget_yuan=100.0)
    assert model.brands[2].budget.spent_on("bonus") == 10_000
