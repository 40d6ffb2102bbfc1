"""A calibration recovers what was planted, says what it cannot know, and depends on its study alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.ensemble.calibrate import Calibration, Judged, calibrate
from simulator.ensemble.calibrate_output import DOCS, overlay, tables
from simulator.ensemble.calibrate_study import CalibrateStudy, Plan, Weighted, make_plan
from simulator.ensemble.lab import lab_in
from simulator.ensemble.study_file import read_study, study_of
from simulator.ensemble.study_output import StudyOutput
from simulator.ensemble.study_schema import Factor, Outcome
from simulator.ensemble.targets import OutcomeTarget, Source, TargetSpec
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.scenario.loader import load
from tests.unit.experiments.toy import ToyVariants, toy_lab

SPEC = TargetSpec(metric="curve", band=(0.0, 1.0))
"""A study must name a target; those of a plan count."""

FACTORS = {"a": Factor(path="a", low=0.5, high=4.0), "b": Factor(path="b", low=0.1, high=10.0, scale="log")}


def bound(metric: str, band: tuple[float, float], kind: Any = "level", fixed: Any = None) -> Weighted:
    toy = ToyVariants(fixed=fixed or {})
    outcome = Outcome(metric=metric, kind=kind)
    source = Source("toy", outcome.roles, lambda point, values: toy.arms(point, values)[0])
    return Weighted(OutcomeTarget(outcome, band, source))


def plan(targets: tuple[Weighted, ...], held: tuple[Weighted, ...] = (), **more: Any) -> Plan:
    settings = {"trials": 32, "start": 16, "batch": 8, "replications": 2, "check": 3, **more}
    spec = CalibrateStudy(name="toy", scenarios=("toy",), parameters=FACTORS, targets=(SPEC,), **settings)
    variants: Any = ToyVariants()
    return Plan(study_of(spec, Path()), targets, held, variants)


def planted(a: float, b: float, half: float = 0.3, **fixed: Any) -> tuple[Weighted, ...]:
    """Bands about what the planted values give."""
    truth = {"curve": a * a + b, "slope": a - b}
    return tuple(bound(name, (value - half, value + half), fixed=fixed) for name, value in truth.items())


def shares(found: Calibration) -> list[tuple[float, float, float]]:
    return [found.posterior.interval(d) for d in range(2)]


@pytest.mark.parametrize(("a", "b"), [(2.0, 1.0), (3.2, 4.0), (1.2, 0.5)])
def test_planted_parameters_are_recovered(tmp_path: Path, a: float, b: float) -> None:
    """Inside the 90 % interval, whose mean width is at most half the prior's.

    Luck is pinned. The bands are symmetric about the truth and the emulators' errors below a tenth of them, so a
    correct calibration misses one of the six intervals with a probability below 0.01.
    """
    found = calibrate(plan(planted(a, b, noise=0.2)), toy_lab(tmp_path))
    truth = [FACTORS["a"].share(a), FACTORS["b"].share(b)]
    for (low, _, high), share in zip(shares(found), truth, strict=True):
        assert low <= share <= high
    assert np.mean([(high - low) / 0.9 for low, _, high in shares(found)]) <= 0.5
    assert found.best.passed == 2
    assert found.best.values["a"] == pytest.approx(a, abs=0.3)


def test_what_the_target_does_not_tell_stays_open(tmp_path: Path) -> None:
    """Sales depend on `a` alone: nothing is learnt of `b`, and `a` is known as well as the band says."""
    found = calibrate(plan((bound("sales", (19.0, 21.0), "effect"),)), toy_lab(tmp_path))
    (low_a, _, high_a), (low_b, _, high_b) = shares(found)
    assert FACTORS["a"].at(low_a) == pytest.approx(1.9, abs=0.05)
    assert FACTORS["a"].at(high_a) == pytest.approx(2.1, abs=0.05)
    assert (low_b, high_b) == pytest.approx((0.05, 0.95), abs=0.03)
    assert len(found.passing) > 1, "several settings pass: the study says that they cannot be told apart"


def test_the_study_alone_decides(tmp_path: Path) -> None:
    """Workers, and what was stored before, change nothing; another seed does."""
    asked = plan(planted(2.0, 1.0, noise=1.0), (bound("sales", (0.0, 1e9)),), trials=20, start=10)
    first = tables(calibrate(asked, toy_lab(tmp_path / "one")))
    again = tables(calibrate(asked, toy_lab(tmp_path / "one")))
    with toy_lab(tmp_path / "two", jobs=2) as lab:
        pool = tables(calibrate(asked, lab))
    for name, table in first.items():
        assert table.equals(again[name]), name
        assert table.equals(pool[name]), name
    other = plan(planted(2.0, 1.0, noise=1.0), trials=20, start=10, seed=2)
    assert not tables(calibrate(other, toy_lab(tmp_path / "three", seed=2)))["trials"].equals(first["trials"])


def test_held_out_rows_enter_no_loss(tmp_path: Path) -> None:
    without = calibrate(plan(planted(2.0, 1.0)), toy_lab(tmp_path))
    held = bound("sales", (0.0, 1.0))
    with_one = calibrate(plan(planted(2.0, 1.0), (held,)), toy_lab(tmp_path))
    assert [one.loss for one in with_one.trials] == [one.loss for one in without.trials]
    verdicts = {one.name: (one.use, one.verdict) for one in with_one.judged}
    assert verdicts["level sales"] == ("held out", "fail")
    assert verdicts["level curve"] == ("fitted", "pass")
    assert set(with_one.predicted) == {"level curve", "level slope", "level sales"}
    assert len(with_one.predicted["level sales"]) == len(with_one.passing) > 0


def test_a_band_out_of_reach_is_said(tmp_path: Path) -> None:
    found = calibrate(plan((bound("curve", (1000.0, 1001.0)), bound("slope", (0.9, 1.1)))), toy_lab(tmp_path))
    assert found.posterior.missed == ("level curve",)
    assert found.passing == []
    assert not [one for one in found.judged if one.name == "level curve" and one.verdict != "fail"]


def test_failed_runs_are_recorded_and_the_rest_goes_on(tmp_path: Path) -> None:
    lab = toy_lab(tmp_path)
    found = calibrate(plan(planted(2.0, 1.0, fails_above=3.0), trials=24, start=12), lab)
    failed = [one for one in found.trials if one.values["a"] > 3.0]
    assert failed
    assert [one.number for one in found.trials if np.isnan(one.loss)] == [one.number for one in failed]
    assert found.best.values["a"] == pytest.approx(2.0, abs=0.4)
    assert len(lab.failures()) == 2 * len(failed)
    assert "told to fail" in lab.failures()[0]["error"]
    assert lab.failures()[0]["command"].startswith("simulator run ")


def test_nothing_to_measure_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no trial could be measured"):
        calibrate(plan((bound("absent", (0.0, 1.0)),), trials=4, start=4), toy_lab(tmp_path))


def test_tables_are_explained_and_written(tmp_path: Path) -> None:
    asked = plan(planted(2.0, 1.0), (bound("sales", (0.0, 1e9)),), trials=16, start=12)
    lab = toy_lab(tmp_path)
    output = StudyOutput(tmp_path / "study", asked.file)
    output.begin()
    assert json.loads((tmp_path / "study" / "study.json").read_text())["status"] == "running"
    output.end(lab, tables(calibrate(asked, lab)), DOCS)
    said = json.loads((tmp_path / "study" / "study.json").read_text())
    assert said["status"] == "complete"
    assert set(said["tables"]) == {"trials", "posterior", "parameters", "targets"}
    assert "| loss |" in (tmp_path / "study" / "tables" / "columns.md").read_text()
    with pytest.raises(TypeError, match="strange"):
        output.write_tables(
            {"trials": tables(calibrate(asked, lab))["posterior"].assign(strange=1)}, {"trials": DOCS["targets"]}
        )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.1, 1.9, "pass"),
        (0.9, 1.5, "inconclusive"),
        (1.5, 2.5, "inconclusive"),
        (2.1, 2.5, "fail"),
        (0.1, 0.9, "fail"),
    ],
)
def test_verdicts(low: float, high: float, verdict: str) -> None:
    assert Judged("x", "held out", (1.0, 2.0), (low + high) / 2, low, high).verdict == verdict


# -- study files

TEXT = """
kind: calibrate
scenarios: [public_feed]
set: {market.users: 500, market.days: 2}
parameters:
  hazard: {path: platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02, scale: log}
targets:
  - {metric: reposts, band: [1, 20]}
"""


KINDS = {"calibrate": "calibrate", "sweep": "sweep"}


def problems(tmp_path: Path, *changes: tuple[str, str], patterns: Any = None) -> list[str]:
    """What is wrong with the study above after some changes."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        make_plan(
            read_study(path, CalibrateStudy, {"calibrate": "calibrate", "sweep": "sweep"}),
            patterns,
            list(METRICS),
        )
    return [str(problem).replace(str(path), "study.yaml") for problem in caught.value.problems]


def test_a_sound_study_is_read(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(TEXT)
    made = make_plan(read_study(path, CalibrateStudy, {}), None, list(METRICS))
    assert made.file.spec.name == "study"
    (source,) = made.sources()
    assert source.roles == ("campaign",)
    arm = source.arm("trial 3", {"hazard": 0.004})
    assert arm.label == "public_feed trial 3"
    assert arm.resolved["platforms"][0]["affordances"]["repost"]["hazard"] == 0.004
    assert arm.resolved["market"]["users"] == 500


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("hazard: {", "hazard: {lo: 1, ")], "study.yaml:6:12: parameters.hazard.lo: unknown key; allowed: path, low"),
        ([("repost.hazard", "repost.hazrad")], "hazrad = 0.001: unknown key; allowed: enabled, strength, hazard"),
        ([("high: 0.02", "high: 0.5")], "study.yaml:6:18: parameters.hazard.path: "),
        ([("high: 0.02", "high: 0.5")], "hazard = 0.5: out of range; given 0.5; allowed: 0 to 0.2"),
        ([("low: 0.001", "low: 0")], "low: must be above 0 on a log scale; given 0"),
        ([("low: 0.001", "low: 0.03")], "high: must be above low; given 0.02; allowed: more than 0.03"),
        ([("[public_feed]", "[public_fed]")], "study.yaml:3:13: scenarios.0: there is no scenario"),
        ([("market.users: 500", "market.user: 500")], "study.yaml:4:20: set.market.user: market.user = 500: unknown"),
        ([("reposts", "repost")], "targets.0.metric: there is no metric 'repost'"),
        ([("reposts", "repost")], "did you mean 'reposts'?"),
        ([("[1, 20]", "[20, 1]")], "targets.0.band: is no band; allowed: [low, high] with low below high"),
        ([("metric: reposts, band: [1, 20]", "pattern: \"3\"")], "there is no pattern '3'"),
        ([("kind: calibrate", "kind: sweep")], "study.yaml:2:7: kind: is sweep; run it by 'simulator sweep"),
        ([("kind: calibrate", "kind: calibrat")], "did you mean 'calibrate'?"),
        ([("kind: calibrate", "")], "the file does not say what kind of study it is"),
        ([("kind: calibrate", "kind: calibrate\ntrials: 4\nstart: 8")], "start: is more than all 4 trials"),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, changes: Any, said: str) -> None:
    found = problems(tmp_path, *changes)
    assert any(said in problem for problem in found), found


def test_every_problem_at_once(tmp_path: Path) -> None:
    changes = [("repost.hazard", "repost.hazrad"), ("reposts", "repost"), ("market.users", "market.user")]
    assert len(problems(tmp_path, *changes[:2])) == 2
    assert len(problems(tmp_path, *changes[1:])) == 2, "a factor cannot be tried on a scenario that is not sound"


class Few:
    """Two patterns, of which one may be fitted."""

    def names(self) -> list[str]:
        return ["1", "2"]

    def fittable(self) -> list[str]:
        return ["1"]

    def scenarios(self, names: Any) -> list[str]:
        return ["private_circle"]

    def targets(self, name: str, file: Any, variants: Any, fit: bool) -> Any:
        assert variants.labels == ("public_feed", "private_circle")
        return [bound("curve", (0.0, float(name))).target]


def test_patterns_that_are_judged_are_never_fitted(tmp_path: Path) -> None:
    change = ("metric: reposts, band: [1, 20]", 'pattern: "2"')
    (said,) = problems(tmp_path, change, patterns=Few())
    assert "targets.0.pattern: pattern 2 is judged or put in, never fitted; allowed: 1" in said
    (said,) = problems(tmp_path, (change[0], 'pattern: "3"'), patterns=Few())
    assert "targets.0.pattern: there is no pattern '3'; allowed: 1, 2" in said


def test_patterns_bring_their_scenarios(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(TEXT.replace("metric: reposts, band: [1, 20]", 'pattern: "1", weight: 3'))
    made = make_plan(read_study(path, CalibrateStudy, {}), Few(), list(METRICS))
    assert [(one.name, one.weight) for one in made.targets] == [("level curve", 3.0)]


def test_a_parameter_of_some_scenarios_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    text = TEXT.replace("[public_feed]", "[public_feed, private_circle]").replace(
        "scale: log}", "scale: log, scenarios: [public_feed]}"
    )
    path.write_text(text)
    made = make_plan(read_study(path, CalibrateStudy, {}), None, list(METRICS))
    hazards = [
        arm.resolved["platforms"][0]["affordances"]["repost"]["hazard"]
        for arm in made.fitted.arms("x", {"hazard": 0.0123})
    ]
    assert hazards == [0.0123, 0.002]
    (said,) = problems(tmp_path, ("scale: log}", "scale: log, scenarios: [public_fed]}"))
    assert "parameters.hazard.scenarios.0: the study has no scenario 'public_fed'; allowed: public_feed" in said


def test_the_fitted_scenario_can_be_run(tmp_path: Path) -> None:
    """From the file to a scenario that says what the best trial said."""
    path = tmp_path / "study.yaml"
    path.write_text(TEXT + "trials: 4\nstart: 4\nbatch: 4\nreplications: 1\ncheck: 1\n")
    made = make_plan(read_study(path, CalibrateStudy, {}), None, list(METRICS))
    found = calibrate(made, lab_in(tmp_path / "out", 1, jobs=1))
    text = overlay(found, made.fitted.each[0], tmp_path / "out")
    (tmp_path / "out" / "fitted.yaml").write_text(text)
    loaded = load(tmp_path / "out" / "fitted.yaml")
    hazard = loaded.resolved["platforms"][0]["affordances"]["repost"]["hazard"]
    assert hazard == pytest.approx(found.best.values["hazard"], rel=1e-11)
    assert "# fitted" in text
    assert loaded.resolved["market"]["users"] == 20000, "the size of the study is no finding"
