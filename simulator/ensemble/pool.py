"""A pool of spawned workers on this machine.

On a fresh machine one worker compiles the kernels while the others import the model; only then are the runs shared
out, so nothing is compiled twice.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType

from simulator.ensemble import worker
from simulator.ensemble.ledger import Group, Ledger
from simulator.ensemble.worker import RunRecord
from simulator.errors import SimulatorError

PATIENCE_SECONDS = 2.0
"""A worker that is told to end gets so long before it is killed."""


class Pool:
    """Spawned workers that end with this block: in peace, or at once if it is left by an error or Ctrl-C."""

    def __init__(self, width: int, study: Ledger):
        self.width, self.study = width, study
        self.broken = self._warm = False
        self._executor = ProcessPoolExecutor(width, get_context("spawn"), worker.start_worker)

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
            width = self.width if self._warm_up() else 1
            while (waiting and not self.study.stopped) or at_work:
                while waiting and len(at_work) < width and not self.study.stopped:
                    future = self._submit(waiting[0])
                    at_work[future] = waiting.popleft()
                for done in wait(at_work, return_when=FIRST_COMPLETED).done:
                    self.study.add(at_work[done], done.result())
                    del at_work[done]
                width = self.width
        except BrokenProcessPool:
            self.broken = True
            return list(at_work.values())
        return []

    def _submit(self, group: Group) -> Future[list[RunRecord]]:
        study = self.study
        return self._executor.submit(worker.attempt_group, study.of(group), study.store.root, study.options)

    def _warm_up(self) -> bool:
        """Each worker compiles a part of the kernels; False if the first group has to serve as the warm-up."""
        if self.width == 1 or self._warm:
            return True
        self._warm = True
        model = self.study.options.model
        parts = [self._executor.submit(worker.warm_up, model, i, self.width) for i in range(self.width)]
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
