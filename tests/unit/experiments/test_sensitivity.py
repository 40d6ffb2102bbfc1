"""Known indices of known functions, by the same code that runs scenarios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.ensemble.designs import Point
from simulator.ensemble.sensitivity import DOCS, SensitivityStudy, analyse, evaluated_by_runs
from simulator.ensemble.study_file import read_study, study_of
from simulator.ensemble.study_library import folder, names
from simulator.ensemble.study_schema import Factor, Outcome
from simulator.ensemble.sweep_study import listed_variants
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.types import Array
from tests.unit.experiments.toy import ToyVariants, toy_lab

CUBE = {name: Factor(path=name, low=-math.pi, high=math.pi) for name in "abc"}
ISHIGAMI = Outcome(metric="ishigami", kind="level")


def study(method: Any, samples: int, **more: Any) -> SensitivityStudy:
    settings = {"scenarios": ("toy",), "parameters": CUBE, "outcomes": (ISHIGAMI,), "replications": 1, **more}
    spec = SensitivityStudy(name="known", method=method, samples=samples, **settings)
    study_of(spec)
    return spec


def ishigami(points: Sequence[Point]) -> Mapping[str, Array]:
    x = np.array([[point.values[name] for name in "abc"] for point in points])
    return {"y": np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])}


def index(table: Any, kind: str, n: int) -> dict[str, float]:
    own = table[(table["index"] == kind) & (table["n"] == n)]
    return dict(zip(own["parameter"], own["value"], strict=True))


def test_sobol_of_the_ishigami_function() -> None:
    """Closed form (Sobol & Levitan 1999): variances of the parts over the whole, a = 7, b = 0.1."""
    a, b = 7.0, 0.1
    first = (0.5 * (1 + b * math.pi**4 / 5) ** 2, a * a / 8, 0.0)
    pair = b * b * math.pi**8 * (1 / 18 - 1 / 50)
    total = sum(first) + pair
    table = analyse(study("sobol", 1024), ishigami)["indices"]
    assert index(table, "S1", 1024) == pytest.approx(dict(zip("abc", np.array(first) / total, strict=True)), abs=0.03)
    totals = np.array([first[0] + pair, first[1], pair]) / total
    assert index(table, "ST", 1024) == pytest.approx(dict(zip("abc", totals, strict=True)), abs=0.03)
    widths = table[table["index"] == "ST"].groupby("n")["half_width"].mean()
    assert list(widths.index) == [256, 512, 1024]
    assert widths.is_monotonic_decreasing, "the more samples, the better it is known"


def test_morris_of_a_linear_function() -> None:
    """An elementary effect is the slope times the range; without curvature or interaction its deviation is zero."""

    def linear(points: Sequence[Point]) -> Mapping[str, Array]:
        return {"y": np.array([3 * point.values["a"] - point.values["b"] for point in points])}

    table = analyse(study("morris", 8), linear)["indices"]
    width = 2 * math.pi
    assert index(table, "mu", 8) == pytest.approx({"a": 3 * width, "b": -width, "c": 0})
    assert index(table, "mu_star", 8) == pytest.approx({"a": 3 * width, "b": width, "c": 0})
    assert index(table, "sigma", 8) == pytest.approx(dict.fromkeys("abc", 0), abs=1e-9)


def test_runs_give_what_the_function_gives(tmp_path: Path) -> None:
    spec = study("sobol", 8)
    by_runs = analyse(spec, evaluated_by_runs(spec, ToyVariants(), toy_lab(tmp_path)))
    direct = analyse(spec, ishigami)
    assert by_runs["indices"]["value"].to_numpy() == pytest.approx(direct["indices"]["value"].to_numpy())
    assert by_runs["indices"]["half_width"].to_numpy() == pytest.approx(direct["indices"]["half_width"].to_numpy())
    for name, table in by_runs.items():
        assert DOCS[name].undeclared(table) == []


def test_two_scenarios_give_their_difference(tmp_path: Path) -> None:
    spec = study("morris", 4, scenarios=("one", "two"))
    found = analyse(spec, evaluated_by_runs(spec, ToyVariants(labels=("one", "two")), toy_lab(tmp_path)))
    last = found["indices"][found["indices"]["response"] == "one - two: level ishigami"]
    assert len(last)
    assert (last["value"] == 0).all()


def test_blocks_with_failed_runs_are_left_out(tmp_path: Path) -> None:
    spec = study("sobol", 16)
    lab = toy_lab(tmp_path)
    found = analyse(spec, evaluated_by_runs(spec, ToyVariants(fixed={"fails_above": 2.0}), lab))
    assert lab.failed
    assert 2 <= found["indices"]["n"].max() < 16
    with pytest.raises(InputError, match="fewer than two whole blocks"):
        analyse(spec, lambda points: {"y": np.full(len(points), np.nan)})


def test_seeds_decide(tmp_path: Path) -> None:
    one, again, other = (analyse(study("sobol", 16, seed=seed), ishigami)["indices"] for seed in (1, 1, 2))
    assert one.equals(again)
    assert not one.equals(other)


TEXT = """
kind: sensitivity
scenarios: [public_feed]
method: sobol
samples: 16
set: {market.users: 500, market.days: 2}
parameters:
  hazard: {path: platforms.0.affordances.repost.hazard, low: 0.001, high: 0.02}
  sessions: {path: population.sessions_per_day, low: 3, high: 12}
outcomes: [{metric: reach, brand: aurora}]
"""


def checked(path: Path) -> None:
    file = read_study(path, SensitivityStudy, {})
    listed_variants(file, file.spec.parameters, "parameters", list(METRICS))


@pytest.mark.parametrize(
    "name", [one for one in names() if "kind: sensitivity" in (folder() / f"{one}.yaml").read_text()]
)
def test_shipped_studies_are_sound(name: str) -> None:
    checked(Path(name))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("samples: 16", "samples: 20", "samples: 20 is no power of two, which Sobol sequences need"),
        ("method: sobol", "method: soboll", "method: unknown value; given the text 'soboll'; allowed: morris, sobol"),
        ("brand: aurora", "brand: auror", "outcomes.0.brand: no brand is called 'auror'; allowed: aurora, borealis"),
        ("sessions_per_day", "sessions_per_dy", "parameters.sessions.path: population.sessions_per_dy = 3.0: unk"),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    (tmp_path / "study.yaml").write_text(TEXT.replace(old, new))
    with pytest.raises(InputError) as caught:
        checked(tmp_path / "study.yaml")
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
