"""Runs of experiments: what is watched changes nothing and adds up, and what is done is what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.model.run import simulate
from simulator.output.tables import table_hashes
from simulator.types import Source
from simulator.validation.observers import OBSERVERS
from simulator.validation.world import World
from simulator.validation.world import simulate as simulate_world
from tests.support.worlds import busy

TABLES = ("panel", "visits", "needs", "outcomes", "funnel", "users", "posts")
SOCIAL = (Source.FRIEND, Source.SELLER, Source.OPINION_LEADER, Source.TRENDING)
SEED = 7
COMPILED = tuple(name for name in OBSERVERS if name != "ties")


def tables(
    kind: str,
    *actions: Mapping[str, Any],
    watch: tuple[str, ...] = (),
    role: str = "campaign",
    users: int = 800,
    **settings: Any,
) -> dict[str, pd.DataFrame]:
    """The tables of a small busy world."""
    scenario = busy(kind, users, *(f"{path}={value}" for path, value in settings.items()))
    return simulate_world(World(scenario, actions, watch, TABLES), SEED, role=role).tables


@pytest.mark.parametrize("kind", ["marketplace", "private_circle", "public_feed"])
def test_watching_changes_nothing(kind: str) -> None:
    watched = tables(kind, watch=COMPILED)
    plain = simulate(busy(kind, 800), SEED).tables
    assert table_hashes({name: watched[name] for name in TABLES}) == table_hashes(
        {name: plain[name] for name in TABLES}
    )


@pytest.fixture(scope="module", params=["marketplace", "private_circle", "public_feed"])
def watched(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    return tables(request.param, watch=COMPILED)


def test_attempts_are_those_of_the_ledger(watched: dict[str, pd.DataFrame]) -> None:
    """All but a few, which fell into one tick with another of the same need."""
    needs, attempts = watched["needs"].set_index("need_key"), watched["attempts"]
    assert 0.8 * needs["attempts"].sum() < len(attempts) <= needs["attempts"].sum()
    assert len(attempts) > 50
    assert not attempts.duplicated(["need_key", "number"]).any()
    last = attempts.set_index("need_key")
    last = last[last["number"] == needs["attempts"].reindex(last.index)]
    own = needs.loc[last.index]
    assert (last["device"] == own["device"]).all()
    assert (last["category"] == own["category"]).all()
    assert (last["completed"] == ((own["outlet"] == "platform") & (own["status"] == "bought"))).all()
    assert not attempts.loc[
        ~attempts.index.isin(attempts.index[attempts["need_key"].isin(last.index)]), "completed"
    ].any()


def test_visits_are_all_counted(watched: dict[str, pd.DataFrame]) -> None:
    visits = watched["visits_by_device"].set_index("device")["visits"]
    n = visits.sum()
    assert n == watched["visits"]["visits"].sum() > 20_000
    assert visits["phone"] / n == pytest.approx(0.77, abs=5 * (0.77 * 0.23 / n) ** 0.5), "a false alarm in two million"


@pytest.mark.parametrize("kind", ["private_circle", "public_feed"])
def test_first_awareness_by_ties_is_all_told(kind: str) -> None:
    """As often as the users' own records say that somebody's post was what they first heard of."""
    days = {"market.days": 2}
    found = tables(kind, watch=("ties",), users=150, **days)
    records = pd.concat([found["users"][name] for name in found["users"] if name.startswith("source_")])
    ties = found["ties"].iloc[0]
    assert ties["strong"] + ties["weak"] == records.isin([source.name.lower() for source in SOCIAL]).sum() > 0
    plain = simulate(busy(kind, 150, "market.days=2"), SEED).tables
    assert table_hashes({name: found[name] for name in TABLES}) == table_hashes({name: plain[name] for name in TABLES})


@pytest.mark.parametrize(("share", "strong", "weak"), [(1, True, False), (0, False, True)])
def test_ties_are_strong_or_weak(share: int, strong: bool, weak: bool) -> None:
    path = "platforms.private_circle.affordances"
    settings = {f"{path}.graph.strong_share": share, f"{path}.group_chats.enabled": "false", "market.days": 1}
    found = tables("private_circle", watch=("ties",), users=150, **settings)["ties"].iloc[0]
    assert (found["strong"] > 0, found["weak"] > 0) == (strong, weak)


def test_reviews_are_added() -> None:
    """Bad ones cost sales, good ones win them, and a change of nothing changes nothing."""
    orders = {}
    for stars in (0, 200, 1000):
        action = {"do": "reviews", "brand": "cotton", "count": 200 if stars else 0, "stars": stars}
        needs = tables("marketplace", action, role="control")["needs"]
        orders[stars] = int(((needs["brand"] == "cotton") & (needs["outlet"] == "platform")).sum())
    assert orders[200] < orders[0] < orders[1000]
    plain = tables("marketplace", role="control")["needs"]
    assert orders[0] == int(((plain["brand"] == "cotton") & (plain["outlet"] == "platform")).sum())


def test_a_week_of_more_ads_is_shown_but_not_paid() -> None:
    action = {"do": "ads", "brand": "aurora", "start_day": 2, "days": 1, "factor": 3.0}
    few = {"brands.aurora.campaign.budget_yuan": 300}
    plain, more = tables("marketplace", **few), tables("marketplace", action, **few)
    ads = [
        table["panel"][table["panel"]["brand"] == "aurora"].groupby(table["panel"]["tick"] // 24)["ads"].sum()
        for table in (plain, more)
    ]
    ratio = ads[1] / ads[0]
    assert ratio[2] == pytest.approx(3, rel=0.35), "five standard deviations of some hundred impressions"
    assert list(ratio.drop(2)) == pytest.approx([1] * 4, rel=0.1), "and no other day, but for what is left to spend"
    spend = [
        t["outcomes"].query("metric == 'marketing_spend_yuan' and brand == 'aurora'")["value"].iloc[0]
        for t in (plain, more)
    ]
    assert spend[1] == pytest.approx(spend[0], rel=0.1)


@pytest.mark.parametrize("by", ["most followed", "a keyed draw"])
def test_posts_are_written_by_as_many_users(by: str) -> None:
    action = {"do": "posts", "brand": "aurora", "count": 6, "by": by, "opinion": 0.8}
    posts = tables("public_feed", action, role="control")["posts"]
    roots = posts[(posts["parent_key"] == 0) & (posts["brand"] == "aurora") & (posts["tick"] < 24)]
    mine = roots[roots["opinion"] == np.float32(0.8)]
    assert len(mine) == 6
    assert mine["author"].nunique() == 6
    assert (mine["minute"] < 1440).all()
    assert set(mine["kind"]) == {"share"}
