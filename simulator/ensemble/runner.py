"""Runs, one or many: in this process or in a pool of spawned workers, stored as they are finished.

What is stored already is reused, so a study that was killed continues. The two roles of an arm and replication go
to one worker back to back, where the built world is still at hand. On a fresh machine one worker compiles the
kernels while the others import the model; only then are the runs shared out, so nothing is compiled twice.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

from simulator.ensemble import worker
from simulator.ensemble.design import Loaded, RunSpec
from simulator.ensemble.worker import FAILURE, MODEL, REUSED, ModelEntry, Options, RunRecord
from simulator.errors import InputError, SimulatorError, StoreError
from simulator.output.store import DamagedRunError, ResultStore, StoredRun
from simulator.output.study import StudyFolder

Progress = Callable[[int, int, float, str], None]
"""Called with runs done, runs in all, runs a second, and what has just happened."""

Group = tuple[int, ...]
"""Places, in the list of specs, of runs that one worker makes back to back."""

PATIENCE_SECONDS = 2.0
"""A worker that is told to end gets so long before it is killed."""


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
    store = StudyFolder(out).runs
    store.prepare()
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

    Returns
    -------
    list of RunRecord
        One a spec, in their order. Failed runs are among them: see `raise_failures`.

    Raises
    ------
    WriteError
        If the store cannot be written at the start.
    InputError
        If `jobs` is below 1.
    KeyboardInterrupt
        After the workers have ended. What was finished stays stored.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs is {jobs}; allowed: 1 or more")
    store.prepare()
    study = _Ledger(specs, store, Options(engine, 1, reuse, model), progress)
    waiting, repeated = study.to_do()
    most = jobs or os.cpu_count() or 1
    workers = most if crew is not None and crew.at_hand and waiting else min(most, len(waiting))
    if workers <= 1:
        _serially(study, waiting)
    else:
        _in_pool(study, waiting, most if crew is not None else workers, crew)
    _serially(study, repeated)
    return study.all_records()


def raise_failures(records: Sequence[RunRecord]) -> None:
    """Raise a `StudyError` that lists the failed runs, if any."""
    failed = [record for record in records if record.status == FAILURE]
    if failed:
        raise StudyError(failed, len(records))


class _Ledger:
    """The runs of a call, what became of them so far, and whoever watches."""

    def __init__(self, specs: Sequence[RunSpec], store: ResultStore, options: Options, progress: Progress | None):
        self.specs, self.store, self.options = list(specs), store, options
        self.stopped = ""
        self._records: list[RunRecord | None] = [None] * len(specs)
        self._progress = progress
        self._began = time.perf_counter()
        self._made = 0
        self._notes: dict[int, str] = {}

    def of(self, group: Group) -> list[RunSpec]:
        """The specs of a group."""
        return [self.specs[place] for place in group]

    def to_do(self) -> tuple[list[Group], list[Group]]:
        """Groups to be made, and groups that will be found stored because an earlier one has the same addresses."""
        together: dict[tuple[str, int, int], list[int]] = {}
        for place, spec in enumerate(self.specs):
            together.setdefault((spec.arm, spec.replication, spec.seed), []).append(place)
        waiting, repeated = list[Group](), list[Group]()
        known: set[tuple[str, ...]] = set()
        for group in map(tuple, together.values()):
            addresses = tuple(spec.address() for spec in self.of(group))
            if self._found(group, addresses):
                continue
            if self.options.reuse and addresses in known:
                repeated.append(group)
            else:
                known.add(addresses)
                waiting.append(group)
        self.tell(f"{sum(map(len, waiting))} runs to make")
        return waiting, repeated

    def _found(self, group: Group, addresses: Sequence[str]) -> bool:
        """Enter a group whose runs are all stored and sound, if stored ones will do."""
        if not self.options.reuse or not all(map(self.store.has, addresses)):
            return False
        try:
            self.add(group, [worker.find(spec, self.store) for spec in self.of(group)])
        except DamagedRunError as error:
            self._notes.update(dict.fromkeys(group, str(error)))
            return False
        except StoreError:  # whoever makes the run meets it again, and records it
            return False
        return True

    def make(self, group: Group) -> None:
        """Make a group's runs in this process."""
        self.add(group, worker.attempt_group(self.of(group), self.store.root, self.options))

    def add(self, group: Group, records: Sequence[RunRecord]) -> None:
        """Enter what became of a group's runs. After a fatal failure there are fewer records than runs."""
        for place, record in zip(group, records, strict=False):
            self._records[place] = replace(record, note=record.note or self._notes.get(place, ""))
            self._made += record.status != REUSED
            self.stopped = self.stopped or (record.error if record.fatal else "")
            self.tell(f"{record.label}: {record.status}")

    def tell(self, what: str) -> None:
        """Report where things stand."""
        if self._progress is not None:
            done = sum(record is not None for record in self._records)
            seconds = max(time.perf_counter() - self._began, 1e-9)
            self._progress(done, len(self.specs), self._made / seconds, what)

    def all_records(self) -> list[RunRecord]:
        """A record for every run; one that was not begun counts as failed."""
        reason = f"not begun, because an earlier run failed: {self.stopped}"
        return [
            record or worker.record(spec, spec.address(), FAILURE, error=reason)
            for spec, record in zip(self.specs, self._records, strict=True)
        ]


def _serially(study: _Ledger, groups: Iterable[Group]) -> None:
    for group in groups:
        if study.stopped:
            return
        study.make(group)


def _in_pool(study: _Ledger, groups: Iterable[Group], workers: int, crew: Crew | None) -> None:
    """Share groups out to workers. When a worker dies, those then at work are made again, each alone."""
    waiting = deque(groups)
    while waiting and not study.stopped:
        try:
            with _Pool(workers, study) if crew is None else crew.lend(workers, study) as pool:
                suspects = pool.share_out(waiting)
        finally:
            study.store.clean()
        for group in suspects:
            _alone(study, group)


def _alone(study: _Ledger, group: Group) -> None:
    """Make each run of a group in a worker of its own, so that one that kills its worker hurts no other."""
    for place in group:
        if study.stopped:
            return
        with _Pool(1, study) as pool:
            lost = pool.share_out(deque([(place,)]))
        if lost:
            reason = "its worker process was killed, most often for want of memory: try fewer --jobs or fewer users"
            study.add((place,), [worker.failure(study.specs[place], study.store, reason)])


class _Pool:
    """Spawned workers that end with this block: in peace, or at once if it is left by an error or Ctrl-C."""

    def __init__(self, workers: int, study: _Ledger):
        self.workers, self.study = workers, study
        self.broken = self._warm = False
        self._executor = ProcessPoolExecutor(workers, get_context("spawn"), worker.start_worker)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._kill()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _kill(self) -> None:
        """End the workers whatever they are doing. (The executor has no public way before Python 3.14.)"""
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(PATIENCE_SECONDS)
            if process.is_alive():
                process.kill()

    def share_out(self, waiting: deque[Group]) -> list[Group]:
        """Take groups from `waiting` until it is empty; returns those that were at work when a worker died."""
        at_work: dict[Future[list[RunRecord]], Group] = {}
        try:
            width = self.workers if self._warm_up() else 1
            while (waiting and not self.study.stopped) or at_work:
                while waiting and len(at_work) < width and not self.study.stopped:
                    future = self._submit(waiting[0])
                    at_work[future] = waiting.popleft()
                for done in wait(at_work, return_when=FIRST_COMPLETED).done:
                    self.study.add(at_work[done], done.result())
                    del at_work[done]
                width = self.workers
        except BrokenProcessPool:
            self.broken = True
            return list(at_work.values())
        return []

    def _submit(self, group: Group) -> Future[list[RunRecord]]:
        study = self.study
        return self._executor.submit(worker.attempt_group, study.of(group), study.store.root, study.options)

    def _warm_up(self) -> bool:
        """Each worker compiles a part of the kernels; False if the first group has to serve as the warm-up."""
        if self.workers == 1 or self._warm:
            return True
        self._warm = True
        model = self.study.options.model
        parts = [self._executor.submit(worker.warm_up, model, i, self.workers) for i in range(self.workers)]
        try:
            results = [part.result() for part in parts]
            return all(results)
        except BrokenProcessPool:
            raise SimulatorError(
                "no worker process could start: a script that runs studies needs its own code below "
                "'if __name__ == \"__main__\":', or use --jobs 1"
            ) from None
        except Exception:  # the first run will meet it again, and record it
            return True


class Crew:
    """Workers that stay between calls of `run_many`, so that a study in many steps starts them once.

    A context manager: the workers end with its block, in peace, or at once if it is left by an error or Ctrl-C.
    """

    def __init__(self) -> None:
        self._pool: _Pool | None = None

    @property
    def at_hand(self) -> bool:
        """Whether workers are waiting for work."""
        return self._pool is not None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(kind, error, trace)

    @contextmanager
    def lend(self, workers: int, study: _Ledger) -> Iterator[_Pool]:
        """The workers for one call; those of a call that failed are ended."""
        if self._pool is None or self._pool.workers < workers:
            self.__exit__(None, None, None)
            self._pool = _Pool(workers, study)
        pool = self._pool
        pool.study = study
        try:
            yield pool
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        if pool.broken:
            self.__exit__(None, None, None)
