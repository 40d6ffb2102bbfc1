"""`simulator validate` on a very small scale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulator.app.cli import app
from simulator.validation import experiments
from tests.unit.validation.runs import EFFORT


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "QUICK", EFFORT)


def call(*arguments: str, status: int = 0) -> Result:
    done = CliRunner().invoke(app, ["validate", *arguments])
    assert done.exit_code == status, done.output
    return done


def test_a_scorecard_is_printed_and_stored(tmp_path: Path) -> None:
    done = call("--pattern", "26", "--pattern", "D7", "--out", str(tmp_path), "--jobs", "1")
    lines = done.stdout.splitlines()
    assert any("26a" in line and "pass" in line and "21 to 23" in line for line in lines)
    assert any(line.strip().startswith("D7a") and "--data DIR" in line for line in lines)
    assert any(line.startswith("judged rows: 0 of 0 pass; 2 not run") for line in lines)
    assert any("400 users instead of 200,000" in line for line in lines)
    stored = json.loads((tmp_path / "scorecard.json").read_text("utf-8"))
    assert [row["id"] for row in stored["rows"]] == ["26a", "26b", "D7a", "D7b"]
    assert stored["runs"] == 2


def test_json_is_a_list_of_rows(tmp_path: Path) -> None:
    done = call("--pattern", "24", "--json", "--out", str(tmp_path), "--jobs", "1")
    rows = json.loads(done.stdout)
    assert [row["id"] for row in rows] == [f"24{letter}" for letter in "abcdef"]
    wanted = {"id", "kind", "status", "mean", "low", "high", "band", "unit", "mechanism", "falsified_if", "source"}
    assert all(wanted | {"diagnosis"} <= set(row) for row in rows)
    reciprocity = next(row for row in rows if row["id"] == "24d")
    assert (reciprocity["status"], reciprocity["mean"], reciprocity["band"]) == ("pass", 1.0, [1.0, 1.0])


def test_an_unknown_pattern_lists_the_known_ones() -> None:
    done = call("--pattern", "99", status=2)
    assert "unknown pattern '99'" in done.stderr
    assert "D7" in done.stderr
    assert "Traceback" not in done.output


def test_a_folder_of_data_that_is_not_there(tmp_path: Path) -> None:
    done = call("--data", str(tmp_path / "none"), status=2)
    assert "there is no folder" in done.stderr


def test_data_without_the_file_is_not_run(tmp_path: Path) -> None:
    done = call("--pattern", "D7", "--data", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "1", "--json")
    assert {row["status"] for row in json.loads(done.stdout)} == {"not run"}
    assert "has no funnel_taobao" in done.stdout
