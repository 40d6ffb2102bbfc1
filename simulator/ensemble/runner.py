"""Runs, one or many: in this process, by workers of this machine or of a cluster, stored as they are finished.

What is stored already is reused, so a study that was killed continues. The two roles of an arm and replication go
to one worker back to back, where the built world is still at hand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from simulator.ensemble import worker
from simulator.ensemble.crew import Crew
from simulator.ensemble.design import Loaded, RunSpec
from simulator.ensemble.ledger import Group, Ledger, Progress
from simulator.ensemble.outcomes import metrics
from simulator.ensemble.worker import FAILURE, MODEL, ModelEntry, Options, RunRecord
from simulator.errors import InputError, SimulatorError
from simulator.output.store import ResultStore, StoredRun
from simulator.output.study import StudyFolder

__all__ = ["Crew", "Progress", "StudyError", "raise_failures", "run_many", "run_one"]

SHOWN = 5
"""So many runs that failed alike are listed; study.json lists all."""


class StudyError(SimulatorError):
    """Some runs of a study failed. The others are stored; repeating the study makes only what is missing.

    Attributes
    ----------
    failed : list of RunRecord
    """

    exit_code = 1

    def __init__(self, failed: Sequence[RunRecord], total: int):
        self.failed = list(failed)
        lines = [f"{len(self.failed)} of {total} runs failed; the others are stored and will be reused"]
        alike: dict[str, list[RunRecord]] = {}
        for one in self.failed:
            alike.setdefault(one.error, []).append(one)
        for error, several in alike.items():
            lines.append(f"- {error}")
            lines += [f"  {one.label}" + (f": {one.command}" if one.command else "") for one in several[:SHOWN]]
            if len(several) > SHOWN:
                lines.append(f"  and {len(several) - SHOWN} more")
        super().__init__("\n".join(lines))


def run_one(
    loaded: Loaded,
    seed: int,
    out: Path,
    *,
    engine: str = "kernels",
    threads: int = 1,
    reuse: bool = True,
    progress: Any = None,
    role: str = "campaign",
    model: ModelEntry = MODEL,
) -> StoredRun:
    """Make one run in this process, or find it stored.

    Parameters
    ----------
    loaded : the scenario.
    seed : int
    out : folder of the study; the run is stored in ``out/runs/<address>``.
    engine : "kernels" or "agents"; both give the same tables under the same address.
    threads : of the run; any number gives the same tables.
    reuse : whether a stored run will do. If not, the new tables must equal those stored.
    progress : handed to the model.
    role : "campaign", or "control" for the same world without campaigns.

    Raises
    ------
    SimulatorError
        If the run cannot be made, stored, or differs from the stored one.
    """
    name = str(loaded.resolved.get("name", "scenario"))
    spec = RunSpec(name, role, 0, seed, loaded.resolved, loaded.files, loaded.paths)
    folder = StudyFolder(out)
    store = folder.runs
    store.prepare()
    folder.write_dictionary(metrics())
    done = worker.execute(spec, store, Options(engine, threads, reuse, model), progress)
    return store.read(done.address)


def run_many(
    specs: Sequence[RunSpec],
    store: ResultStore,
    *,
    jobs: int | None = None,
    reuse: bool = True,
    progress: Progress | None = None,
    engine: str = "kernels",
    model: ModelEntry = MODEL,
    crew: Crew | None = None,
    scheduler: str = "",
) -> list[RunRecord]:
    """Make many runs; results go to `store`.

    Parameters
    ----------
    specs : the runs wanted; equal ones are made once if `reuse`.
    store : where results are looked for and kept.
    jobs : worker processes, by default one a processor; 1 makes the runs in this process.
    reuse : whether stored runs will do. If not, each is made, and must equal what is stored.
    progress : see `Progress`.
    engine : "kernels" or "agents".
    crew : workers that outlive the call, for studies that make many.
    scheduler : address of a Dask scheduler whose workers make the runs, see `cluster`; `jobs` is then no matter.

    Returns
    -------
    list of RunRecord
        One a spec, in their order. Failed runs are among them: see `raise_failures`.

    Raises
    ------
    WriteError
        If the store cannot be written at the start.
    InputError
        If `jobs` is below 1, or the cluster cannot be used.
    KeyboardInterrupt
        After the workers have ended. What was finished stays stored.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs is {jobs}; allowed: 1 or more")
    store.prepare()
    study = Ledger(specs, store, Options(engine, 1, reuse, model), progress)
    waiting, repeated = study.to_do()
    if waiting:
        _make(study, waiting, jobs or os.cpu_count() or 1, crew, scheduler)
    _serially(study, repeated)
    return study.all_records()


def raise_failures(records: Sequence[RunRecord]) -> None:
    """Raise a `StudyError` that lists the failed runs, if any."""
    failed = [record for record in records if record.status == FAILURE]
    if failed:
        raise StudyError(failed, len(records))


def _make(study: Ledger, waiting: Sequence[Group], most: int, crew: Crew | None, scheduler: str) -> None:
    """Make groups of runs: in this process if one worker would do, and none is at hand."""
    if crew is not None and (crew.at_hand or min(most, len(waiting)) > 1):
        crew.make(study, waiting, most)
    elif scheduler or min(most, len(waiting)) > 1:
        with Crew(scheduler) as own:
            own.make(study, waiting, min(most, len(waiting)))
    else:
        _serially(study, waiting)


def _serially(study: Ledger, groups: Iterable[Group]) -> None:
    for group in groups:
        if study.stopped:
            return
        study.make(group)
