"""Who makes the runs: workers on this machine or on a cluster, which may stay between calls.

When a worker dies, the runs then at work are made again, each with nothing beside it: so one that kills its worker is
told from its innocent neighbours, and recorded as failed.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

from simulator.ensemble import worker
from simulator.ensemble.cluster import Cluster
from simulator.ensemble.ledger import Group, Ledger
from simulator.ensemble.pool import Pool

KILLED = "its worker process was killed, most often for want of memory: try fewer users, or fewer workers at once"


class Crew:
    """Workers that stay between calls of `run_many`, so that a study in many steps starts them once.

    A context manager: the workers end with its block, in peace, or at once if it is left by an error or Ctrl-C.
    Those of a cluster are not ours to end; the connection to them is.

    Parameters
    ----------
    scheduler : address of a Dask scheduler whose workers make the runs; workers of this machine by default.
    """

    def __init__(self, scheduler: str = "") -> None:
        self.scheduler = scheduler
        self._workers: Pool | Cluster | None = None

    @property
    def at_hand(self) -> bool:
        """Whether workers are waiting for work."""
        return bool(self.scheduler) or self._workers is not None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.__exit__(kind, error, trace)

    def make(self, study: Ledger, groups: Iterable[Group], most: int) -> None:
        """Make the runs of some groups by up to `most` workers of this machine, or all of the cluster's."""
        waiting = deque(groups)
        while waiting and not study.stopped:
            try:
                with self._lend(most, study) as workers:
                    suspects = workers.share_out(waiting)
            finally:
                study.store.clean()
            for group in suspects:
                self._alone(study, group)

    def _alone(self, study: Ledger, group: Group) -> None:
        """Make each run of a group with nothing beside it."""
        for place in group:
            if study.stopped:
                return
            with self._lend(1, study) as workers:
                lost = workers.share_out(deque([(place,)]))
            if lost:
                study.add((place,), [worker.failure(study.specs[place], study.store, KILLED)])

    @contextmanager
    def _lend(self, most: int, study: Ledger) -> Iterator[Pool | Cluster]:
        """The workers for one call; those of a call that failed are ended."""
        if self._workers is not None and self._workers.width < most:
            self.__exit__(None, None, None)
        if self._workers is None:
            self._workers = Cluster(self.scheduler, study) if self.scheduler else Pool(most, study)
        workers = self._workers
        workers.study = study
        try:
            yield workers
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        if workers.broken:
            self.__exit__(None, None, None)
