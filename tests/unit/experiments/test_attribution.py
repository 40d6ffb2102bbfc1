"""Ledgers that can be counted by hand, identities on real runs, and naive methods on data with a known answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.ensemble.attribution import added_sales_yuan, campaigns, fates, flows, naive
from simulator.ensemble.attribution_study import DOCS, AttributionStudy, attribute, attribution_variants
from simulator.ensemble.lab import lab_in
from simulator.ensemble.study_file import read_study
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.targets import level
from simulator.errors import InputError

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
        {"user": [0, 0, 3, 7], "brand": "a", "status": "bought", "source": ["ad", "friend", "none", "search"]}
    )
    return {"panel": panel, "users": users, "needs": needs}


def test_naive_methods_on_data_with_a_known_answer() -> None:
    """Two orders a day, and one more for every ten impressions."""
    found = naive(world([2, 2, 5, 4], [0, 0, 30, 20]), "a", {"start_day": 2, "days": 2})
    assert found["first touch"] == 2
    assert found["exposed over not"] == pytest.approx(4 * (3 / 4 - 1 / 6))
    assert found["before and after"] == pytest.approx(9 - 2 * 2)
    assert found["regression"] == pytest.approx(5)


def test_methods_that_cannot_be_used_say_nothing() -> None:
    found = naive(world([2, 2], [0, 0]), "a", {"start_day": 0, "days": 2})
    assert math.isnan(found["before and after"])
    assert math.isnan(found["regression"])


# -- studies

TEXT = "kind: attribution\nscenarios: [public_feed]\nset: {market.users: 1500, market.days: 6}\nreplications: 2\n"


def study(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    return read_study(tmp_path / "study.yaml", AttributionStudy, {})


def test_a_study_agrees_with_the_runs_own_count(tmp_path: Path) -> None:
    """Gross is the difference in orders of the two runs."""
    file = study(tmp_path)
    lab = lab_in(tmp_path, 1, jobs=1)
    variants = attribution_variants(file)
    made = attribute(file.spec, variants, lab)
    runs = lab.run(variants.arms("", {}), range(2))
    for number in range(2):
        tables = runs.tables("public_feed", ("campaign", "control"), [number])
        for brand in campaigns(variants.each[0].base.resolved):
            orders = [level(one, Outcome(metric="orders", kind="level", brand=brand)) for one in tables]
            own = made["worlds"]
            own = own[(own["replication"] == number) & (own["brand"] == brand) & (own["measure"] == "gross")]
            assert own["value"].tolist() == [orders[0] - orders[1]]
    assert (made["truth"]["n"] == 2).all()
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_a_scenario_without_campaigns_is_refused(tmp_path: Path) -> None:
    none = "brands.aurora.campaign: null, brands.cotton.campaign: null"
    with pytest.raises(InputError, match=r"study.yaml:2:13: scenarios.0: no brand of public_feed has a campaign"):
        attribution_variants(study(tmp_path, TEXT.replace("market.days: 6", none)))
