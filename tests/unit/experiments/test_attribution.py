"""Ledgers that can be counted by hand, identities on real runs, and naive methods on data with a known answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.ensemble.attribute import DOCS, attribute
from simulator.ensemble.attribution import added_sales_yuan, campaigns, fates, flows, naive
from simulator.ensemble.attribution_study import (
    AS_IS,
    SILENT,
    AttributionStudy,
    attribution_variants,
    richer_by,
    works,
    worlds_of,
)
from simulator.ensemble.contagion import MUTED, late_orders, naive_contagion, without, without_talk
from simulator.ensemble.lab import lab_in
from simulator.ensemble.study_file import read_study
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.targets import level
from simulator.ensemble.trial_world import clusters
from simulator.ensemble.trials import TRIALS, brought, estimate
from simulator.errors import InputError
from simulator.network.csr import CSRGraph
from simulator.scenario.loader import load

NEEDS = [
    # key, campaign: status, brand, outlet, tick, fen; control: the same
    (1, "bought", "a", "platform", 5, 100, "bought", "a", "platform", 5, 100),
    (2, "bought", "a", "platform", 3, 100, "bought", "a", "platform", 5, 120),
    (3, "bought", "a", "platform", 6, 100, "bought", "a", "platform", 5, 100),
    (4, "bought", "a", "platform", 5, 100, "bought", "a", "offline", 5, 100),
    (5, "bought", "a", "platform", 5, 100, "bought", "b", "platform", 5, 80),
    (6, "bought", "a", "platform", 5, 100, "lost", "", "none", -1, 0),
    (7, "lost", "", "none", -1, 0, "bought", "a", "platform", 5, 100),
    (8, "bought", "a", "platform", 5, 100, "pending", "", "none", -1, 0),
    (9, "bought", "b", "platform", 5, 80, "bought", "a", "platform", 5, 100),
    (10, "pending", "", "none", -1, 0, "pending", "", "none", -1, 0),
    (11, "bought", "a", "platform", 5, 100, "chosen", "a", "platform", -1, 100),
]
FATES = [
    "same", "earlier", "later", "other_outlet", "other_brand", "new", "lost", "pulled_forward", "other_brand",
    "unmet", "new",
]  # fmt: skip
NAMES = ["status", "brand", "outlet", "paid_tick", "price_fen"]


def ledgers() -> tuple[pd.DataFrame, pd.DataFrame]:
    campaign = pd.DataFrame([(row[0], *row[1:6]) for row in NEEDS], columns=["need_key", *NAMES])
    control = pd.DataFrame([(row[0], *row[6:]) for row in NEEDS], columns=["need_key", *NAMES])
    return campaign, control.sample(frac=1, random_state=1)


def test_every_need_has_its_fate() -> None:
    table = fates(*ledgers()).sort_values("need_key")
    assert table["fate"].tolist() == FATES


def test_flows_of_both_brands_are_counted() -> None:
    table = fates(*ledgers())
    assert flows(table, "a") == {
        "same": 1, "earlier": 1, "later": 1, "other_outlet": 1, "new": 2, "won": 1, "pulled_forward": 1, "lost": 1,
        "ceded": 1, "incremental": 1, "gross": 2, "cannibalised": 4,
    }  # fmt: skip
    other = flows(table, "b")
    assert (other["won"], other["ceded"], other["gross"]) == (1, 1, 0)
    campaign, control = ledgers()
    for brand in "ab":
        sold = [int(((t["status"] == "bought") & (t["brand"] == brand)).sum()) for t in (campaign, control)]
        assert flows(table, brand)["gross"] == sold[0] - sold[1]


def test_added_sales_leave_out_what_was_only_moved() -> None:
    """With: eight needs of a at 100 fen, one of them pulled forward; without: 100, 120, 100, 100, 100 and 100."""
    assert added_sales_yuan(fates(*ledgers()), "a") == pytest.approx((700 - 620) / 100)


def test_the_same_run_twice_adds_nothing() -> None:
    campaign, _ = ledgers()
    found = flows(fates(campaign, campaign), "a")
    assert {name: found[name] for name in ("incremental", "gross", "cannibalised")} == dict.fromkeys(
        ("incremental", "gross", "cannibalised"), 0
    )
    assert found["same"] == 8


def test_other_worlds_are_refused() -> None:
    campaign, control = ledgers()
    with pytest.raises(ValueError, match="not the same world"):
        fates(campaign, control[control["need_key"] != 3])


# -- naive methods


def world(sold: list[int], seen: list[int]) -> dict[str, pd.DataFrame]:
    """Two ticks a day; ten people, of whom the first four saw something; three orders by them, one by the others."""
    days = len(sold)
    panel = pd.DataFrame(
        {
            "brand": "a",
            "day": np.arange(1, 2 * days + 1) / 2,
            "impressions": np.repeat(seen, 2) / 2,
            "ads": 0,
            "orders_platform": np.repeat(sold, 2) / 2,
            "orders_offline": 0,
        }
    )
    users = pd.DataFrame({"user": range(10), "exposed_a": [one < 4 for one in range(10)]})
    needs = pd.DataFrame(
        {
            "user": [0, 0, 3, 7],
            "brand": "a",
            "status": "bought",
            "source": ["ad", "friend", "none", "search"],
            "last_touch": ["friend", "ad", "brand", "ad"],
            "outlet": ["platform", "platform", "platform", "offline"],
        }
    )
    return {"panel": panel, "users": users, "needs": needs}


def test_naive_methods_on_data_with_a_known_answer() -> None:
    """Two orders a day, and one more for every ten impressions."""
    found = naive(world([2, 2, 5, 4], [0, 0, 30, 20]), "a", {"start_day": 2, "days": 2})
    assert found["last click"] == 2
    assert found["first touch"] == 2
    assert found["exposed over not"] == pytest.approx(4 * (3 / 4 - 1 / 6))
    assert found["before and after"] == pytest.approx(9 - 2 * 2)
    assert found["regression"] == pytest.approx(5)


def test_methods_that_cannot_be_used_say_nothing() -> None:
    found = naive(world([2, 2], [0, 0]), "a", {"start_day": 0, "days": 2})
    assert math.isnan(found["before and after"])
    assert math.isnan(found["regression"])


# -- experiments within a run

PLAN = {"start_day": 1, "days": 4}


def bought(*orders: tuple[int, int]) -> pd.DataFrame:
    """Orders of brand a: user and tick, 12 ticks a day."""
    table = pd.DataFrame(orders, columns=["user", "paid_tick"])
    return table.assign(brand="a", status="bought")


def groups(treated: list[bool]) -> pd.DataFrame:
    return pd.DataFrame({"brand": "a", "unit": range(len(treated)), "treated": treated})


@pytest.mark.parametrize("design", ["users", "clusters", "regions"])
def test_a_test_of_units_compares_rates_and_counts_all(design: str) -> None:
    """Of ten users four are treated and buy three times; the others twice: (3/4 - 2/6) times ten."""
    needs = bought((0, 5), (0, 9), (1, 5), (7, 1), (8, 60))
    assert estimate(design, needs, groups([True] * 4 + [False] * 6), "a", PLAN, 120) == pytest.approx(
        10 * (3 / 4 - 2 / 6)
    )
    assert math.isnan(estimate(design, needs, groups([True] * 10), "a", PLAN, 120))
    assert estimate(design, needs.assign(brand="b"), groups([True, False]), "a", PLAN, 120) == 0


def test_a_switchback_compares_days_of_the_campaign() -> None:
    """Days 1 to 4; on days 1 and 2 the messages run. Orders a day: 9 before, 3, 1, 2, 0, 9 after."""
    orders = [(day, n) for day, n in enumerate([9, 3, 1, 2, 0, 9]) for _ in range(n)]
    needs = bought(*((i, 12 * day + 3) for i, (day, _) in enumerate(orders)))
    on = groups([False, True, True, False, False, True])
    assert estimate("days", needs, on, "a", PLAN, 120) == pytest.approx(4 * (2 - 1))


def test_what_messages_brought_is_a_difference_of_worlds() -> None:
    assert brought(bought((0, 1), (1, 1), (2, 1)), bought((0, 1)), "a") == 2


def test_clusters_are_balls_of_radius_one() -> None:
    """A path 0-1-2-3-4-5 taken from its middle: the first ball is 1, 2, 3; then 4 with 5, and 0 alone."""
    edges = np.array([(i, i + 1) for i in range(5)])
    graph = CSRGraph.from_edges(*edges.T, n=6)
    own = clusters(graph, np.array([0.9, 0.5, 0.1, 0.6, 0.2, 0.7]))
    assert own.tolist() == [2, 0, 0, 0, 1, 1]


# -- influence and homophily


def test_naive_contagion_on_a_graph_that_can_be_counted_by_hand() -> None:
    """User 0 buys early and is seen by 1 and 2, of whom 1 buys later; of the other three, 5 does."""
    graph = CSRGraph.from_edges(np.array([0, 0, 3]), np.array([1, 2, 4]), n=6)
    needs = bought((0, 1), (1, 30), (5, 40), (0, 50))
    assert naive_contagion(needs, "a", graph, 20) == pytest.approx(2 * (1 / 2 - 1 / 3))
    assert late_orders(needs, "a", 20) == 3
    assert math.isnan(naive_contagion(needs.iloc[1:], "a", graph, 20)), "nobody bought early"


def test_in_a_silent_world_nobody_passes_anything_on() -> None:
    feed = load("private_circle").resolved
    silent = without_talk(feed)
    for name in MUTED:
        assert not silent["platforms"][0]["affordances"][name]["enabled"]
    assert works(silent, "feed")
    assert works(silent, "influence")
    assert {block["share_rate"] for block in silent["categories"].values()} == {0.0}
    assert not works(without(feed, "influence"), "influence")
    assert feed == load("private_circle").resolved, "the scenario itself is left alone"


# -- studies

TEXT = """
kind: attribution
scenarios: [public_feed, marketplace]
set: {market.users: 400, market.days: 6, brands.cotton.campaign.start_day: 1}
replications: 2
"""


def study(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    return read_study(tmp_path / "study.yaml", AttributionStudy, {})


def test_the_worlds_of_a_study(tmp_path: Path) -> None:
    file = study(tmp_path)
    feed, shop = worlds_of(file.spec, attribution_variants(file))
    assert list(feed.trials) == [*TRIALS, "nobody"]
    assert list(shop.trials) == ["users", "regions", "days", "nobody"], "a shop has no graph to cut"
    assert (feed.runs, shop.runs) == (2 * 3 + 1 + 5, 2 + 1 + 4)
    assert feed.richer is not None
    budgets = [brand["campaign"]["budget_yuan"] for brand in feed.richer.resolved["brands"] if brand["campaign"]]
    assert budgets == [4800, 4800]
    assert richer_by(feed.arms[AS_IS].resolved, 0.0) == feed.arms[AS_IS].resolved
    few = study(tmp_path, TEXT + "marginal: 0\nsocial: false\ntrials: []\n")
    assert [one.runs for one in worlds_of(few.spec, attribution_variants(few))] == [2, 2]


def test_a_study_adds_up_and_agrees_with_the_runs_own_count(tmp_path: Path) -> None:
    """Gross is the difference in orders of the two runs; direct and spill-over are incremental, world by world."""
    file = study(tmp_path, TEXT.replace("[public_feed, marketplace]", "[public_feed]").replace("ons: 2", "ons: 1"))
    with lab_in(tmp_path, 1, jobs=1) as lab:
        each = worlds_of(file.spec, attribution_variants(file))
        made = attribute(file.spec, each, lab)
        arm = each[0].arms[AS_IS]
        tables = lab.run([arm], [0]).tables(arm.label, ("campaign", "control"), [0])
    assert SILENT in each[0].arms
    own = {(r["brand"], r["measure"]): r["value"] for r in made["worlds"].to_dict("records")}
    for brand in campaigns(arm.resolved):
        orders = [level(one, Outcome(metric="orders", kind="level", brand=brand)) for one in tables]
        assert own[brand, "gross"] == orders[0] - orders[1]
        assert own[brand, "direct"] + own[brand, "spill_over"] == own[brand, "incremental"]
        assert own[brand, "unpersuaded"] + own[brand, "by_influence"] == own[brand, "incremental"]
        assert own[brand, "further_spend_yuan"] > 0
    assert set(made["truth"]["measure"]) >= {"incremental", "roas", "marginal_roas", "messages", "spill_over"}
    by_trial = made["naive"]["method"].isin(list(TRIALS))
    assert set(made["naive"]["against"][by_trial]) == {"messages"}
    assert set(made["naive"]["against"][~by_trial]) == {"incremental"}
    assert set(made["contagion"]["measure"]) == {"naive", "likeness", "causal"}
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "brands.cotton.campaign.start_day: 1", "brands.aurora.campaign: null, brands.cotton.campaign: null",
            "study.yaml:3:13: scenarios.0: no brand of public_feed has a campaign",
        ),
        ("replications: 2", "trials: [user]", "trials.0: unknown value; given the text 'user'"),
        ("replications: 2", "marginal: -1", "marginal: out of range"),
        ("replications: 2", "priors: plausible", "priors: unknown key"),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        attribution_variants(study(tmp_path, TEXT.replace(old, new)))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem for problem in found), found
