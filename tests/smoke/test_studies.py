"""Every shipped study is one that can be started."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.app.cli import app

STUDIES = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))
DATA = os.environ.get("SIMULATOR_DATA")


def needs_data(study: Path) -> bool:
    return "pattern: D" in study.read_text("utf-8")


@pytest.mark.parametrize("study", [s for s in STUDIES if DATA or not needs_data(s)], ids=lambda path: path.stem)
def test_a_shipped_study_can_be_started(study, tmp_path):
    kind = next(
        line.split(":")[1].strip() for line in study.read_text("utf-8").splitlines() if line.startswith("kind:")
    )
    data = ["--data", DATA] if needs_data(study) else []
    done = CliRunner().invoke(app, [kind, str(study), "--dry-run", "--out", str(tmp_path), *data])
    assert done.exit_code == 0, done.output
    assert "replications" in done.output or " runs" in done.output
