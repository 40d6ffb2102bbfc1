"""Maps with a known boundary: found where it is, drawn finer there and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble.phase import DOCS, Cell, Phases, PhaseStudy, explore, node_of, picture, tables
from simulator.ensemble.study_file import read_study
from simulator.ensemble.study_schema import Factor, Outcome
from simulator.ensemble.sweep_study import listed_variants
from simulator.errors import InputError
from simulator.metrics import METRICS
from tests.unit.experiments.toy import ToyVariants, toy_lab

SLOPE = Outcome(metric="slope", kind="level")


class Plane(ToyVariants):
    """`one` gives x - y, `two` gives a constant: the boundary is a straight line."""

    def arms(self, point: str, values: Any) -> Any:
        one, two = super().arms(point, {"a": 0.0, "b": 0.0})
        moved = {**one.resolved, "a": values["x"], "b": values["y"]}
        return type(one)(one.label, moved, {}), two


def mapped(tmp_path: Path, high: float = 1.0, **asked: Any) -> tuple[Phases, Any]:
    side = Factor(path="a", low=0.0, high=high)
    settings = {"cells": 2, "halvings": 3, "replications": 2, **asked}
    spec = PhaseStudy(name="p", scenarios=("one", "two"), x=side, y=side, outcome=SLOPE, **settings)
    lab = toy_lab(tmp_path)
    found = explore(spec, Plane(labels=("one", "two")), lab)
    return found, lab


def test_a_straight_boundary_is_found_exactly(tmp_path: Path) -> None:
    """x - y is linear, so interpolation puts the boundary on x = y, but for rounding."""
    found, _ = mapped(tmp_path)
    made = tables(found)
    assert (made["boundary"]["x"] - made["boundary"]["y"]).abs().max() == pytest.approx(0, abs=1e-9)
    assert len(made["boundary"]) >= 16
    areas = made["areas"].set_index("scenario")["share"]
    assert areas.sum() == pytest.approx(1)
    assert areas["one"] == pytest.approx(0.5, abs=1 / 16), "half of the map, but for the diagonal's cells"
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_only_cells_at_the_boundary_are_halved(tmp_path: Path) -> None:
    found, lab = mapped(tmp_path)
    cells = tables(found)["cells"]
    whole = found.spec.side**2
    assert sum(cell.side**2 for cell in found.cells) == whole, "they cover the map once"
    finest = cells[cells["halvings"] == 3]
    assert ((finest["x_low"] - finest["y_low"]).abs() <= 3 / 16 + 1e-9).all()
    assert (cells[cells["winner"] == ""]["halvings"] == 3).all()
    assert len(found.nodes) < 0.6 * (found.spec.side + 1) ** 2
    assert len(lab.records) == 2 * 2 * len(found.nodes), "no setting is asked twice"


def test_one_winner_needs_no_finer_map(tmp_path: Path) -> None:
    class Always(ToyVariants):
        def arms(self, point: str, values: Any) -> Any:
            return tuple(
                type(arm)(arm.label, {**arm.resolved, "a": float(i), "b": 0.0}, {})
                for i, arm in enumerate(super().arms(point, {}))
            )

    side = Factor(path="a", low=0.0, high=1.0)
    spec = PhaseStudy(name="p", scenarios=("one", "two"), x=side, y=side, outcome=SLOPE, cells=2, halvings=4)
    found = explore(spec, Always(labels=("one", "two")), toy_lab(tmp_path))
    assert len(found.nodes) == 9
    assert tables(found)["areas"]["share"].tolist() == [0, 1]
    assert picture(found) == ["B" * 33] * 33


def test_a_finer_neighbour_tears_a_cell() -> None:
    cell = Cell(0, 0, 4, 0)
    assert cell.holds((4, 2))
    assert not cell.holds((5, 2))
    assert [half.side for half in cell.halves()] == [2, 2, 2, 2]
    assert len({corner for half in cell.halves() for corner in half.corners()}) == 9


def test_who_wins_and_how_clearly() -> None:
    at = {"x": 1.0, "y": 2.0}
    node = node_of(at, {"a": {0: 5.0, 1: 6.0, 2: 5.5}, "b": {0: 1.0, 1: 2.0, 2: 1.4}, "c": {0: 4.0, 1: 7.0, 2: 5.0}}, 1)
    assert (node.winner, node.rival, node.clear) == ("a", "c", False)
    assert node.margin[0] == pytest.approx(0.5 / 3)
    assert node.margin[1] < 0 < node.margin[2]


TEXT = """
kind: phase
scenarios: [marketplace, public_feed]
set: {market.users: 300, market.days: 2}
x: {path: platforms.public_feed.affordances.repost.hazard, low: 0.001, high: 0.02, scale: log, scenarios: [public_feed]}
y: {path: brands.*.known_share, low: 0.1, high: 0.9}
outcome: {metric: orders}
cells: 1
halvings: 0
replications: 1
"""


def study(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", PhaseStudy, {})
    return file, listed_variants(file, file.spec.factors, "", list(METRICS))


def test_a_map_of_a_market(tmp_path: Path) -> None:
    _, variants = study(tmp_path)
    arms = variants.arms("x", {"x": 0.004, "y": 0.3})
    assert {brand["known_share"] for brand in arms[0].resolved["brands"]} == {0.3}
    assert arms[1].resolved["platforms"][0]["affordances"]["repost"]["hazard"] == 0.004
    assert arms[0].resolved["platforms"][0]["affordances"]["repost"]["hazard"] != 0.004


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[marketplace, public_feed]", "[marketplace]", "scenarios: there are 1; allowed: at least two"),
        (", low: 0.1, high: 0.9", "", "study.yaml:6:1: y: has no range; allowed: low and high"),
        ("low: 0.1, high: 0.9", "values: [1]", "y.values: cannot be varied over a range; allowed: low and high"),
        ("low: 0.1, high: 0.9", "low: 0.1, high: 9", "y: brands.aurora.known_share = 9.0: out of range"),
        ("metric: orders", "metric: order", "study.yaml:7:19: outcome.metric: there is no metric 'order'"),
        ("cells: 1", "cells: 0", "cells: out of range; given 0"),
    ],
)
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        study(tmp_path, TEXT.replace(old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
