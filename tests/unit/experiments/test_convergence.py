"""Steps against the finest: on formulas with a known limit, and on a real market."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble.convergence import DOCS, ConvergenceStudy, converge
from simulator.ensemble.lab import lab_in
from simulator.ensemble.study_file import read_study, study_of
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.sweep_study import listed_variants
from simulator.errors import InputError
from simulator.metrics import METRICS
from tests.unit.experiments.toy import ToyVariants, toy_lab

CURVE = Outcome(metric="curve", kind="level")


class Toy(ToyVariants):
    """A formula whose value tends to a limit: 100 + 1 / size."""

    def arms(self, point: str, values: Any) -> Any:
        return super().arms(point, {"a": 10.0, "b": 1.0 / values["sizes"]})


def test_steps_are_held_against_the_last(tmp_path: Path) -> None:
    spec = ConvergenceStudy(
        name="c", scenarios=("toy",), sizes=(0.05, 0.5, 2.0), scaled=(), outcomes=(CURVE,), replications=3
    )
    made = converge(spec, Toy(), toy_lab(tmp_path))["convergence"]
    assert DOCS["convergence"].undeclared(made) == []
    assert made["mean"].tolist() == [120.0, 102.0, 100.5]
    assert made["difference"].tolist() == [19.5, 1.5, 0.0]
    assert made["relative"].tolist() == pytest.approx([19.5 / 100.5, 1.5 / 100.5, 0])
    assert made["settled"].tolist() == [False, True, True], "the tolerance is 5 %"


TEXT = """
kind: convergence
scenarios: [public_feed]
set: {market.users: 600, market.days: 3}
sizes: [0.5, 1]
ticks: [120, 60]
outcomes:
  - {metric: orders, kind: level, per_users: 1000}
replications: 2
"""


def study(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", ConvergenceStudy, {})
    return file, listed_variants(file, file.spec.factors, "", list(METRICS))


def test_what_grows_with_the_users_grows(tmp_path: Path) -> None:
    file, variants = study(tmp_path)
    half, whole, coarse, fine = (variants.arms(point.label, point.values)[0].resolved for point in file.spec.points())
    assert [one["market"]["users"] for one in (half, whole, coarse, fine)] == [300, 600, 600, 600]
    assert [one["market"]["tick_minutes"] for one in (half, whole, coarse, fine)] == [60, 60, 120, 60]
    budgets = [
        [brand["campaign"]["budget_yuan"] for brand in one["brands"] if brand["campaign"]] for one in (half, whole)
    ]
    assert budgets == [[2000, 2000], [4000, 4000]]
    with lab_in(tmp_path, 1, jobs=1) as lab:
        made = converge(file.spec, variants, lab)["convergence"]
        runs = lab.run(variants.arms("", {}), [0])
    tables = runs.tables("public_feed", ("campaign",), [0])
    assert tables[0].users == 600
    assert made["mean"].between(20, 200).all(), "a thousand people buy so much in three days, however many there are"
    assert made["step"].tolist() == [0.5, 1, 120, 60]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", per_users: 1000", "", "outcomes.0: grows with the number of users; allowed: per_users: 1000 beside it"),
        ("[0.5, 1]", "[1]", "sizes: one step shows no change; allowed: at least two"),
        ("ticks: [120, 60]", "ticks: [120, 7]", "ticks: market.tick_minutes = 7: out of range"),
        ("ticks: [120, 60]", "ticks: [120, 100]", "100 minutes do not divide a day"),
        ("ticks: [120, 60]", "ticks: [60, 60]", "ticks: a step stands twice"),
        ("sizes: [0.5, 1]", "sizes: [0.001, 1]", "market.users = 1: out of range"),
        ("ticks: [120, 60]", "scaled: [brands.*.name]", "public_feed has no number at brands.aurora.name"),
        ("ticks: [120, 60]", "tocks: [120, 60]", "tocks: unknown key"),
    ],
)
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        study(tmp_path, TEXT.replace(old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found


def test_a_study_made_in_python_is_checked() -> None:
    with pytest.raises(InputError, match="nothing is varied"):
        study_of(ConvergenceStudy(name="c", scenarios=("toy",), outcomes=(CURVE,)))
