"""What the commands that run a study file share: the kinds there are, folders, and how a run is told."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console

if TYPE_CHECKING:
    from simulator.ensemble.design import Arm
    from simulator.ensemble.lab import Lab

RESULTS = Path("results")

KINDS = {
    "calibrate": "calibrate",
    "sweep": "sweep",
    "decompose": "decompose",
    "sensitivity": "sensitivity",
    "attribution": "attribution",
}
"""The command that runs a study, by its kind."""


@dataclass(frozen=True)
class Request:
    """What was asked of a command that runs a study file."""

    study: str
    out: Path | None
    jobs: int | None
    as_json: bool
    dry_run: bool
    force: bool
    data: Path | None = None

    def folder(self, kind: str, name: str) -> Path:
        """Where the study goes."""
        safe = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in name).strip("-.")
        return self.out or RESULTS / f"{kind}-{safe or 'study'}"


def announce(arms: Sequence[Arm], jobs: int | None, runs: int) -> None:
    """Say what the runs will take, and refuse what cannot fit or be read, before any is started."""
    from simulator.model import memory
    from simulator.model.world import check_graph_files
    from simulator.scenario.loader import load_resolved

    width = min(jobs or os.cpu_count() or 1, max(runs, 1))
    peak = 0
    for arm in arms:
        folder = next(iter(arm.paths.values())).parent if arm.paths else None
        scenario = load_resolved(_placed(arm), folder).scenario
        check_graph_files(scenario)
        peak = max(peak, memory.announce(scenario, width).peak)
    console.note(f"Memory: up to {width} run{'s' if width > 1 else ''} at once, {peak / 1e9:.2g} GB each at the peak")


def _placed(arm: Arm) -> Any:
    from simulator.ensemble.worker import with_paths

    return with_paths(arm.resolved, arm.paths)


def tell_failures(lab: Lab) -> None:
    """List the runs that failed; the rest of the study stands."""
    from simulator.ensemble.runner import StudyError

    if lab.failed:
        console.show(StudyError(lab.failed, len(lab.records)))
