"""Spread, funnel, sources and cascades over replications, from runs small enough to count by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.ensemble import trends
from simulator.ensemble.trends import ArmRun
from simulator.output.dictionary import check_tables
from tests.unit.ensemble import fake_model


@dataclass
class Stored:
    """A run whose tables are in memory."""

    tables: dict[str, pd.DataFrame]

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        return self.tables[name] if columns is None else self.tables[name][columns]


def runs(*seeds: int, role: str = "campaign") -> list[ArmRun]:
    empty: dict[str, Any] = {"gain": 0.0, "name": "a"}
    made = []
    for number, seed in enumerate(seeds):
        output = fake_model.simulate(
            fake_model.Scenario(empty), seed, role=role, engine="kernels", threads=1, progress=None
        )
        made.append(ArmRun("a", role, number, Stored(output.tables)))  # type: ignore[arg-type]
    return made


def test_spread_counts_people_so_far() -> None:
    """Newly aware of north 1 2 3 0, twice that on odd seeds; buyers 10 at tick 0, 13 at tick 2 or 3; user 10 once."""
    spread = trends.spread(runs(0, 1))
    check_tables({"spread": spread}, "comparison/")
    north = spread[spread["brand"] == "north"].set_index(["measure", "day"])
    assert north.loc["newly_aware", "median"].tolist() == [1.5, 4.5, 9.0, 9.0]
    assert north.loc["newly_aware", "p5"].tolist() == pytest.approx([1.05, 3.15, 6.3, 6.3])
    assert north.loc["newly_aware", "p95"].tolist() == pytest.approx([1.95, 5.85, 11.7, 11.7])
    assert north.loc["adopters", "median"].tolist() == [1.0, 1.0, 1.5, 2.0]
    assert north.loc["newly_aware"].index.tolist() == [0.5, 1.0, 1.5, 2.0]
    assert (spread["n"] == 2).all()
    south = spread[(spread["brand"] == "south") & (spread["measure"] == "adopters")]
    assert south["median"].tolist() == [0.0, 1.0, 1.0, 1.0]


def test_long_runs_are_thinned_and_keep_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trends, "MAX_POINTS", 2)
    spread = trends.spread(runs(0))
    assert spread[(spread["brand"] == "north") & (spread["measure"] == "newly_aware")]["day"].tolist() == [0.5, 2.0]
    assert spread["median"].max() == 6.0


def test_funnel_means_in_the_order_of_stages() -> None:
    funnel = trends.funnel(runs(0, 1, role="control"))
    check_tables({"funnel": funnel}, "comparison/")
    assert funnel["stage"].tolist() == ["exposed", "aware", "paid"]
    assert funnel["mean"].tolist() == [10.5, 6.5, 4.5]
    assert funnel["low"].iloc[0] == pytest.approx(10.5 - 12.706204736432095 * 0.5)
    assert set(funnel["role"]) == {"control"}
    assert trends.funnel(runs(0))["low"].isna().all()


def test_sources_count_an_absence_as_nothing() -> None:
    both = runs(0, 1)
    needs = both[1].run.table("needs")
    both[1].run.tables["needs"] = needs[needs["source"] != "friend"]  # type: ignore[index]
    sources = trends.sources(both)
    check_tables({"sources": sources}, "comparison/")
    found = sources.set_index(["source", "outlet", "status"])["mean"]
    assert found.to_dict() == {
        ("ad", "platform", "bought"): 2.0,
        ("friend", "platform", "bought"): 0.5,
        ("none", "none", "lost"): 1.0,
        ("none", "offline", "bought"): 1.0,
    }
    assert (sources["n"] == 2).all()


def test_pending_needs_have_no_source_yet() -> None:
    one = runs(0)
    one[0].run.tables["needs"] = one[0].run.table("needs").assign(status="pending")  # type: ignore[index]
    sources = trends.sources(one)
    check_tables({"sources": sources}, "comparison/")
    assert len(sources) == 0


def test_cascades_of_campaign_runs_are_pooled() -> None:
    cascades = trends.cascades(runs(0, 1) + runs(0, role="control"))
    check_tables({"cascades": cascades}, "comparison/")
    assert cascades["replication"].tolist() == [0, 0, 1, 1]
    assert cascades["size"].tolist() == [3, 1, 3, 1]
    assert cascades["structural_virality"].iloc[0] == pytest.approx(4 / 3)
    assert np.isnan(cascades["structural_virality"].iloc[1])


def test_runs_without_posts_have_no_cascades() -> None:
    one = runs(0)
    one[0].run.tables["posts"] = fake_model.posts().iloc[:0]  # type: ignore[index]
    cascades = trends.cascades(one)
    check_tables({"cascades": cascades}, "comparison/")
    assert len(cascades) == 0
