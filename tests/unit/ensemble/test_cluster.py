"""A scheduler and workers started by their own commands on loopback: the same tables, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble import cluster
from simulator.ensemble.design import RunSpec, make_study
from simulator.ensemble.runner import run_many
from simulator.errors import InputError, SimulatorError
from simulator.output.store import ResultStore
from tests.unit.ensemble.fake_model import ENTRY, loaded

ROOT = Path(__file__).parents[3]
DASK = (sys.executable, "-m", "dask")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "spawn",
}


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


class Dask:
    """A scheduler and workers of one thread each."""

    def __init__(self, folder: Path):
        self.folder, self._file = folder, folder / "scheduler.json"
        own = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._file))
        self.processes = [self._start("scheduler", *own, "--no-dashboard")]
        wait_for(self._file.exists)
        self.add_worker()
        self.add_worker()

    def add_worker(self, threads: int = 1) -> subprocess.Popen[bytes]:
        own = ("--nthreads", str(threads), "--no-nanny", "--local-directory", str(self.folder))
        self.processes.append(self._start("worker", "--scheduler-file", str(self._file), *own, "--no-dashboard"))
        return self.processes[-1]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen((*DASK, *words), env=ENVIRONMENT, stderr=subprocess.DEVNULL, cwd=self.folder)

    @property
    def address(self) -> str:
        import json

        return str(json.loads(self._file.read_text())["address"])

    def end(self) -> None:
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(30)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"))
    yield started
    started.end()


def specs(*names: str, replications: int = 2, **settings: Any) -> list[RunSpec]:
    return make_study([loaded(name, **settings) for name in names], replications, 1).specs()


def hashes(store: ResultStore) -> dict[str, dict[str, str]]:
    return {address: store.read(address).manifest.table_hashes() for address in store.addresses()}


def test_a_cluster_gives_what_one_process_gives(dask: Dask, tmp_path: Path) -> None:
    wanted = specs("a", "b", replications=3)
    alone, there = ResultStore(tmp_path / "alone"), ResultStore(tmp_path / "there")
    serial = run_many(wanted, alone, jobs=1, model=ENTRY)
    told: list[tuple[int, int]] = []
    spread = run_many(
        wanted, there, model=ENTRY, scheduler=dask.address, progress=lambda done, total, *_: told.append((done, total))
    )
    assert hashes(alone) == hashes(there)
    assert [(r.label, r.address, r.status) for r in spread] == [(r.label, r.address, r.status) for r in serial]
    assert told[-1] == (12, 12)
    again = run_many(wanted, there, model=ENTRY, scheduler=dask.address)
    assert {record.status for record in again} == {"reused"}


def test_whoever_kills_a_worker_hurts_no_other(dask: Dask, tmp_path: Path) -> None:
    """Workers die, others join, and all but the guilty run are stored, and no run twice."""
    mark, store = tmp_path / "mark", ResultStore(tmp_path / "runs")
    wanted = make_study(
        [loaded("good", mark=str(mark)), loaded("deadly", dies="control", mark=str(mark))], 2, 1
    ).specs()
    dead: set[int] = set()

    def replace_the_dead(*_: Any) -> None:
        for process in list(dask.processes[1:]):
            if process.poll() is not None and process.pid not in dead:
                dead.add(process.pid)
                dask.add_worker()

    from threading import Event, Thread

    over = Event()

    def watch() -> None:
        while not over.wait(0.1):
            replace_the_dead()

    watcher = Thread(target=watch)
    watcher.start()
    try:
        records = run_many(wanted, store, model=ENTRY, scheduler=dask.address)
    finally:
        over.set()
        watcher.join()
    failed = [record for record in records if record.status == "failed"]
    assert [(one.arm, one.role) for one in failed] == [("deadly", "control")] * 2
    assert "worker process was killed" in failed[0].error
    assert failed[0].command.startswith("simulator run ")
    assert len(store.addresses()) == 6
    made = [line.split()[1:] for line in mark.read_text().splitlines()]
    kept = [one for one in made if one[0] == "good" or one[2] == "campaign"]
    assert len(kept) == len({tuple(one) for one in kept}) == 6


def test_workers_must_share_the_folder_and_the_code(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ResultStore(tmp_path / "runs")
    with monkeypatch.context() as changed:
        changed.setattr(ResultStore, "mark", lambda _: "of another machine")
        with pytest.raises(SimulatorError, match=r"does not see the results in .*--out must be a folder that all"):
            run_many(specs("a"), store, model=ENTRY, scheduler=dask.address)

    class Other:
        digest = "other"

    with monkeypatch.context() as changed:
        changed.setattr(cluster, "fingerprint", Other)
        with pytest.raises(SimulatorError, match="another version of the simulator"):
            run_many(specs("a"), store, model=ENTRY, scheduler=dask.address)
    assert store.addresses() == []


def test_workers_of_many_threads_are_refused(dask: Dask, tmp_path: Path) -> None:
    many = dask.add_worker(threads=2)
    from distributed import Client

    with Client(dask.address, set_as_default=False) as client:
        wait_for(lambda: 2 in client.nthreads().values())
        with pytest.raises(InputError, match=r"has 2 threads; allowed: 1 each, by 'dask worker SCHEDULER --nthreads 1"):
            run_many(specs("a"), ResultStore(tmp_path), model=ENTRY, scheduler=dask.address)
        many.send_signal(signal.SIGKILL)
        wait_for(lambda: 2 not in client.nthreads().values())


def test_ctrl_c_calls_the_work_off(dask: Dask, tmp_path: Path) -> None:
    def interrupt(done: int, *_: Any) -> None:
        if done:
            raise KeyboardInterrupt

    mark = tmp_path / "mark"
    arms = specs("a", replications=20, sleep=0.1, mark=str(mark))
    with pytest.raises(KeyboardInterrupt):
        run_many(arms, ResultStore(tmp_path / "runs"), model=ENTRY, scheduler=dask.address, progress=interrupt)
    before = len(mark.read_text().splitlines())
    time.sleep(1.0)
    assert len(mark.read_text().splitlines()) <= before + 4, "a worker ends the group that it is at"


def test_a_scheduler_that_is_lost_is_told(tmp_path: Path) -> None:
    own = Dask(tmp_path)

    def kill(done: int, *_: Any) -> None:
        if done:
            own.processes[0].kill()

    store = ResultStore(tmp_path / "runs")
    try:
        with pytest.raises(SimulatorError, match="the scheduler was lost; finished runs are stored"):
            run_many(specs("a", replications=20, sleep=0.1), store, model=ENTRY, scheduler=own.address, progress=kill)
        assert store.addresses()
    finally:
        own.end()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:8786", "is no address of a scheduler; allowed: tcp://127.0.0.1:8786, or tls://HOST:8786"),
        ("tcp://10.0.0.7:8786", "is another machine, and without certificates anybody there can run code here"),
        ("tcp://example.org:8786", "is another machine"),
        ("tls://10.0.0.7:8786", "tls:// needs certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DIST"),
        ("tcp://127.0.0.1:9", "no scheduler answers at tcp://127.0.0.1:9"),
    ],
)
def test_addresses_that_will_not_do(address: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError) as caught:
        run_many(specs("a"), ResultStore(tmp_path), model=ENTRY, scheduler=address)
    assert said in str(caught.value)


def test_a_scheduler_that_others_can_reach_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "open.json"
    words = ("scheduler", "--host", "0.0.0.0", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    scheduler = subprocess.Popen((*DASK, *words), env=ENVIRONMENT, stderr=subprocess.DEVNULL, cwd=tmp_path)
    try:
        wait_for(file.exists)
        import json

        port = json.loads(file.read_text())["address"].rpartition(":")[2]
        with pytest.raises(InputError, match="is open to other machines"):
            run_many(specs("a"), ResultStore(tmp_path), model=ENTRY, scheduler=f"tcp://127.0.0.1:{port}")
    finally:
        scheduler.kill()
        scheduler.wait(30)
