"""Measures of tables that can be counted by hand, judgements of known worlds, and a file that leaves no claim out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.app.commands.claims import _columns, _metrics
from simulator.ensemble.claims.base import Finding, Mode
from simulator.ensemble.claims.comparison import Comparison, adjusted, all_of, combined, compared, together
from simulator.ensemble.claims.kinds import Absent, Between, Difference, Factorial, Identity, Input, Provenance, Shape
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.claims.pattern import Measured, PatternTest
from simulator.ensemble.claims.prior import Prior
from simulator.ensemble.claims.prior_peak import PriorPeak
from simulator.ensemble.claims.run import pairs_of, plan, settle
from simulator.ensemble.claims.study import Effort, mode_of, problems_of, read_claims
from simulator.ensemble.claims.verdicts import DOCS, page, tables, verdict_of
from simulator.ensemble.lab import lab_in
from simulator.ensemble.priors import Prior as Range
from simulator.errors import InputError

KINDS = {"claims": "claims", "sweep": "sweep"}
ORDERS = Measure(metric="orders")


# -- measures


def world(orders: float, ticks: list[int]) -> dict[str, pd.DataFrame]:
    outcomes = pd.DataFrame(
        {"metric": ["orders", "orders", "spend"], "brand": ["", "a", ""], "value": [orders, 1.0, 4.0], "unit": "x"}
    )
    needs = pd.DataFrame(
        {
            "status": ["bought", "bought", "lost", "bought"], "seller": [-1, 7, -1, 0],
            "source": ["ad", "friend", "", "ad"],
            "paid_tick": ticks, "price_fen": [100, 250, 0, 50],
        }
    )  # fmt: skip
    return {"outcomes": outcomes, "needs": needs}


WORLDS = [world(10.0, [0, 30, -1, 50]), world(7.0, [0, 30, -1, 50])]


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ({"metric": "orders"}, 10),
        ({"metric": "orders", "brand": "a"}, 1),
        ({"metric": "orders", "kind": "effect"}, 3),
        ({"metric": "orders", "over": {"metric": "spend"}}, 2.5),
        ({"metric": "orders", "kind": "effect", "over": {"metric": "spend"}}, math.nan),
        ({"rows": "needs", "where": {"status": "bought"}}, 3),
        ({"rows": "needs", "where": {"status": "bought", "seller": ">=0"}}, 2),
        ({"rows": "needs", "where": {"source": ["ad", "friend"]}, "days": [1, 3]}, 2),
        ({"rows": "needs", "days": [1, 2]}, 1),
        ({"rows": "needs", "where": {"seller": "<0"}, "sum": "price_fen"}, 100),
        (
            {"rows": "needs", "where": {"seller": ">=0"}, "over": {"rows": "needs", "where": {"status": "bought"}}},
            2 / 3,
        ),
    ],
)
def test_measures_of_tables_that_can_be_counted(asked: dict[str, Any], value: float) -> None:
    found = Measure.model_validate(asked, strict=False).of(WORLDS, 60)
    assert found == pytest.approx(value, nan_ok=True)


def test_a_measure_that_is_none_is_told() -> None:
    for asked, said in (
        ({}, "names neither or both"),
        ({"metric": "orders", "days": [0, 1]}, "has no rows to choose from"),
        ({"rows": "users", "days": [0, 1]}, "is no span of days of needs"),
        ({"rows": "needs", "over": {"rows": "needs", "over": {"rows": "needs"}}}, "is a ratio itself"),
    ):
        problems = [str(one) for one in Measure.model_validate(asked, strict=False).findings()]
        assert any(said in one for one in problems), problems


# -- judgements


def series(*values: float) -> dict[int, float]:
    return dict(enumerate(values))


def test_a_comparison_is_open_until_it_is_told_from_luck() -> None:
    clear = compared("x", "above", series(5, 6, 5, 6, 5), series(1, 1, 2, 1, 1))
    vague = compared("y", "above", series(5, 0, 7, 1, 5), series(4, 1, 6, 1, 4.5))
    assert clear.answer == "open", "not before all p-values are adjusted together"
    ((clear, vague),) = adjusted([[clear, vague]])
    assert (clear.answer, vague.answer) == ("yes", "open")
    assert vague.needed > 5
    assert "not told from luck" in vague.told
    (below,) = adjusted([[compared("x", "below", series(5, 6, 5, 6, 5), series(1, 1, 2, 1, 1))]])[0]
    assert below.answer == "no"
    same = compared("x", "none", series(5, 6), series(5, 6))
    assert same.answer == "yes"
    assert compared("x", "none", series(5, 6), series(5, 6.1)).answer == "no"


def test_all_claims_are_adjusted_together() -> None:
    """Holm over all: the smallest of three p-values is multiplied by three, an identity takes no part."""
    made = [Comparison(n, "above", 1, 0, 2, 5, p, 3) for n, p in (("a", 0.01), ("b", 0.04), ("c", 0.5))]
    identity = Comparison("d", "none", 0, 0, 0, 5, 1.0, 3)
    first, second = adjusted([made[:2], [made[2], identity]])
    assert [one.p_holm for one in (*first, second[0])] == pytest.approx([0.03, 0.08, 0.5])
    assert math.isnan(second[1].p_holm)


def test_what_answers_say_together() -> None:
    assert together(["yes", "yes"]) == "supported"
    assert together(["no", "no"]) == "contradicted"
    assert together(["yes", "no"]) == together(["yes", "open"]) == "conditional"
    assert together(["open", "open"]) == together([]) == "unknown"
    assert all_of(["yes", "no"]) == "contradicted"
    assert all_of(["yes", "open"]) == "unknown"
    assert combined(["supported", "input", "unknown"]) == "supported"
    assert combined(["supported", "contradicted"]) == "conditional"
    assert combined(["input"]) == "input"
    assert combined(["input", "unknown"]) == combined(["unknown"]) == "unknown"


class Known:
    """Worlds whose measures are given by key."""

    def __init__(self, values: Mapping[str, dict[int, float]] | None = None, hashes: Any = None, patterns: Any = None):
        self.seed, self._values, self._hashes, self.patterns = 1, values or {}, hashes or {}, patterns or {}

    def values(self, key: str, measure: Measure) -> dict[int, float]:
        return self._values[key]

    def hashes(self, key: str) -> Any:
        return self._hashes[key]


MODE = Mode("quick", 1.0, 4, 8, 2, 1)


def verdict(test: Any, seen: Known) -> str:
    finding = test.judge(seen, MODE)
    (after,) = adjusted([finding.comparisons])
    return Finding(tuple(after), finding.needs_all, finding.verdict, finding.told, finding.tested).concluded()


LOW, HIGH = series(1, 2, 1, 2), series(7, 8, 7, 8.5)
MIDDLE = series(4, 5, 4.2, 5)


def test_a_difference_may_depend_on_conditions() -> None:
    test = Difference(
        kind="difference", scenario="s", second={"a": 1}, measure=ORDERS, conditions={"elsewhere": {"b": 1}}
    )
    assert [one.key for one in test.wanted(MODE)] == [
        "first, as it is", "second, as it is", "first, elsewhere", "second, elsewhere",
    ]  # fmt: skip
    alike = {"first, as it is": HIGH, "second, as it is": LOW, "first, elsewhere": HIGH, "second, elsewhere": LOW}
    assert verdict(test, Known(alike)) == "supported"
    opposite = {**alike, "first, elsewhere": LOW, "second, elsewhere": HIGH}
    assert verdict(test, Known(opposite)) == "conditional"


def test_a_factorial_adds_up() -> None:
    """Both 10, a alone 3, b alone 2, neither 1: a adds 8 where b is, and together they bring 6 more than the sum."""
    test = Factorial(
        kind="factorial", scenario="s", a_off={"a": 0}, b_off={"b": 0}, measure=ORDERS,
        expect={"a": "above", "b": "above", "together": "above"},
    )  # fmt: skip
    noise = np.array([0.0, 0.1, -0.1, 0.05])
    worlds = {
        name: series(*(value + noise)) for name, value in {"both": 10, "a only": 3, "b only": 2, "neither": 1}.items()
    }
    finding = test.judge(Known(worlds), MODE)
    assert [one.mean for one in finding.comparisons] == pytest.approx([8, 7, 6])
    assert verdict(test, Known(worlds)) == "supported"
    assert verdict(test, Known({**worlds, "a only": worlds["both"], "b only": worlds["both"]})) != "supported"


@pytest.mark.parametrize(
    ("expect", "course", "said"),
    [
        ("rises", (LOW, MIDDLE, HIGH), "supported"),
        ("rises", (HIGH, MIDDLE, LOW), "contradicted"),
        ("falls", (HIGH, MIDDLE, LOW), "supported"),
        ("rises", (LOW, HIGH, LOW), "unknown"),
        ("peaks", (LOW, HIGH, LOW), "supported"),
        ("peaks", (LOW, MIDDLE, HIGH), "contradicted"),
        ("flattens", (LOW, HIGH, series(8, 9, 8, 9)), "supported"),
        ("flattens", (LOW, series(1.5, 2.5, 1.5, 2.4), HIGH), "contradicted"),
    ],
)
def test_shapes(expect: Any, course: Any, said: str) -> None:
    test = Shape(kind="shape", scenario="s", path="p", values=(1.0, 2.0, 3.0), measure=ORDERS, expect=expect)
    keys = [one.key for one in test.wanted(MODE)]
    assert verdict(test, Known(dict(zip(keys, course, strict=True)))) == said


def test_identities_bands_and_what_is_not_run() -> None:
    test = Identity(kind="identity", scenario="s", first={"{}": 1}, second={"{}": 2}, each=("a", "b"))
    assert next((one.key, one.changes) for one in test.wanted(MODE)) == ("first a", {"a": 1})
    same = {"first a": [{"t": "x"}], "second a": [{"t": "x"}], "first b": [{"t": "y"}], "second b": [{"t": "y"}]}
    assert verdict(test, Known(hashes=same)) == "supported"
    finding = test.judge(Known(hashes={**same, "second b": [{"t": "z"}]}), MODE)
    assert (finding.verdict, finding.told[-5:]) == ("contradicted", "not b")
    for band, said in (((0.0, 3.0), "supported"), ((4.0, 9.0), "contradicted"), ((1.5, 9.0), "unknown")):
        within = Between(kind="band", scenario="s", measure=ORDERS, band=band)
        assert verdict(within, Known({"as it is": LOW})) == said
    assert verdict(Input(kind="input", reason="x"), Known()) == "input"
    assert verdict(Absent(kind="absent", reason="x"), Known()) == "unknown"
    assert verdict(Provenance(kind="provenance"), Known()) == "supported"


def test_rows_of_the_scorecard() -> None:
    rows = {
        "1a": Measured("judged", "pass", ""),
        "1b": Measured("fitted", "fail", ""),
        "1c": Measured("fitted", "pass", ""),
        "2": Measured("input", "pass", ""),
    }
    for parts, said in (
        (("1a",), "supported"),
        (("1b",), "contradicted"),
        (("1a", "1b"), "conditional"),
        (("1a", "1c"), "supported"),
        (("1c",), "input"),
        (("2",), "input"),
    ):
        assert verdict(PatternTest(kind="pattern", parts=parts), Known(patterns=rows)) == said


def test_over_what_is_not_known() -> None:
    """Ahead where x is above one half: probability one half, and x decides."""
    priors = {name: Range(path=name, low=0.0, high=1.0, source="x") for name in ("x", "y")}
    mode = Mode("quick", 1.0, 4, 24, 2, 1, priors, {"s": frozenset({"x", "y"}), "t": frozenset({"y"})})
    test = Prior(kind="prior", scenario="s", against="t", measure=ORDERS)
    wanted = list(test.wanted(mode))
    assert len(wanted) == 48
    assert set(wanted[0].drawn) == {"x", "y"}
    assert set(wanted[1].drawn) == {"y"}
    drawn = {one.key: one.drawn for one in wanted}
    values = {
        key: series(10 * own["x"], 10 * own["x"] + 0.1) if key[0] == "s" else series(5, 5.1)
        for key, own in drawn.items()
    }
    finding = test.judge(Known(values), mode)
    assert finding.verdict == "conditional"
    assert "most decided by x (+1.00)" in finding.told
    ahead = {key: HIGH if key[0] == "s" else LOW for key in drawn}
    assert test.judge(Known(ahead), mode).verdict == "supported"
    either = Prior(kind="prior", scenario="s", against="t", measure=ORDERS, expect="either")
    assert either.judge(Known(values), mode).verdict == "supported"
    assert either.judge(Known(ahead), mode).verdict == "contradicted"


def test_an_optimum_inside_over_what_is_not_known() -> None:
    """The middle is ahead of both ends where x is above one half, and of one end only elsewhere."""
    mode = Mode("quick", 1.0, 4, 24, 2, 1, {"x": Range(path="x", low=0.0, high=1.0, source="x")}, {"s": frozenset("x")})
    test = PriorPeak(kind="prior_peak", scenario="s", path="p", values=(0.0, 0.5, 1.0), measure=ORDERS)
    wanted = list(test.wanted(mode))
    assert len(wanted) == 72
    assert [one.changes["p"] for one in wanted[:3]] == [0.0, 0.5, 1.0]
    ends = {
        "0.0": lambda x: series(-20, -19),
        "0.5": lambda x: series(3, 4),
        "1.0": lambda x: series(*(8 - 10 * x,) * 2),
    }
    values = {one.key: ends[one.key.split()[0]](one.drawn["x"]) for one in wanted}
    finding = test.judge(Known(values), mode)
    assert finding.verdict == "supported"
    assert "most decided by x (+1.00)" in finding.told
    never = {key: HIGH if key.startswith("1.0") else LOW for key in values}
    assert test.judge(Known(never), mode).verdict == "contradicted"
    assert "at probability 0%" in test.judge(Known(never), mode).told
    assert [one.allowed for one in test.model_copy(update={"values": (0.0, 1.0)}).findings()]


# -- the shipped file


def shipped() -> Any:
    file = read_claims("claims", KINDS)
    few = Effort(size=0.05, replications=2, points=4, point_replications=2)
    return type(file)(file.spec.model_copy(update={"quick": few}), file.tree, file.folder)


def test_no_claim_is_missing_and_every_test_can_be_run() -> None:
    file = shipped()
    assert list(file.spec.claims) == [*(f"S{i}" for i in range(1, 16)), *(f"C{i}" for i in range(1, 56))]
    assert problems_of(file, _metrics(), _columns()) == []
    mode, bench = mode_of(file, full=False)
    planned = plan(file, mode, bench)
    tested = [one for one in planned if not isinstance(one.test, Absent | Input)]
    assert len(tested) >= 50
    labels = [arm.label for one in planned for arm, _ in one.arms.values()]
    assert len(set(labels)) == len(labels)
    for one in planned:
        assert one.test.asks or isinstance(one.test, Absent | Input), f"{one.label} does not say what it asks"


def test_what_was_put_in_supports_nothing() -> None:
    """No claim is supported by inputs alone, nor by what is not there."""
    for name, claim in shipped().spec.claims.items():
        if all(isinstance(test, Absent | Input) for test in claim.tests):
            verdicts = {test.judge(Known(), MODE).verdict for test in claim.tests}
            assert verdicts <= {"input", "unknown"}, name


# -- files

TEXT = """
kind: claims
set: {market.days: 3}
quick: {size: 0.01, replications: 2, points: 4}
full: {size: 0.02, replications: 2, points: 4}
claims:
  A:
    says: Ads make offers known.
    tests:
      - kind: difference
        asks: ads inform
        scenario: marketplace
        second: {platforms.*.affordances.ads.enabled: false}
        measure: {metric: ads}
      - kind: identity
        asks: nothing is lost
        scenario: marketplace
        first: {"platforms.0.affordances.{}.strength": 0}
        second: {"platforms.0.affordances.{}.enabled": false}
        each: [ads]
      - {kind: band, asks: nobody reposts, scenario: marketplace, measure: {metric: reposts}, band: [0, 0], full: true}
  B:
    says: Cars fly.
    tests: [{kind: absent, reason: flight}]
"""


def read(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    return read_claims(str(tmp_path / "study.yaml"), KINDS)


def test_claims_are_run_and_told(tmp_path: Path) -> None:
    file = read(tmp_path)
    mode, bench = mode_of(file, full=False)
    planned = plan(file, mode, bench)
    arm, _ = planned[0].arms["second, as it is"]
    assert arm.resolved["market"]["users"] == 200
    assert {b["campaign"]["budget_yuan"] for b in arm.resolved["brands"] if b["campaign"]} == {40}
    assert sum(len(r) * len(p) for r, p in pairs_of(planned, mode).items()) == 2 * 2 + 2
    with lab_in(tmp_path, file.spec.seed, jobs=1) as lab:
        tested = settle(planned, mode, lab)
    made = tables(file.spec.claims, tested)
    verdicts = dict(zip(made["claims"]["claim"], made["claims"]["verdict"], strict=True))
    assert verdicts["B"] == "unknown"
    assert [one.verdict for one in tested] == ["unknown", "supported", "unknown", "unknown"]
    assert "left for the full mode" in tested[2].told
    assert tested[0].finding.comparisons[0].mean > 0
    text = page(file.spec.claims, tested, mode)
    assert "## B: unknown" in text
    assert "not represented yet: flight" in text
    assert verdict_of(tested[1:3]) == "supported", "what is left for the full mode takes no part"
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_some_claims_may_be_chosen(tmp_path: Path) -> None:
    read(tmp_path)
    assert list(read_claims(str(tmp_path / "study.yaml"), KINDS, ["B"]).spec.claims) == ["B"]
    with pytest.raises(InputError, match="there is no claim 'Z'; allowed: A, B"):
        read_claims(str(tmp_path / "study.yaml"), KINDS, ["Z"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{metric: ads}", "{metric: adds}", "tests.0.measure.metric: there is no metric 'adds'"),
        ("{metric: ads}", "{rows: needs, where: {sorce: ad}}", "the table needs has no column 'sorce'"),
        ("kind: difference", "kind: diference", "study.yaml:10:15: claims.A.tests.0.kind: unknown kind"),
        ("scenario: marketplace\n        second", "scenario: market\n        second", "there is no scenario 'market'"),
        ("ads.enabled: false", "ads.enabld: false", "enabld = false: unknown key"),
        ("        second: {platforms.*.affordances.ads.enabled: false}\n", "", "compares a scenario with itself"),
        ("tests: [{kind: absent, reason: flight}]", "tests: []", "claims.B.tests: is empty"),
        ("quick: {size: 0.01,", "quick: {size: 0,", "quick.size: out of range"),
        ("kind: claims", "kind: sweep", "is sweep; run it by 'simulator sweep"),
    ],
)
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT

    def start() -> None:
        file = read(tmp_path, TEXT.replace(old, new, 1))
        problems = problems_of(file, _metrics(), _columns())
        if problems:
            raise InputError(problems)
        plan(file, *mode_of(file, full=False))

    with pytest.raises(InputError) as caught:
        start()
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
