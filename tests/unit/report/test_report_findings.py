"""What is read off the tables: ranking, separability, return on marketing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from simulator.output.dictionary import ANSWERS
from simulator.report.findings import Difference, answers, differences, ranking, return_on, times_ahead
from simulator.report.tables import StudyTables
from tests.unit.report.fake_study import Fake, comparison


class Held(Mapping[str, pd.DataFrame]):
    """Tables in memory, as far as findings need them."""

    level = 0.95
    headline = "contribution_campaigning_yuan"

    def __init__(self, effects: pd.DataFrame):
        self.effects = effects
        self.kept: dict[Any, Any] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        return {"effects": self.effects}[name]

    def __iter__(self) -> Any:
        return iter(["effects"])

    def __len__(self) -> int:
        return 1

    only = StudyTables.only


def effects(gain: list[float], spend: list[float]) -> Any:
    rows = [("contribution_campaigning_yuan", r, v) for r, v in enumerate(gain)]
    rows += [("marketing_spend_yuan", r, v) for r, v in enumerate(spend)]
    frame = pd.DataFrame(rows, columns=["metric", "replication", "value"])
    return Held(frame.assign(arm="a", brand=""))


def difference(low: float, high: float, p: float) -> Difference:
    return Difference("orders", "effect", "a", "b", (low + high) / 2, low, high, p, 0.05)


@pytest.mark.parametrize(
    ("low", "high", "p", "separable", "fragile"),
    [
        (1.0, 3.0, 0.01, True, False),
        (-3.0, -1.0, 0.01, True, False),
        (-1.0, 3.0, 0.4, False, False),
        (0.0, 3.0, 0.05, False, False),
        (1.0, 3.0, 0.07, False, True),
        (math.nan, math.nan, math.nan, False, False),
    ],
)
def test_separable_means_after_the_correction_for_pairs(
    low: float, high: float, p: float, separable: bool, fragile: bool
) -> None:
    found = difference(low, high, p)
    assert (found.separable, found.fragile) == (separable, fragile)


def test_a_difference_turned_round() -> None:
    found = difference(1.0, 3.0, 0.01).towards("b")
    assert (found.a, found.b, found.mean, found.low, found.high) == ("b", "a", -2.0, -3.0, -1.0)
    assert found.ahead == "a"


def test_the_return_is_a_ratio_of_averages() -> None:
    """Ratio estimator by hand: R = 12 / 6, residuals (0, -2, 2), standard error sd / (mean spend sqrt n)."""
    found = return_on(effects([4.0, 2.0, 6.0], [2.0, 2.0, 2.0]), "a")
    half = stats.t.ppf(0.975, 2) * math.sqrt((0 + 4 + 4) / 2 / 3) / 2
    assert found.mean == 2.0
    assert found.high - found.mean == pytest.approx(half, rel=1e-12)
    assert found.mean - found.low == pytest.approx(half, rel=1e-12)


def test_a_constant_return_has_an_interval_of_no_width() -> None:
    found = return_on(effects([2.0, 4.0, 8.0], [1.0, 2.0, 4.0]), "a")
    assert (found.mean, found.low, found.high) == (2.0, 2.0, 2.0)


def test_no_spend_has_no_return_and_one_replication_no_interval() -> None:
    assert math.isnan(return_on(effects([1.0], [0.0]), "a").mean)
    one = return_on(effects([1.0], [2.0]), "a")
    assert one.mean == 0.5
    assert not one.bounded


def test_the_ranking_of_the_usual_study(loaded: dict[str, StudyTables]) -> None:
    found = ranking(loaded["usual"])
    assert found is not None
    assert found.leader.arm == "public_feed"
    assert not found.tied
    assert [lead.b for lead in found.behind] == ["marketplace", "private_circle"]
    assert found.nearest is found.behind[0]


def test_a_tie_is_a_tie(loaded: dict[str, StudyTables]) -> None:
    found = ranking(loaded["tie"])
    assert found is not None
    assert {found.leader.arm, *(lead.b for lead in found.tied)} == {"marketplace", "public_feed"}
    assert [lead.b for lead in found.behind] == ["private_circle"]


def test_times_ahead_counts_paired_replications(loaded: dict[str, StudyTables]) -> None:
    ahead, n = times_ahead(loaded["usual"], "public_feed", "private_circle")
    behind, _ = times_ahead(loaded["usual"], "private_circle", "public_feed")
    assert (ahead + behind, n) == (20, 20)


def test_only_the_whole_market_is_compared(loaded: dict[str, StudyTables]) -> None:
    stored = comparison(Fake())["paired_differences"]
    assert (stored["brand"] != "").any()
    assert len(differences(loaded["usual"])) == (stored["brand"] == "").sum()


def test_only_answers_are_counted(loaded: dict[str, StudyTables]) -> None:
    found = answers(loaded["usual"])
    assert {d.metric for d in found} == set(ANSWERS)
    assert len(found) == 3 * len(ANSWERS)
    assert {d.kind for d in answers(loaded["levels"])} == {"level"}
