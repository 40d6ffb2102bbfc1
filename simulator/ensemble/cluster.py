"""The workers of a Dask cluster, each with one thread, that write to a folder which all of them share.

Whoever reaches an open scheduler has it run any code as its owner. So plain ``tcp://`` is used on this machine alone,
with a scheduler that listens nowhere else; from machine to machine it is ``tls://``, with the certificates that
Dask's configuration names.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import deque
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.ensemble import worker
from simulator.ensemble.design import RunSpec
from simulator.ensemble.ledger import Group, Ledger
from simulator.ensemble.worker import Options, RunRecord
from simulator.errors import InputError, Problem, SimulatorError
from simulator.output.fingerprint import fingerprint
from simulator.output.store import ResultStore

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2
"""Groups sent for each worker: one at work, one at hand."""

LOOK_SECONDS = 2.0
"""How often the workers are counted again; they may come and go."""

CONNECT_SECONDS = 10.0

SCHEMES = ("tcp", "tls")
EXAMPLE = "tcp://127.0.0.1:8786, or tls://HOST:8786"
LOST = "the scheduler was lost; finished runs are stored, and the same command goes on from there"
CERTIFICATES = ("distributed.comm.tls.ca-file", "distributed.comm.tls.client.cert")


class Cluster:
    """A connection to a scheduler; it ends with this block, and what was asked of the workers is called off.

    Parameters
    ----------
    scheduler : its address.
    study : whose runs are made.

    Raises
    ------
    InputError
        If the address is none, is not safe, or nobody answers.
    """

    broken = False

    def __init__(self, scheduler: str, study: Ledger):
        self.study = study
        self._client = connect(scheduler)
        self._counted = -LOOK_SECONDS
        self._workers = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close(timeout=LOOK_SECONDS)

    @property
    def width(self) -> int:
        """The cluster has as many workers as it has, whatever is asked."""
        return 2**31

    def share_out(self, waiting: deque[Group]) -> list[Group]:
        """Take groups from `waiting` until it is empty; returns those whose workers died again and again."""
        from distributed.comm.core import CommClosedError

        try:
            return self._share_out(waiting, self.study.store.mark())
        except (CancelledError, CommClosedError):
            raise SimulatorError(LOST) from None

    def _share_out(self, waiting: deque[Group], mark: str) -> list[Group]:
        at_work: dict[Future[list[RunRecord]], Group] = {}
        lost: list[Group] = []
        while (waiting and not self.study.stopped) or at_work:
            while waiting and len(at_work) < AHEAD * max(1, self._count()) and not self.study.stopped:
                future = self._submit(waiting[0], mark)
                at_work[future] = waiting.popleft()
            for future in self._some(list(at_work)):
                group = at_work.pop(future)
                records = self._result(future)
                if records is None:
                    lost.append(group)
                else:
                    self.study.add(group, records)
        return lost

    def _submit(self, group: Group, mark: str) -> Future[list[RunRecord]]:
        study = self.study
        root = study.store.root.resolve()
        asked = (study.of(group), root, study.options, mark, fingerprint().digest)
        return self._client.submit(attempt_there, *asked, pure=False, retries=0)

    def _count(self) -> int:
        """The workers there are, each with one thread."""
        now = time.monotonic()
        if now - self._counted >= LOOK_SECONDS:
            threads = self._client.nthreads()
            many = sorted(name for name, n in threads.items() if n != 1)
            if many:
                raise InputError(
                    f"worker {many[0]} has {threads[many[0]]} threads; allowed: 1 each, by "
                    "'dask worker SCHEDULER --nthreads 1 --nworkers N'"
                )
            if not threads and self._workers == 0:
                self.study.tell("waiting for workers to join the scheduler")
            self._workers, self._counted = len(threads), now
        return self._workers

    def _some(self, at_work: list[Future[list[RunRecord]]]) -> list[Future[list[RunRecord]]]:
        """Those that are done, after waiting a little if none is."""
        from distributed import wait

        with self._client.as_current(), suppress(TimeoutError):
            wait(at_work, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        return [one for one in at_work if one.done()]

    def _result(self, future: Future[list[RunRecord]]) -> list[RunRecord] | None:
        """What became of a group; None if it was at work in several workers that died.

        Records held by a worker that died meanwhile are made again, from the runs that are stored.
        """
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            return future.result()
        except KilledWorker:
            return None
        except (CancelledError, CommClosedError, SimulatorError):
            raise
        except Exception as error:  # whatever keeps a worker from even beginning
            raise SimulatorError(
                f"the workers cannot make runs: {type(error).__name__}: {error}; they need the simulator in the "
                "version that is used here"
            ) from error


def connect(scheduler: str) -> Client:
    """A connection to the scheduler at an address, if that is safe; see the module."""
    local = _checked(scheduler)
    try:
        from distributed import Client
    except ImportError:
        raise InputError("a cluster needs the package distributed: pip install 'market-simulator[cluster]'") from None
    logging.getLogger("distributed.client").setLevel(logging.ERROR)  # what a worker lost is made again, without a word
    try:
        client: Client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(f"no scheduler answers at {scheduler}: {error}") from None
    heard = str(client.scheduler_info(n_workers=0)["address"])
    if local and not _is_local(heard):
        client.close()
        raise InputError(
            f"the scheduler at {scheduler} is open to other machines (it is {heard}), and runs code for whoever "
            "reaches it; start it by 'dask scheduler --host 127.0.0.1', or with certificates and use tls://"
        )
    return client


def _checked(scheduler: str) -> bool:
    """Whether an address is of this machine alone.

    Raises
    ------
    InputError
        If it is none, or would be reached without encryption.
    """
    found = urlsplit(scheduler)
    if found.scheme not in SCHEMES or not found.hostname:
        raise InputError(Problem(0, 0, "--scheduler", f"{scheduler!r} is no address of a scheduler", EXAMPLE))
    if found.scheme == "tcp" and not _is_local(scheduler):
        message = f"{scheduler} is another machine, and without certificates anybody there can run code here"
        raise InputError(Problem(0, 0, "--scheduler", message, EXAMPLE))
    if found.scheme == "tls":
        _check_certificates()
    return found.scheme == "tcp"


def _check_certificates() -> None:
    try:
        import dask
        import distributed  # noqa: F401 - its defaults
    except ImportError:
        return
    missing = [name for name in CERTIFICATES if not dask.config.get(name, None)]
    if missing:
        names = ", ".join("DASK_" + name.upper().replace("-", "_").replace(".", "__") for name in missing)
        raise InputError(f"tls:// needs certificates: set {names} to their files")


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def attempt_there(specs: list[RunSpec], root: Path, options: Options, mark: str, made_by: str) -> list[RunRecord]:
    """Make some runs in a worker of the cluster, once it is sure that they end where they are looked for.

    Raises
    ------
    SimulatorError
        If the worker sees another folder, or has other code.
    """
    from distributed import get_worker

    me: Any = get_worker()
    if fingerprint().digest != made_by:
        raise SimulatorError(
            f"worker {me.address} has another version of the simulator, of its packages or of Python: results would "
            "not be the same; install the same ones and start it anew"
        )
    if ResultStore(root).read_mark() != mark:
        raise SimulatorError(
            f"worker {me.address} does not see the results in {root}: --out must be a folder that all workers share"
        )
    worker.one_thread()
    return worker.attempt_group(specs, root, options)
