"""Designs visit what they say, sweeps read the toy's formulas off exactly, and stop when enough is known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import nct, spearmanr, t

from simulator.ensemble.designs import points
from simulator.ensemble.responses import needed
from simulator.ensemble.study_file import read_study, study_of
from simulator.ensemble.study_library import names, path
from simulator.ensemble.study_schema import Factor, Outcome
from simulator.ensemble.sweep import DOCS, Sweep, chances_above_zero, rank_correlation, sweep, tables, wilson
from simulator.ensemble.sweep_study import Stop, SweepStudy, sweep_variants
from simulator.errors import InputError
from simulator.metrics import METRICS
from tests.unit.experiments.toy import ToyVariants, toy_lab

A = Factor(path="a", low=1.0, high=3.0)
B = Factor(path="b", low=0.01, high=1.0, scale="log")
CURVE = Outcome(metric="curve", kind="level")
SALES = Outcome(metric="sales")


# -- designs


def test_a_grid_has_every_combination_once() -> None:
    chosen = points("grid", {"a": A, "b": Factor(path="b", values=(0.5, "x", True))}, 99, 1)
    assert [one.label for one in chosen[:4]] == ["a=1, b=0.5", "a=1, b=x", "a=1, b=true", "a=2, b=0.5"]
    assert len({one.label for one in chosen}) == len(chosen) == 9
    assert chosen[-1].values == {"a": 3.0, "b": True}


def test_a_range_on_a_log_scale_is_divided_evenly_in_its_logarithm() -> None:
    assert B.levels == pytest.approx((0.01, 0.1, 1.0))
    assert [B.share(value) for value in B.levels] == pytest.approx([0, 0.5, 1])


def test_subexperiments_are_parts_of_a_grid_and_no_setting_stands_twice() -> None:
    chosen = points("subexperiments", {}, 99, 1, [{"a": (1.0, 2.0), "b": (0.5,)}, {"a": (2.0,), "b": (0.5, 0.7)}])
    assert [one.values for one in chosen] == [{"a": 1.0, "b": 0.5}, {"a": 2.0, "b": 0.5}, {"a": 2.0, "b": 0.7}]
    assert [one.label for one in points("subexperiments", {}, 99, 1, [{"a": (1.0,)}])] == ["a=1"]


def test_one_at_a_time_changes_one_at_a_time() -> None:
    chosen = points("one_at_a_time", {"a": A, "b": B}, 99, 1)
    assert [one.values for one in chosen[:4]] == [{}, {"a": 1.0}, {"a": 2.0}, {"a": 3.0}]
    assert all(len(one.values) == 1 for one in chosen[1:])


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol"])
def test_sampled_designs_fill_every_stratum(design: Any) -> None:
    """Of 16 settings, one lies in each sixteenth of every range."""
    chosen = points(design, {"a": A, "b": B}, 16, 5)
    for name, one in (("a", A), ("b", B)):
        strata = sorted(int(16 * one.share(point.values[name])) for point in chosen)
        assert strata == list(range(16))
    assert chosen == points(design, {"a": A, "b": B}, 16, 5)
    assert chosen != points(design, {"a": A, "b": B}, 16, 6)


# -- sweeps


def run(tmp_path: Path, fixed: dict[str, Any] | None = None, labels: tuple[str, ...] = ("toy",), **asked: Any) -> Sweep:
    settings = {"factors": {"a": A}, "outcomes": (CURVE, SALES), "replications": 3, **asked}
    spec = SweepStudy(name="toy", scenarios=labels, **settings)
    study_of(spec, tmp_path)
    return sweep(spec, ToyVariants(labels=labels, fixed=fixed or {}), toy_lab(tmp_path, spec.seed))


def test_levels_and_effects_are_read_off(tmp_path: Path) -> None:
    """Curve is a squared; the campaign sells ten a more, whatever the luck of the world."""
    made = tables(run(tmp_path, {"noise": 3.0, "b": 0.0}, outcomes=(SALES,)))
    assert made["summary"]["mean"].to_numpy() == pytest.approx([10, 20, 30])
    assert made["summary"]["a"].tolist() == [1, 2, 3]
    assert made["differences"]["mean"].to_numpy() == pytest.approx([10, 20])
    assert made["differences"]["a"].tolist() == ["a=2", "a=3"]
    assert (
        made["differences"]["variance_reduction"].isna().all()
        or (made["differences"]["variance_reduction"] > 1e6).all()
    )
    curve = tables(run(tmp_path, outcomes=(CURVE,)))["summary"]
    assert curve["mean"].tolist() == [1, 4, 9]
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_scenarios_are_compared_at_every_setting(tmp_path: Path) -> None:
    found = run(tmp_path, labels=("one", "two"), outcomes=(CURVE,))
    made = tables(found)
    assert made["differences"]["point"].tolist() == ["a=1", "a=2", "a=3"]
    assert (made["differences"][["mean", "low", "high"]] == 0).all(axis=None)
    (beats,) = made["beats"].to_dict("records")
    assert (beats["share"], beats["points"]) == (0.5, 3)


def test_a_failed_run_leaves_out_its_world_only(tmp_path: Path) -> None:
    spec = SweepStudy(name="toy", scenarios=("toy",), factors={"a": A}, outcomes=(CURVE,), replications=2)
    lab = toy_lab(tmp_path)
    found = sweep(spec, ToyVariants(fixed={"fails_above": 2.5}), lab)
    assert tables(found)["summary"]["mean"].tolist() == [1, 4]
    assert [one["run"] for one in lab.failures()] == [f"toy a=3, replication {r}, campaign" for r in range(2)]


class Noisy(ToyVariants):
    """Two scenarios that share their luck but for a part of their own."""

    def arms(self, point: str, values: Any) -> Any:
        one, two = super().arms(point, values)
        return one, type(two)(two.label, {**two.resolved, "noise": 2.0}, {})


@pytest.mark.parametrize(("half_width", "made"), [(1e-9, 20), (1e9, 4)])
def test_it_stops_when_the_difference_is_known_or_at_the_limit(tmp_path: Path, half_width: float, made: int) -> None:
    stop = Stop(outcome=CURVE, between=("one", "two"), half_width=half_width, batch=6, most=20)
    spec = SweepStudy(
        name="s", scenarios=("one", "two"), factors={"a": A}, outcomes=(CURVE,), replications=4, stop=stop
    )
    found = sweep(spec, Noisy(labels=("one", "two")), toy_lab(tmp_path))
    assert (found.replications, found.reached) == (made, half_width > 1)
    assert set(found.responses["replication"]) == set(range(made))


def test_where_it_stops_the_interval_is_as_narrow_as_asked(tmp_path: Path) -> None:
    """The difference is 0.2 times a standard normal, so about 20 worlds give a half-width of 0.1."""
    stop = Stop(outcome=CURVE, between=("one", "two"), half_width=0.1, batch=1, most=200)
    spec = SweepStudy(
        name="s", scenarios=("one", "two"), design="compare", outcomes=(CURVE,), replications=4, stop=stop
    )
    found = sweep(spec, Noisy(labels=("one", "two"), fixed={"a": 1.0}), toy_lab(tmp_path))
    (row,) = tables(found)["differences"].to_dict("records")
    assert found.reached
    assert (row["high"] - row["low"]) / 2 <= 0.1
    assert 8 <= found.replications <= 40


# -- probability over what is not known


def test_probability_of_being_ahead() -> None:
    """Two replications, t with one degree of freedom: P(T < x) = 1/2 + arctan(x) / pi; 95 % of it within 12.7062."""
    means, error = np.array([1.0, -1.0, 0.0, 2.0]), np.array([1.0, 1.0, 1.0, 0.0])
    found = chances_above_zero(means, means - 12.7062047 * error, np.array([2, 2, 2, 2]))
    assert found == pytest.approx([0.75, 0.25, 0.5, 1.0])
    assert np.isnan(chances_above_zero(np.array([1.0]), np.array([math.nan]), np.array([1]))).all()
    assert chances_above_zero(np.array([0.0]), np.array([0.0]), np.array([3])) == [0.5]


def test_over_a_sample_the_probability_and_its_reasons_are_told(tmp_path: Path) -> None:
    """`two` is `one` at another place of a: ahead where a is above 2, by chance on half of the range."""

    class Against(ToyVariants):
        def arms(self, point: str, values: Any) -> Any:
            one, two = super().arms(point, {"b": 0.0, **values})
            return one, type(two)(two.label, {**two.resolved, "a": 2.0}, {})

    b = Factor(path="b", low=0.0, high=1e-6)
    factors = {"a": A, "b": b, "c": Factor(path="c", low=0.0, high=1.0)}
    spec = SweepStudy(
        name="s", scenarios=("one", "two"), design="sobol", points=32, factors=factors, outcomes=(CURVE,),
        replications=2,
    )  # fmt: skip
    made = tables(sweep(spec, Against(labels=("one", "two"), fixed={"noise": 0.0}), toy_lab(tmp_path)))
    (row,) = made["beats"].to_dict("records")
    assert (row["share"], row["probability"], row["ahead"], row["behind"]) == (0.5, 0.5, 0.5, 0.5)
    assert 0.3 < row["probability_low"] < 0.4 < 0.6 < row["probability_high"] < 0.7
    own = made["drivers"].set_index("factor")
    assert own["correlation"]["a"] == pytest.approx(1.0)
    assert own["p_holm"]["a"] < 1e-9 < 0.05 < own["p_holm"]["c"]
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_rank_correlation_is_spearmans() -> None:
    generator = np.random.default_rng(1)
    x, y = generator.random(30), generator.random(30)
    assert rank_correlation(x, y) == pytest.approx(tuple(spearmanr(x, y)))
    assert rank_correlation(x, x) == (1.0, 0.0)
    assert np.isnan(rank_correlation(x, np.zeros(30))).all()


# -- numbers


def test_replications_needed_give_the_power_asked() -> None:
    """Against the exact power of the paired t test (noncentral t)."""
    for sd, difference in ((1.0, 1.0), (3.0, 1.0), (10.0, 1.0)):
        n = needed(sd, difference)
        power = [1 - nct.cdf(t.ppf(0.975, k - 1), k - 1, difference * math.sqrt(k) / sd) for k in (n - 1, n)]
        assert power[0] < 0.81
        assert power[1] >= 0.795
    assert needed(1.0, 0.0) == math.inf
    assert math.isnan(needed(math.nan, 1.0))
    assert needed(0.0, 1.0) == 2


def test_wilsons_interval() -> None:
    """Newcombe 1998, table I: 81 of 263, and 0 of 20."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert all(np.isnan(wilson(math.nan, 0)))


# -- files


@pytest.mark.parametrize("name", names())
def test_shipped_sweeps_are_sound(name: str) -> None:
    file = path(name)
    assert file is not None
    if "kind: sweep" in file.read_text():
        sweep_variants(read_study(name, SweepStudy, {}), list(METRICS))


TEXT = """
kind: sweep
scenarios: [marketplace, public_feed]
set: {market.users: 500, market.days: 2}
factors:
  hazard: {path: platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02}
outcomes:
  - {metric: orders}
stop: {outcome: {metric: orders}, between: [marketplace, public_feed], half_width: 3}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("metric: orders", "metric: order", "outcomes.0.metric: there is no metric 'order'"),
        ("{metric: orders}\nstop", "{metric: orders, kind: levl}\nstop", "outcomes.0.kind: unknown value"),
        ("{metric: orders}\nstop", "{metric: orders, brand: auror}\nstop", "stop.outcome: effect orders is none of"),
        ("[marketplace, public_feed], half", "[marketplace, feed], half", "stop.between.1: the study has no scenario"),
        ("kind: sweep", "kind: sweep\ndesign: gird", "design: unknown value; given the text 'gird'"),
        ("kind: sweep", "kind: sweep\ndesign: compare", "factors: nothing is varied in a comparison"),
        ("low: 0.001, high: 0.02", "values: [0.1, 3]", "hazard = 3.0: out of range"),
        ("market.days: 2", "market.days: 2.5", "market.days = 2.5: must be a whole number"),
        (
            "{path: platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02}",
            "{path: brands.*.category, low: 1, high: 2, relative: true}",
            "factors.hazard.path: marketplace has no number at brands.aurora.category, which could be multiplied",
        ),
        ("kind: sweep", "kind: sweep\ndesign: subexperiments", "subexperiments: is empty; allowed: at least one part"),
        ("kind: sweep", "kind: sweep\nsubexperiments: [{hazard: 1}]", "subexperiments: a design grid has none"),
        (
            "kind: sweep",
            "kind: sweep\ndesign: subexperiments\nsubexperiments: [{hazrad: 1}]",
            "subexperiments.0.hazrad: there is no factor 'hazrad'; allowed: hazard; did you mean 'hazard'?",
        ),
        (
            "kind: sweep",
            "kind: sweep\ndesign: subexperiments\nsubexperiments: [{hazard: [0.1, 3]}]",
            "hazard = 3.0: out of range",
        ),
        (", low: 0.001, high: 0.02", "", "factors.hazard: has no range; allowed: low and high, or values"),
        ("half_width: 3", "half_width: 3, most: 4", "stop.most: is below the first 8 replications"),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    file = tmp_path / "study.yaml"
    file.write_text(TEXT.replace(old, new))
    with pytest.raises(InputError) as caught:
        sweep_variants(read_study(file, SweepStudy, {"sweep": "sweep"}), list(METRICS))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and f"{file}:" in problem for problem in found), found


def test_values_may_multiply_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    relative = "hazard: {path: [market.users, brands.*.campaign.budget_yuan], relative: true, values: [0.5, 2.1]}"
    old = "hazard: {path: platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02}"
    file.write_text(TEXT.replace(old, relative))
    variants = sweep_variants(read_study(file, SweepStudy, {"sweep": "sweep"}), list(METRICS))
    arm, _ = variants.arms("x", {"hazard": 2.1})
    assert arm.resolved["market"]["users"] == 1050
    assert [b["campaign"]["budget_yuan"] for b in arm.resolved["brands"] if b["campaign"]] == [8400, 8400]


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(
        TEXT.replace(
            "platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02", "market.users, low: 500, high: 1000.5"
        )
    )
    variants = sweep_variants(read_study(file, SweepStudy, {"sweep": "sweep"}), list(METRICS))
    arm, _ = variants.arms("x", {"hazard": 700.4})
    assert arm.resolved["market"]["users"] == 700
