"""Panels that add up to their runs, every impression, yuan and order; and a truth that is a difference of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.ensemble.lab import lab_in
from simulator.ensemble.panel import DOCS, Calendar, PanelStudy, channels, panel, panel_variants, panels_of
from simulator.ensemble.panel_world import absorbed
from simulator.ensemble.study_file import read_study
from simulator.errors import InputError
from simulator.kernels import rng
from simulator.output.tables import table_hash
from simulator.scenario.loader import load

TEXT = """
kind: panel
scenarios: [public_feed]
set: {market.users: 400, market.days: 9, platforms.0.affordances.trending.enabled: false}
replications: 1
"""


def read(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", PanelStudy, {})
    return file, panel_variants(file)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A panel by day, the same run as it is without being watched, and with one channel withdrawn."""
    folder = tmp_path_factory.mktemp("panel")
    file, variants = read(folder)
    each = panels_of(variants)
    with lab_in(folder, 1, jobs=1) as lab:
        made = panel(file.spec, each, lab)
        plain = lab.run([each[0].arm], [0], ("campaign",)).tables(each[0].arm.label, ("campaign",), [0])[0]
        shown = lab.run_pairs([(each[0].watched, 0)], ("campaign",)).tables(each[0].watched.label, ("campaign",), [0])
        without = each[0].without["cotton", "ads"]
        other = lab.run([without], [0], ("campaign",)).tables(without.label, ("campaign",), [0])[0]
    return made, plain, shown[0], other


def outcome(tables: Any, metric: str, brand: str) -> float:
    table = tables["outcomes"]
    return float(table["value"][(table["metric"] == metric) & (table["brand"] == brand)].iloc[0])


def test_watching_changes_nothing(done: Any) -> None:
    _, plain, watched, _ = done
    assert table_hash(plain["needs"]) == table_hash(watched["needs"])
    assert (watched["unplaced"]["impressions"] == 0).all(), "without a trending list every sight has its place"


def test_a_panel_adds_up_to_its_run(done: Any) -> None:
    made, plain, _, _ = done
    table = made["panel"]
    totals = table.groupby("brand").sum(numeric_only=True)
    counted = plain["panel"].groupby("brand")[["ads", "impressions"]].sum()
    for brand in ("aurora", "borealis", "cotton", "denim"):
        own = totals.loc[brand]
        assert own["ads_impressions"] == counted["ads"][brand]
        posts = own[["account_impressions", "leaders_impressions", "organic_impressions"]].sum()
        assert posts == counted["impressions"][brand]
        assert own["orders"] == outcome(plain, "orders", brand)
        assert own["revenue_yuan"] == pytest.approx(outcome(plain, "gmv_yuan", brand))
        spend = own[[name for name in own.index if name.endswith("_spend_yuan")]].sum()
        assert spend == pytest.approx(outcome(plain, "marketing_spend_yuan", brand))
    assert totals["ads_impressions"]["aurora"] > 0
    assert totals["account_impressions"]["cotton"] > 0
    assert len(table) == 9 * 31 * 4
    assert table.groupby(["date", "brand"])["population"].sum().unique().tolist() == [400]
    assert table["date"].iloc[0] == "2014-01-01"
    on = table[table["brand"] == "aurora"].groupby("date")["deal"].first()
    assert on.tolist() == [0, 0] + [0.05] * 7


def test_the_truth_is_a_difference_of_runs(done: Any) -> None:
    made, plain, _, other = done
    truth = made["truth"]
    own = truth[(truth["brand"] == "cotton") & (truth["channel"] == "ads")]
    sold = [outcome(tables, "orders", "cotton") for tables in (plain, other)]
    assert own["orders"].sum() == sold[0] - sold[1]
    assert len(own) == 9
    (effect,) = made["effects"][(made["effects"]["brand"] == "cotton") & (made["effects"]["channel"] == "ads")].to_dict(
        "records"
    )
    assert effect["orders"] == sold[0] - sold[1]
    assert effect["spend_yuan"] == pytest.approx(
        made["panel"][made["panel"]["brand"] == "cotton"]["ads_spend_yuan"].sum()
    )
    assert set(truth["channel"]) == {"ads", "leaders", "prizes", "account", "deal", "campaign"}
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_weeks_begin_on_the_first_day_of_the_run() -> None:
    calendar = Calendar.of({"market": {"days": 16, "start_month": 2, "tick_minutes": 60}}, "week")
    assert calendar.dates == ("2014-02-01", "2014-02-08", "2014-02-15")
    assert calendar.period.tolist() == [0] * 7 + [1] * 7 + [2] * 2


def test_channels_are_those_that_are_used_and_offered() -> None:
    feed, shop = load("public_feed").resolved, load("marketplace").resolved
    plan = feed["brands"][0]["campaign"]
    assert channels(feed, plan) == ["ads", "leaders", "prizes", "account", "deal"]
    assert channels(shop, plan) == ["ads", "deal"], "nobody posts in a shop"
    assert channels(feed, {**plan, "deal": 0.0, "ads_share": 0.0}) == ["leaders", "prizes", "account"]


def test_luck_is_hashed_as_in_the_kernels() -> None:
    words = np.array([0, 1, 7, 2**63, 2**64 - 1], np.uint64)
    prefix = np.uint64(0x123456789ABCDEF)
    assert absorbed(prefix, words).tolist() == [int(rng.absorb(prefix, word)) for word in words]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("replications: 1", "by: month", "by: unknown value; given the text 'month'; allowed: day, week"),
        ("[public_feed]", "[]", "scenarios: is empty"),
        (
            "market.days: 9", "brands.aurora.campaign: null, brands.cotton.campaign: null",
            "scenarios.0: no brand of public_feed has a campaign",
        ),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        read(tmp_path, TEXT.replace(old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
