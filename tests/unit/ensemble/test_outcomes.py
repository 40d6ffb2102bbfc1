"""Effects, summaries, paired differences and the verdict, from outcomes written out by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from simulator.ensemble import outcomes
from simulator.ensemble.outcomes import HEADLINE, RIVALS, with_headline
from simulator.ensemble.statistics import holm, paired_difference
from simulator.output.dictionary import check_tables

SHARED = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
OWN = {
    "a": np.array([0.1, -0.2, 0.0, 0.1, 0.2]),
    "b": np.array([0.0, 0.1, 0.1, -0.1, 0.0]),
    "c": np.array([0.2, 0.0, -0.1, 0.0, 0.1]),
}


def arm_outcomes(gains: dict[str, float], replications: int = 5) -> pd.DataFrame:
    """The control is the shared luck, the campaign adds gain and the arm's own luck."""
    rows = []
    for arm, gain in gains.items():
        for number in range(replications):
            control = 100 + SHARED[number]
            campaign = control + gain + OWN[arm][number]
            rows.append((arm, number, "campaign", HEADLINE, "", campaign, "yuan"))
            rows.append((arm, number, "control", HEADLINE, "", control, "yuan"))
            rows.append((arm, number, "campaign", "orders", "north", 7.0, "orders"))
            rows.append((arm, number, "control", "orders", "north", 7.0, "orders"))
    return pd.DataFrame(rows, columns=["arm", "replication", "role", "metric", "brand", "value", "unit"])


def compared(gains: dict[str, float], replications: int = 5) -> tuple[pd.DataFrame, pd.DataFrame, outcomes.Verdict]:
    every = arm_outcomes(gains, replications)
    effect = outcomes.effects(every)
    summary, pairs = outcomes.summary(every, effect), outcomes.paired_differences(every, effect, 1)
    named = {"arm_outcomes": every, "effects": effect, "summary": summary, "paired_differences": pairs}
    check_tables(named, "comparison/")
    return summary, pairs, outcomes.verdict(summary, pairs)


def row(table: pd.DataFrame, **values: str) -> pd.Series:
    for name, value in values.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_headline_is_the_campaigning_brands_together() -> None:
    rows = [("contribution_yuan", "x", 1.5, "yuan"), ("contribution_yuan", "y", 2.5, "yuan"), ("orders", "x", 9.0, "o")]
    table = pd.DataFrame(rows, columns=["metric", "brand", "value", "unit"])
    assert row(with_headline(table, ["x", "y"]), metric=HEADLINE).value == 4.0
    assert row(with_headline(table, ["y"]), metric=HEADLINE).value == 2.5
    assert row(with_headline(table, ["y"]), metric=RIVALS).value == 1.5
    assert row(with_headline(table, ["x", "y"]), metric=RIVALS).value == 0.0


def test_the_total_of_the_market_is_no_brand_and_without_campaigns_nothing_is_split() -> None:
    rows = [("contribution_yuan", "x", 1.5, "yuan"), ("contribution_yuan", "", 1.5, "yuan")]
    table = pd.DataFrame(rows, columns=["metric", "brand", "value", "unit"])
    assert row(with_headline(table, ["x"]), metric=RIVALS).value == 0.0
    pd.testing.assert_frame_equal(with_headline(table, []), table)


def test_effects_are_campaign_minus_control_of_the_same_replication() -> None:
    every = arm_outcomes({"a": 2.0})
    effect = outcomes.effects(every.iloc[::-1])
    headline = effect[effect["metric"] == HEADLINE].sort_values("replication")
    np.testing.assert_allclose(headline["value"], 2.0 + OWN["a"], rtol=1e-13)
    assert effect[effect["metric"] == "orders"]["value"].tolist() == [0.0] * 5


def test_summary_of_levels_and_effects() -> None:
    summary, _, _ = compared({"a": 2.0, "b": 1.0})
    level = row(summary, arm="a", metric=HEADLINE, kind="level")
    effect = row(summary, arm="a", metric=HEADLINE, kind="effect")
    assert level["mean"] == pytest.approx(102 + (SHARED + OWN["a"]).mean())
    assert effect["mean"] == pytest.approx(2 + OWN["a"].mean())
    assert effect["sd"] == pytest.approx(OWN["a"].std(ddof=1))
    assert effect["variance_reduction"] == pytest.approx(
        (SHARED.var(ddof=1) + (SHARED + OWN["a"]).var(ddof=1)) / OWN["a"].var(ddof=1)
    )
    assert math.isnan(level["variance_reduction"])
    assert level["n"] == effect["n"] == 5


def test_paired_differences_are_those_of_statistics_with_holm_over_pairs() -> None:
    _, pairs, _ = compared({"a": 2.0, "b": 1.9, "c": 0.0})
    values = {arm: 100 + SHARED + gain + OWN[arm] for arm, gain in (("a", 2.0), ("b", 1.9), ("c", 0.0))}
    expected = {
        pair: paired_difference(values[pair[0]], values[pair[1]], 1) for pair in itertools.combinations("abc", 2)
    }
    adjusted = holm([one.p_value for one in expected.values()])
    for ((a, b), one), p_holm in zip(expected.items(), adjusted, strict=True):
        got = row(pairs, metric=HEADLINE, kind="level", arm_a=a, arm_b=b)
        assert (got["mean"], got["low"], got["high"]) == pytest.approx((one.mean, one.low, one.high))
        assert got["p_holm"] == pytest.approx(p_holm)
        assert got["variance_reduction"] == pytest.approx(one.variance_reduction)
        assert got["separable"] == (p_holm < 0.05)
    assert len(pairs) == 2 * 2 * 3


def test_an_outcome_that_one_arm_lacks_is_compared_among_the_others() -> None:
    every = arm_outcomes({"a": 2.0, "b": 1.0, "c": 0.0})
    every = every[~((every["arm"] == "b") & (every["metric"] == "orders"))]
    pairs = outcomes.paired_differences(every, outcomes.effects(every), 1)
    assert pairs[pairs["metric"] == "orders"][["arm_a", "arm_b"]].drop_duplicates().to_numpy().tolist() == [["a", "c"]]


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_a_clear_winner(order: tuple[str, ...]) -> None:
    gains = {"a": 3.0, "b": 2.0, "c": 0.0}
    _, _, verdict = compared({arm: gains[arm] for arm in order})
    assert (verdict.winner, verdict.leader, verdict.rival) == ("a", "a", "b")
    assert verdict.low > 0
    assert verdict.difference == pytest.approx(1.0 + OWN["a"].mean() - OWN["b"].mean())
    head = "campaigns added most on a: 1 yuan more contribution of the campaigning brands than on b (95 % interval"
    assert verdict.text.startswith(head)
    assert "Holm's p" in verdict.text
    assert "5 paired replications" in verdict.text


def test_a_lead_within_luck_is_not_separable() -> None:
    _, pairs, verdict = compared({"a": 2.0, "b": 1.99, "c": 0.0})
    assert verdict.winner == ""
    assert verdict.low < 0 < verdict.high
    assert verdict.text.startswith("not separable: ")
    assert not row(pairs, metric=HEADLINE, kind="effect", arm_a="a", arm_b="b")["separable"]
    assert row(pairs, metric=HEADLINE, kind="effect", arm_a="a", arm_b="c")["separable"]


def test_an_arm_against_itself_is_exactly_nothing() -> None:
    every = arm_outcomes({"a": 2.0})
    every = pd.concat([every, every.assign(arm="a (2)")])
    effect = outcomes.effects(every)
    pairs = outcomes.paired_differences(every, effect, 1)
    assert (pairs[["mean", "low", "high"]] == 0).all(axis=None)
    assert not pairs["separable"].any()
    assert (pairs["p_value"] == 1).all()
    assert "added the same" in outcomes.verdict(outcomes.summary(every, effect), pairs).text


def test_one_replication_has_a_leader_but_no_interval() -> None:
    summary, pairs, verdict = compared({"a": 2.0, "b": 1.0, "c": 0.0}, replications=1)
    assert summary[["sd", "low", "high"]].isna().all(axis=None)
    assert pairs[["low", "high", "bootstrap_low", "bootstrap_high", "p_value", "p_holm"]].isna().all(axis=None)
    assert not pairs["separable"].any()
    assert (verdict.winner, verdict.leader, verdict.rival, verdict.n) == ("", "a", "b", 1)
    assert verdict.text == (
        "not separable: campaigns added 1 yuan more on a than on b (one replication, no interval: this may be luck)"
    )


def test_one_arm_has_nothing_to_be_compared_with() -> None:
    _, pairs, verdict = compared({"a": 2.0})
    assert len(pairs) == 0
    assert (verdict.winner, verdict.leader, verdict.rival) == ("", "a", "")
    assert "no other campaign" in verdict.text


def test_holm_decides_and_not_the_interval() -> None:
    """The t intervals of both pairs leave out zero; one does not survive the adjustment."""
    pairs = pd.DataFrame(
        [("a", "b", 2.0, 0.1, 3.9, 0.06), ("a", "c", 4.0, 1.0, 7.0, 0.03)],
        columns=["arm_a", "arm_b", "mean", "low", "high", "p_holm"],
    ).assign(metric=HEADLINE, brand="", kind="effect", n=5)
    means = pd.DataFrame({"arm": ["a", "b", "c"], "mean": [5.0, 3.0, 1.0]})
    verdict = outcomes.verdict(means.assign(metric=HEADLINE, brand="", kind="effect", n=5), pairs)
    assert (verdict.winner, verdict.rival, verdict.low, verdict.p_holm) == ("", "b", 0.1, 0.06)
    assert verdict.text.startswith("not separable: campaigns added 2 yuan more on a than on b")
    assert "Holm's p 0.06" in verdict.text


def test_campaigns_that_pay_nowhere_are_not_called_additions() -> None:
    _, _, verdict = compared({"a": -2.0, "b": -4.0})
    assert verdict.winner == "a"
    assert verdict.text.startswith("campaigns paid nowhere and lost least on a: 2 yuan more")


def levels(means: dict[str, float]) -> pd.DataFrame:
    every = arm_outcomes(means)
    every = every[every["metric"] == HEADLINE].assign(metric="contribution_yuan")
    return every.assign(value=every["value"].where(every["role"] == "campaign", 0.0))


@pytest.mark.parametrize(
    ("means", "winner", "text"),
    [
        ({"a": 1.0, "b": 9.0}, "b", "no campaign to measure: levels only; contribution of all brands is 8 yuan higher"),
        ({"a": 1.0, "b": 1.05}, "", "no campaign to measure: levels only; not separable: contribution of all brands"),
        ({"a": 1.0}, "", "no campaign to measure: levels only; contribution of all brands on a is 104 yuan, with no"),
    ],
)
def test_without_campaigns_levels_are_compared(means: dict[str, float], winner: str, text: str) -> None:
    every = levels(means)
    none = outcomes.effects(every.iloc[:0])
    summary, pairs = outcomes.summary(every, none), outcomes.paired_differences(every, none, 1)
    check_tables({"effects": none, "summary": summary, "paired_differences": pairs}, "comparison/")
    assert set(summary["kind"]) == {"level"}
    verdict = outcomes.verdict(summary, pairs)
    assert (verdict.winner, verdict.metric, verdict.kind) == (winner, "contribution_yuan", "level")
    assert verdict.text.startswith(text)


def test_an_arm_without_a_campaign_is_named_and_not_ranked() -> None:
    every = arm_outcomes({"a": 2.0, "b": 1.0, "c": 0.0})
    effect = outcomes.effects(every[every["arm"] != "c"])
    every = every[(every["arm"] != "c") | (every["metric"] != HEADLINE)]
    verdict = outcomes.verdict(outcomes.summary(every, effect), outcomes.paired_differences(every, effect, 1))
    assert (verdict.leader, verdict.rival) == ("a", "b")
    assert verdict.text.endswith("; no campaign on c")
