"""What the commands that run a study file share: the kinds there are, folders, and how a study is run and told."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.design import Arm
    from simulator.ensemble.lab import Lab
    from simulator.ensemble.study_file import StudyFile
    from simulator.ensemble.study_output import StudyOutput, TableDoc

RESULTS = Path("results")

KINDS = {
    "sweep": "Run scenarios at many settings of some factors, and compare them at each on the same luck.",
    "decompose": "Share the difference between two scenarios out among what differs (Shapley values).",
    "sensitivity": "Say which parameters outcomes depend on: Morris screening or Sobol indices, with convergence.",
    "convergence": "Say from which number of users and which length of a tick on outcomes no longer change.",
    "seed": "Choose whom to ask for posts under a budget, and try the choices on fresh luck against baselines.",
    "phase": "Map which scenario wins over two parameters, finer where the winner changes.",
    "luck": "Run one plan in many worlds: whose luck its outcomes are, and how many worlds a comparison takes.",
    "attribution": "Say what campaigns truly did to every need, and what methods that see one world would have said.",
    "panel": "Write a run as market-mix tools read it, with the true effect of each channel beside.",
    "claims": "Hold the claims of a text against runs: supported, contradicted, conditional or unknown.",
    "calibrate": "Fit parameters of scenarios to targets, judge what was held out, and write the fitted scenario.",
}
"""The kinds of studies, each run by the command of its name, and what that command does."""

MOST_ROWS = 40
"""So many rows of a table are shown; all of them are stored."""


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
    scheduler: str = ""

    def folder(self, kind: str, name: str) -> Path:
        """Where the study goes."""
        safe = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in name).strip("-.")
        return self.out or RESULTS / f"{kind}-{safe or 'study'}"


@dataclass(frozen=True)
class Conduct:
    """A study that is ready to start.

    Attributes
    ----------
    request, file : what was asked.
    arms : scenarios of which study.json tells, and whose memory is looked at.
    docs : what the study's tables say.
    """

    request: Request
    file: StudyFile[Any]
    arms: Sequence[Arm]
    docs: Mapping[str, TableDoc]

    @property
    def out(self) -> Path:
        """The study's folder."""
        spec = self.file.spec
        return self.request.folder(spec.kind, spec.name)

    def begins(self, runs: int, would: str) -> bool:
        """Announce the runs; whether they are to be made, or only what they would be is to be said."""
        announce(self.arms, self.request, runs)
        if self.request.dry_run:
            console.say(f"{would}; results in {self.out}")
        return not self.request.dry_run

    def run(
        self, work: Callable[[Lab, StudyOutput], tuple[Mapping[str, pd.DataFrame], Mapping[str, Any]]]
    ) -> dict[str, pd.DataFrame]:
        """Do the work in a lab, and store the tables and the result that it gives; failed runs are told.

        Raises
        ------
        StudyError
            If runs failed and no table could be made for want of them.
        """
        from simulator.ensemble.lab import lab_in
        from simulator.ensemble.runner import StudyError
        from simulator.ensemble.study_output import StudyOutput

        output, asked = StudyOutput(self.out, self.file), self.request
        output.begin(self.arms)
        with (
            Progress("runs") as progress,
            lab_in(
                self.out, self.file.spec.seed, jobs=asked.jobs, reuse=not asked.force, progress=progress,
                scheduler=asked.scheduler,
            ) as lab,
        ):  # fmt: skip
            try:
                made, result = work(lab, output)
            except StudyError:
                output.end(lab, {}, self.docs, arms=self.arms, status="failed")
                raise
        output.end(lab, made, self.docs, arms=self.arms, result=result)
        if lab.failed:
            console.show(StudyError(lab.failed, len(lab.records)))
        return dict(made)

    def as_json(self, tables: Mapping[str, pd.DataFrame], **more: Any) -> bool:
        """Write some tables as JSON if that was asked for; whether it was."""
        if self.request.as_json:
            rows = {name: table.to_dict("records") for name, table in tables.items()}
            console.write_json({"study": str(self.out), **more, **rows})
        return self.request.as_json

    def end(self) -> None:
        """Say where everything is."""
        console.say(f"Tables: {self.out / 'tables'}")


def announce(arms: Sequence[Arm], request: Request, runs: int) -> None:
    """Say what the runs will take, and refuse what cannot fit here or be read, before any is started."""
    from simulator.model import memory
    from simulator.model.world import check_graph_files
    from simulator.scenario.loader import load_resolved

    width = min(request.jobs or os.cpu_count() or 1, max(runs, 1))
    peak = 0
    for arm in arms:
        folder = next(iter(arm.paths.values())).parent if arm.paths else None
        scenario = load_resolved(_placed(arm), folder).scenario
        check_graph_files(scenario)
        needed = memory.estimate(scenario) if request.scheduler else memory.announce(scenario, width)
        peak = max(peak, needed.peak)
    if request.scheduler:
        console.note(f"Memory: {peak / 1e9:.2g} GB for each worker of {request.scheduler} at the peak")
    else:
        console.note(
            f"Memory: up to {width} run{'s' if width > 1 else ''} at once, {peak / 1e9:.2g} GB each at the peak"
        )


def _placed(arm: Arm) -> Any:
    from simulator.ensemble.worker import with_paths

    return with_paths(arm.resolved, arm.paths)


def rows_shown(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    """A table of which the first rows are shown."""
    console.table(title, heads, rows[:MOST_ROWS], right=right)
    if len(rows) > MOST_ROWS:
        console.say(f"... and {len(rows) - MOST_ROWS} rows more, in the tables")
