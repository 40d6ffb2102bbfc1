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
from simulator.validation.observers import OBSERVERS, Ties
from simulator.validation.world import World
from simulator.validation.world import simulate as simulate_world
from tests.support.worlds import busy

TABLES = ("panel", "needs", "outcomes", "funnel", "users", "posts")
SEED = 7


def tables(kind: str, *actions: Mapping[str, Any], watch: tuple[str, ...] = (), role: str = "campaign", **settings: Any) -> dict[str, pd.DataFrame]:
    scenario = busy(kind, 800, *(f"{path}={value}" for path, value in settings.items()))
    return simulate_world(World(scenario, actions, watch, TABLES), SEED, role=role).tables


@pytest.mark.parametrize("kind", ["marketplace", "private_circle", "public_feed"])
def test_watching_changes_nothing(kind: str) -> None:
    watched = tables(kind, watch=tuple(OBSERVERS))
    plain = simulate(busy(kind, 800), SEED).tables
    assert table_hashes({name: watched[name] for name in TABLES}) == table_hashes({name: plain[name] for name in TABLES})


@pytest.fixture(scope="module", params=["marketplace", "private_circle", "public_feed"])
def watched(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    return tables(request.param, watch=tuple(OBSERVERS))


def test_every_attempt_is_seen(watched: dict[str, pd.DataFrame]) -> None:
    needs, attempts = watched["needs"], watched["attempts"]
    assert len(attempts) > 50
    last = attempts.sort_values("number").groupby("need_key").last()
    tried = needs[needs["attempts"] > 0].set_index("need_key")
    assert last["number"].to_dict() == tried["attempts"].to_dict()
    assert last["device"].to_dict() == tried["device"].to_dict()
    assert last["category"].to_dict() == tried["category"].to_dict()
    assert set(last.index[last["completed"]]) == set(tried.index[(tried["outlet"] == "platform") & (tried["status"] == "bought")])
    assert not attempts.duplicated(["need_key", "number"]).any()


def test_visits_are_by_hour_and_device(watched: dict[str, pd.DataFrame]) -> None:
    visits = watched["visits"]
    assert len(visits) == 48
    phone = visits.loc[visits["device"] == "phone", "visits"].sum()
    n = visits["visits"].sum()
    assert n > 20_000
    assert phone / n == pytest.approx(0.77, abs=5 * (0.77 * 0.23 / n) ** 0.5), "a false alarm in two million"


def test_pages_are_at_least_as_many_as_checkouts(watched: dict[str, pd.DataFrame]) -> None:
    views = int(watched["pages"]["views"].iloc[0])
    assert views >= watched["panel"]["intents"].sum() > 0
    assert views >= watched["panel"]["newly_interested"].sum()


def test_first_awareness_by_ties_is_all_found(watched: dict[str, pd.DataFrame]) -> None:
    """As many as the users' own records of what first told them; every one is traced to a post."""
    ties = watched["ties"].iloc[0]
    names = [source.name.lower() for source in Ties.SOCIAL]
    columns = [name for name in watched["users"] if name.startswith("source_")]
    told = sum(int(watched["users"][name].isin(names).sum()) for name in columns)
    assert ties["unknown"] == 0
    assert ties["strong"] + ties["weak"] == told
    assert Source.AD not in Ties.SOCIAL


@pytest.mark.parametrize(("share", "strong", "weak"), [(1, True, False), (0, False, True)])
def test_ties_are_strong_or_weak(share: int, strong: bool, weak: bool) -> None:
    path = "platforms.private_circle.affordances.graph.strong_share"
    found = tables("private_circle", watch=("ties",), **{path: share})["ties"].iloc[0]
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
    ads = [table["panel"][table["panel"]["brand"] == "aurora"].groupby(table["panel"]["tick"] // 24)["ads"].sum() for table in (plain, more)]
    ratio = ads[1] / ads[0]
    assert ratio[2] == pytest.approx(3, rel=0.35), "five standard deviations of some hundred impressions"
    assert list(ratio.drop(2)) == pytest.approx([1] * 4, rel=0.1), "and no other day, but for what is left to spend"
    spend = [t["outcomes"].query("metric == 'marketing_spend_yuan' and brand == 'aurora'")["value"].iloc[0] for t in (plain, more)]
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
