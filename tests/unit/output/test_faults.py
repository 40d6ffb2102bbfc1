"""Whatever the machine does to a study, no run is lost and nothing half-written is read; see `experiments.checks`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from experiments.checks.injection import FAULTS
from tests.support import toy_faults

ROOT = Path(toy_faults.__file__).parents[2]
POINTS = 40
"""The toy's study touches the disk at least so often."""


@pytest.fixture(scope="module")
def tallies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of the cases of each class, by its name; in a process of its own, since cases are forks."""
    words = [sys.executable, "-m", "tests.support.toy_faults", str(tmp_path_factory.mktemp("faults"))]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=200)
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_every_fault_was_survived(tallies: dict[str, Any]) -> None:
    bad = [one for one in tallies.values() if one["crashes"] or one["hangs"] or one["lost"] or not one["cases"]]
    assert not bad


def test_points_were_walked_to_the_end(tallies: dict[str, Any]) -> None:
    kills = tallies[FAULTS[0].name]["cases"]
    assert kills >= POINTS // toy_faults.KILLS
    for fault in FAULTS[1:]:
        assert tallies[fault.name]["cases"] == pytest.approx(kills * toy_faults.KILLS / toy_faults.EVERY, abs=1)


@pytest.mark.parametrize(
    ("name", "advice"), [("disk full", "free some space"), ("read-only folder", "choose another folder with --out")]
)
def test_what_is_said_tells_what_to_do(tallies: dict[str, Any], name: str, advice: str) -> None:
    assert any(advice in said for said in tallies[name]["said"])
