"""Patterns are measured at the settings of a calibration, and only those that may be fitted can be targets."""

from __future__ import annotations

import math
from pathlib import Path

from simulator.app.pattern_targets import KnownPatterns
from simulator.ensemble.calibrate import make, measure_all
from simulator.ensemble.calibrate_study import CalibrateStudy, Plan, make_plan
from simulator.ensemble.lab import lab_in
from simulator.ensemble.study_file import read_study
from simulator.metrics import METRICS
from simulator.validation import PATTERNS

TEXT = """
kind: calibrate
scenarios: [marketplace]
set: {market.days: 4}
market_users: 1500
replications: 2
parameters:
  price: {path: categories.clothing.price_sensitivity, low: 1, high: 6}
targets:
  - {metric: orders, band: [1, 20]}
held_out:
  - {pattern: 10a}
  - {pattern: 24b}
"""


def plan(tmp_path: Path) -> Plan:
    path = tmp_path / "study.yaml"
    path.write_text(TEXT)
    return make_plan(read_study(path, CalibrateStudy, {}), KnownPatterns(), list(METRICS))


def test_only_parts_that_are_declared_fitted_can_be_fitted() -> None:
    kinds = {part.id: part.kind for pattern in PATTERNS.values() for part in pattern.parts}
    parts = [name for name in KnownPatterns().fittable() if name in kinds]
    assert parts
    assert {kinds[name] for name in parts} == {"fitted"}
    assert set(KnownPatterns().fittable()) <= set(KnownPatterns().names())


def test_patterns_on_raw_data_are_known_where_the_data_are(tmp_path: Path) -> None:
    needing = {pattern.name for pattern in PATTERNS.values() if pattern.data}
    assert needing
    assert not needing & set(KnownPatterns().names())
    assert needing <= set(KnownPatterns(tmp_path).names())


def test_its_runs_bear_the_study_and_the_parameters(tmp_path: Path) -> None:
    asked = plan(tmp_path)
    source = next(one for one in asked.sources(judging=True) if one.model is not None)
    scenario = source.arm("trial 1", {"price": 1.25}).resolved["scenario"]
    assert scenario["categories"]["clothing"]["price_sensitivity"] == 1.25
    assert (scenario["market"]["users"], scenario["market"]["days"]) == (1500, 4)
    assert [one.name for one in asked.sources()] == ["marketplace"], "what is held out is not run for the fit"


def test_a_part_is_measured_as_validation_does(tmp_path: Path) -> None:
    asked = plan(tmp_path)
    lab = lab_in(tmp_path, 1, jobs=1)
    runs = make(lab, asked.sources(judging=True), {"best": {"price": 2.0}}, range(2))
    assert not lab.failed
    found = {name[:3]: got for name, got in measure_all(asked.held_out, "best", runs, range(2)).items()}
    assert math.isfinite(found["10a"].value)
    assert found["24b"].value > 1
    lost = measure_all(asked.held_out, "elsewhere", runs, range(2))
    assert math.isnan(next(got.value for name, got in lost.items() if name.startswith("10a")))
