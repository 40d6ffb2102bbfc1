"""The TRACE record: tests by kind from their source, and scorecards as they were stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.app.cli import app
from simulator.describe.tests import KINDS, catalogue
from simulator.describe.trace import trace
from simulator.errors import InputError, StoreError
from simulator.validation import PATTERNS
from simulator.validation.scorecard import Scorecard, not_run, row

TESTS = Path(__file__).parents[2]

EXACT = '''
from tests.naive import thing as slow

def helper():
    return slow.run()

def test_a_law():
    """It is one half.

    More of it.
    """

def test_the_twin():
    assert helper()

@pytest.mark.parametrize("engine", ["kernels", "agents"])
def test_engines(engine):
    """Both."""
'''
PROPERTY = '''
@given(integers())
def test_any(number):
    """Any number."""

class TestMore:
    def test_inside_a_class(self):
        pass
'''


@pytest.fixture
def tests_of_ones_own(tmp_path: Path) -> Path:
    (tmp_path / "exact").mkdir()
    (tmp_path / "exact" / "test_law.py").write_text(EXACT, "utf-8")
    (tmp_path / "unit" / "deep").mkdir(parents=True)
    (tmp_path / "unit" / "deep" / "test_more.py").write_text(PROPERTY, "utf-8")
    (tmp_path / "unit" / "helper.py").write_text("def test_not_collected(): pass", "utf-8")
    return tmp_path


def test_a_test_has_a_kind_and_says_what_it_holds(tests_of_ones_own: Path) -> None:
    found = {test.name: test for test in catalogue(tests_of_ones_own)}
    assert {name: test.kind for name, test in found.items()} == {
        "test_a_law": "exact", "test_the_twin": "twin", "test_engines": "twin", "test_any": "property",
        "test_inside_a_class": "unit",
    }  # fmt: skip
    assert found["test_a_law"].says == "It is one half."
    assert found["test_inside_a_class"].says == "inside a class"
    assert [name for name, test in found.items() if test.many] == ["test_engines", "test_any"]
    assert found["test_any"].file == "unit/deep/test_more.py"


def test_a_folder_without_tests_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no tests"):
        catalogue(tmp_path)
    (tmp_path / "test_x.py").write_text("def test_(:", "utf-8")
    with pytest.raises(InputError, match="is no Python"):
        catalogue(tmp_path)


def test_the_project_has_tests_of_every_kind() -> None:
    """And twins are told from other exact tests."""
    found = catalogue(TESTS)
    assert {test.kind for test in found} == set(KINDS)
    kinds = {(test.file, test.name): test.kind for test in found}
    assert kinds["exact/test_linear_threshold.py", "test_twin_with_equal_weights"] == "twin"
    assert kinds["exact/test_cascade_closed_forms.py", "test_path"] == "exact"
    assert kinds["unit/describe/test_trace.py", "test_the_project_has_tests_of_every_kind"] == "unit"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    pattern = PATTERNS["10"]
    made = row(pattern, pattern.parts[0], [0.2, 0.21, 0.22], "as they say", {})
    left = not_run(PATTERNS["26"], PATTERNS["26"].parts[0], "for lack of time")
    Scorecard([made, left], {"effort": "quick", "seed": 7, "replications": 3}).write(tmp_path / "validation")
    return tmp_path / "validation"


def test_rows_of_a_scorecard_stand_under_their_heading(card: Path, tests_of_ones_own: Path) -> None:
    page = trace(tests_of_ones_own, [card])
    output, rest = page.split("## 6. Model output verification")[1].split("## 7. Model analysis")
    judged = rest.split("## 8. Model output corroboration")[1]
    assert "validation: effort quick, seed 7, replications 3; 0 of 0 that were run pass." in output
    assert "| 26a | busiest hour of the day | input | not run |" in output
    assert "for lack of time" in output
    assert "1 of 1 that were run pass." in judged
    assert "| 10a | elasticity of sales to the number of reviews | judged | pass | 0.21 | " in judged
    assert "26a" not in judged
    assert "| exact/test_law.py: test_a_law | It is one half |" in page


def test_without_tests_or_scorecards_the_record_says_so() -> None:
    page = trace(None, [])
    assert "No tests are at hand" in page
    assert page.count("No scorecard was given") == 2
    assert "| where_each_wins | sweep |" in page


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rows": [{}]}', '{"rows": [{"band": 3}]}', '{"rows": 3}'])
def test_a_damaged_scorecard_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "scorecard.json").write_text(content, "utf-8")
    with pytest.raises(StoreError, match="is no scorecard"):
        trace(None, [tmp_path])


def test_a_scorecard_that_was_altered_is_told(card: Path) -> None:
    file = card / "scorecard.json"
    file.write_text(file.read_text("utf-8").replace('"seed": 7', '"seed": 8'), "utf-8")
    with pytest.raises(StoreError, match="is no scorecard: it was altered"):
        trace(None, [card])


def test_the_command_writes_the_record(card: Path, tests_of_ones_own: Path, tmp_path: Path) -> None:
    arguments = ["trace", str(card), "--tests", str(tests_of_ones_own), "--out", str(tmp_path / "trace.md")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert (tmp_path / "trace.md").read_text("utf-8") == trace(tests_of_ones_own, [card])
    missing = CliRunner().invoke(app, ["trace", str(tmp_path)])
    assert missing.exit_code == 2
    assert "holds no scorecard.json" in missing.stderr
    assert json.loads((card / "scorecard.json").read_text("utf-8"))["rows"]
