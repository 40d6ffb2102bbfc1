"""The benchmark programs run, check agreement before they print a speed, and say which peers are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.unit.report.fake_study import Fake, write_study

ROOT = Path(__file__).parents[2]


def test_cascades(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "experiments.benchmarks.cascades",
            "--users",
            "2000",
            "--rounds",
            "3",
            "--out",
            tmp_path,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tables = [path.read_text("utf-8") for path in tmp_path.rglob("*.md")]
    assert len(tables) == 1
    for contestant in ("NumPy", "NDlib", "CyNetDiff"):
        assert contestant in tables[0] + done.stdout + done.stderr


def test_report(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", Fake(replications=3))
    done = subprocess.run(
        [sys.executable, "-m", "experiments.benchmarks.report", "--study", folder, "--rounds", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "3 arms, 3 replications; 1 builds each"
    assert [line.split(" | ")[0] for line in lines[2:] if " | " in line] == ["en", "zh"]


def test_market(tmp_path: Path) -> None:
    """The ratio of the two engines is printed after their tables were found equal."""
    small = ["--users", "400", "--twin", "300", "--ticks", "2", "--rounds", "1", "--families", "computed graph"]
    done = subprocess.run(
        [sys.executable, "-m", "experiments.benchmarks.market", *small, "--out", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "with equal tables" in done.stdout
    assert (tmp_path / "market.csv").read_text("utf-8").count("computed graph,400,1") == 1
    assert (tmp_path / "market.html").is_file()
