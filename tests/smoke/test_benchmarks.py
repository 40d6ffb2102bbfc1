"""The benchmark programs run, check agreement before they print a speed, and say which peers are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

from tests.unit.report.fake_study import Fake, write_study

ROOT = Path(__file__).parents[2]


def test_cascades(tmp_path: Path) -> None:
    said = _program("cascades", "--users", "2000", "--rounds", "3", "--out", str(tmp_path))
    tables = [path.read_text("utf-8") for path in tmp_path.rglob("*.md")]
    assert len(tables) == 1
    for contestant in ("NumPy", "NDlib", "CyNetDiff"):
        assert contestant in tables[0] + said


def test_report(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", Fake(replications=3))
    lines = _program("report", "--study", str(folder), "--rounds", "1").splitlines()
    assert lines[0] == "3 arms, 3 replications; 1 builds each"
    assert [line.split(" | ")[0] for line in lines[2:] if " | " in line] == ["en", "zh"]


def test_market(tmp_path: Path) -> None:
    """The ratio of the two engines is printed after their tables were found equal."""
    small = ["--users", "400", "--twin", "300", "--ticks", "2", "--rounds", "1", "--families", "computed graph"]
    said = _program("market", *small, "--out", str(tmp_path))
    assert "with equal tables" in said
    assert (tmp_path / "market.csv").read_text("utf-8").count("computed graph,400,1") == 1
    assert (tmp_path / "market.html").is_file()


def test_agreement(tmp_path: Path) -> None:
    """Each library that is installed runs every rule it shares; of one that is not, that is said."""
    done = _program("agreement", "--users", "200", "--replications", "2000", "--out", str(tmp_path))
    table = pd.read_csv(tmp_path / "agreement.csv")
    assert set(table.loc[table["library"] == "ours, skips", "agrees"]) == {"yes"}
    for name in ("NDlib", "CyNetDiff", "EoN", "PyNetIM"):
        assert name in set(table["library"]) or f"{name}: " in done


def test_targets(tmp_path: Path) -> None:
    """Every line says what is aimed at, what was measured and whether that is enough."""
    _program("targets", "--users", "3000", "--rounds", "1", "--out", str(tmp_path))
    table = pd.read_csv(tmp_path / "targets.csv")
    for row in table.to_dict("records"):
        sign, number = row["target"].split()
        enough = row["median"] >= float(number) if sign == ">=" else row["median"] <= float(number)
        assert row["met"] == ("yes" if enough else "no")
        assert row["quartile_1"] <= row["median"] <= row["quartile_3"]


def _program(name: str, *arguments: str) -> str:
    """What a benchmark program says."""
    done = subprocess.run(
        [sys.executable, "-m", f"experiments.benchmarks.{name}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
