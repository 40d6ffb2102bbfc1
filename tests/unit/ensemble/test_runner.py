"""Runs in this process and in a pool: the same tables, failures recorded, an end that leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble import runner, worker
from simulator.ensemble.design import RunSpec, make_study
from simulator.ensemble.runner import StudyError, raise_failures, run_many, run_one
from simulator.ensemble.worker import RunRecord
from simulator.errors import CapacityError, InputError, SimulatorError
from simulator.output import store as store_module
from simulator.output.files import WriteError
from simulator.output.store import DeterminismError, ResultStore
from tests.unit.ensemble import fake_model
from tests.unit.ensemble.fake_model import COLD, ENTRY, Loaded, loaded

ROOT = Path(runner.__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "runs")


def specs(*arms: Loaded, replications: int = 2) -> list[RunSpec]:
    return make_study(arms, replications, 1).specs()


def hashes(store: ResultStore) -> dict[str, dict[str, str]]:
    return {address: store.read(address).manifest.table_hashes() for address in store.addresses()}


def made(mark: Path) -> list[list[str]]:
    """What the fake noted of each run it made: process, name, seed, role."""
    return [line.split() for line in mark.read_text().splitlines()] if mark.exists() else []


def test_one_run_is_stored_and_found(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    scenario = loaded(mark=str(mark))
    first = run_one(scenario, 7, tmp_path, model=ENTRY)
    again = run_one(scenario, 7, tmp_path, model=ENTRY)
    control = run_one(scenario, 7, tmp_path, role="control", model=ENTRY)
    assert first.folder == again.folder == tmp_path / "runs" / first.address
    assert first.table("outcomes").equals(again.table("outcomes"))
    assert first.table("outcomes")["value"].tolist() != control.table("outcomes")["value"].tolist()
    assert [one[2:] for one in made(mark)] == [["7", "campaign"], ["7", "control"]]
    manifest = first.manifest
    assert (manifest.seed, manifest.role, manifest.engine) == (7, "campaign", "kernels")
    assert manifest.scenario == scenario.resolved
    assert manifest.memory["declared_bytes"] == 1000
    assert {"simulate", "total"} <= set(manifest.timings)


def test_one_run_passes_its_settings_and_errors_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def simulate(scenario: Any, seed: int, **settings: Any) -> fake_model.Output:
        seen.update(settings, values=scenario.values)
        raise CapacityError("too many users")

    monkeypatch.setattr(fake_model, "simulate", simulate)
    edges = Loaded({"name": "a", "file": "edges.tsv"}, {"edges.tsv": "f" * 64}, {"edges.tsv": tmp_path / "edges.tsv"})
    with pytest.raises(CapacityError, match="too many users"):
        run_one(edges, 7, tmp_path, engine="agents", threads=3, progress=print, role="control", model=ENTRY)
    assert seen.pop("values")["file"] == str(tmp_path / "edges.tsv")
    assert seen == {"engine": "agents", "threads": 3, "progress": print, "role": "control"}


def test_a_damaged_run_is_made_again_and_said_so(store: ResultStore) -> None:
    wanted = specs(loaded())
    before = run_many(wanted, store, jobs=1, model=ENTRY)
    kept = hashes(store)
    (store.root / before[2].address / "panel.parquet").write_bytes(b"")
    after = run_many(wanted, store, jobs=1, model=ENTRY)
    assert [record.status for record in after] == ["reused", "reused", "done", "reused"]
    assert "damaged" in after[2].note
    assert hashes(store) == kept


@pytest.mark.parametrize("model", [ENTRY, COLD], ids=["warm up", "first group warms up"])
def test_a_pool_gives_what_one_process_gives(tmp_path: Path, model: worker.ModelEntry) -> None:
    wanted = specs(loaded("a"), loaded("b", gain=3.0), replications=3)
    alone, pool = ResultStore(tmp_path / "alone"), ResultStore(tmp_path / "pool")
    serial = run_many(wanted, alone, jobs=1, model=model)
    parallel = run_many(wanted, pool, jobs=2, model=model)
    assert hashes(alone) == hashes(pool)
    assert len(hashes(pool)) == 12
    strip = [(r.arm, r.role, r.replication, r.seed, r.address, r.status) for r in serial]
    assert strip == [(r.arm, r.role, r.replication, r.seed, r.address, r.status) for r in parallel]
    assert strip == [(s.arm, s.role, s.replication, s.seed, s.address(), "done") for s in wanted]


def test_roles_of_a_group_run_back_to_back_in_one_worker(store: ResultStore, tmp_path: Path) -> None:
    mark, warm = tmp_path / "mark", tmp_path / "warm"
    os.environ["FAKE_WARM_UP"] = str(warm)
    try:
        run_many(specs(loaded(mark=str(mark), sleep=0.05), replications=4), store, jobs=2, model=ENTRY)
    finally:
        del os.environ["FAKE_WARM_UP"]
    by_worker: dict[str, list[list[str]]] = {}
    for process, *rest in made(mark):
        by_worker.setdefault(process, []).append(rest)
    assert str(os.getpid()) not in by_worker
    assert sorted(warm.read_text().split()) == ["0/2", "1/2"]
    for runs in by_worker.values():
        for campaign, control in zip(runs[::2], runs[1::2], strict=True):
            assert campaign[:2] == control[:2]
            assert (campaign[2], control[2]) == ("campaign", "control")


def test_finished_runs_are_reused_and_more_replications_add(store: ResultStore, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    run_many(specs(loaded(mark=str(mark)), replications=1), store, jobs=1, model=ENTRY)
    records = run_many(specs(loaded(mark=str(mark)), replications=3), store, jobs=1, model=ENTRY)
    assert [record.status for record in records] == ["reused"] * 2 + ["done"] * 4
    assert len(made(mark)) == 6


def test_one_scenario_twice_is_made_once_unless_told(store: ResultStore, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    twice = specs(loaded(mark=str(mark)), loaded(mark=str(mark)), replications=1)
    assert [r.status for r in run_many(twice, store, jobs=1, model=ENTRY)] == ["done", "done", "reused", "reused"]
    assert len(made(mark)) == 2
    assert [r.status for r in run_many(twice, store, jobs=1, reuse=False, model=ENTRY)] == ["done"] * 4
    assert len(made(mark)) == 6
    assert [r.status for r in run_many(twice, store, jobs=2, reuse=False, model=ENTRY)] == ["done"] * 4
    assert len(made(mark)) == 10


def test_a_run_that_does_not_repeat_itself_is_an_error(store: ResultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = specs(loaded(), replications=1)
    run_many(wanted, store, jobs=1, model=ENTRY)
    honest = fake_model.simulate

    def moody(scenario: Any, seed: int, **settings: Any) -> fake_model.Output:
        return honest(scenario, seed + 1, **settings)

    monkeypatch.setattr(fake_model, "simulate", moody)
    records = run_many(wanted, store, jobs=1, reuse=False, model=ENTRY)
    assert {record.status for record in records} == {"failed"}
    assert "repeated and is not the same" in records[0].error
    with pytest.raises(DeterminismError):
        run_one(loaded(), wanted[0].seed, store.root.parent, reuse=False, model=ENTRY)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failed_run_is_recorded_and_the_rest_goes_on(store: ResultStore, jobs: int) -> None:
    wanted = specs(
        loaded("good"), loaded("bad", fails="control"), loaded("large", too_large="campaign"), replications=1
    )
    records = run_many(wanted, store, jobs=jobs, model=ENTRY)
    assert [record.status for record in records] == ["done", "done", "done", "failed", "failed", "done"]
    bad, large = records[3], records[4]
    assert bad.error == "ValueError: the fake was told to fail"
    assert large.error == "the fake does not fit"
    kept = store.root / "failed" / f"{bad.address}.yaml"
    assert bad.command == f"simulator run {kept} --seed {bad.seed} --role control"
    assert fake_model.Scenario.model_validate_json(kept.read_text()).values == wanted[3].resolved
    assert "Traceback" in kept.with_suffix(".txt").read_text()
    assert "Traceback" not in (store.root / "failed" / f"{large.address}.txt").read_text()
    assert len(store.addresses()) == 4
    with pytest.raises(StudyError) as caught:
        raise_failures(records)
    text = str(caught.value)
    assert text.startswith("2 of 6 runs failed; the others are stored")
    assert f"- {bad.error}\n  bad, replication 0, control: {bad.command}\n" in text
    assert caught.value.exit_code == 1
    raise_failures(records[:3])


def test_what_repeats_a_failed_run_goes_when_it_succeeds(store: ResultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, honest = specs(loaded(), replications=1), fake_model.simulate

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("once")

    monkeypatch.setattr(fake_model, "simulate", fail)
    run_many(wanted, store, jobs=1, model=ENTRY)
    assert len(list((store.root / "failed").iterdir())) == 4
    monkeypatch.setattr(fake_model, "simulate", honest)
    assert {record.status for record in run_many(wanted, store, jobs=1, model=ENTRY)} == {"done"}
    assert list((store.root / "failed").iterdir()) == []


def test_a_run_that_kills_its_worker_hurts_no_other(store: ResultStore) -> None:
    arms = [loaded("good", sleep=0.05), loaded("deadly", dies="control"), loaded("fine", sleep=0.05)]
    records = run_many(specs(*arms, replications=2), store, jobs=2, model=ENTRY)
    failed = [record for record in records if record.status == "failed"]
    assert [(record.arm, record.role, record.replication) for record in failed] == [
        ("deadly", "control", 0),
        ("deadly", "control", 1),
    ]
    assert "worker process was killed" in failed[0].error
    assert failed[0].command.startswith("simulator run ")
    assert len(store.addresses()) == 10
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_when_nothing_can_be_written_the_study_stops(store: ResultStore, tmp_path: Path, jobs: int) -> None:
    """A file in the place of a run's folder: the first such run is fatal, later ones are not begun."""
    mark = tmp_path / "mark"
    wanted = specs(loaded(mark=str(mark)), replications=6)
    store.prepare()
    for spec in wanted:
        (store.root / spec.address()).write_text("in the way")
    records = run_many(wanted, store, jobs=jobs, model=ENTRY)
    assert {record.status for record in records} == {"failed"}
    assert records[0].fatal
    assert "cannot write" in records[0].error
    assert "not begun, because an earlier run failed: cannot write" in records[-1].error
    assert len(made(mark)) <= jobs


def test_a_store_that_cannot_be_written_is_told_before_any_run(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    store.root.write_text("a file")
    with pytest.raises(WriteError, match="runs"):
        run_many(specs(loaded(mark=str(mark))), store, jobs=2, model=ENTRY)
    assert not mark.exists()


def test_progress_counts_to_the_end(store: ResultStore) -> None:
    seen: list[tuple[int, int, float, str]] = []
    run_many(specs(loaded("a")), store, jobs=1, progress=lambda *now: seen.append(now), model=ENTRY)
    assert [done for done, *_ in seen] == [0, 1, 2, 3, 4]
    assert {total for _, total, *_ in seen} == {4}
    assert seen[0][3] == "4 runs to make"
    assert seen[-1][3] == "a, replication 1, control: done"
    assert seen[-1][2] > 0
    seen.clear()
    run_many(specs(loaded("a")), store, jobs=1, progress=lambda *now: seen.append(now), model=ENTRY)
    assert [done for done, *_ in seen] == [1, 2, 3, 4, 4]
    assert seen[-1][2:] == (0.0, "0 runs to make")


def test_jobs_below_one_are_refused(store: ResultStore) -> None:
    with pytest.raises(InputError, match="jobs is 0; allowed: 1 or more"):
        run_many([], store, jobs=0, model=ENTRY)


def test_no_runs_are_no_trouble(store: ResultStore) -> None:
    assert run_many([], store, model=ENTRY) == []


def test_a_model_that_cannot_be_imported_is_a_recorded_failure(store: ResultStore) -> None:
    missing = worker.ModelEntry("simulator.nowhere:simulate", "simulator.nowhere:Scenario", "simulator.nowhere:warm_up")
    records = run_many(specs(loaded()), store, jobs=2, model=missing)
    assert {record.status for record in records} == {"failed"}
    assert "No module named 'simulator.nowhere'" in records[0].error


def test_interrupt_in_this_process_leaves_nothing_half_written(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = specs(loaded())
    rename, calls = os.rename, []

    def interrupt(source: Path, target: Path) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(store_module.os, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_many(wanted, store, jobs=1, model=ENTRY)
    assert {entry.name for entry in store.root.iterdir()} == {wanted[0].address(), wanted[1].address()}


def test_interrupt_ends_the_workers(store: ResultStore, tmp_path: Path) -> None:
    """Ctrl-C after the first finished group, while the workers sleep over the next."""
    mark = tmp_path / "mark"
    arms = [loaded("quick", mark=str(mark)), loaded("slow", mark=str(mark), sleep=60.0)]

    def interrupt(done: int, *_: Any) -> None:
        if done:
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_many(specs(*arms, replications=1), store, jobs=2, progress=interrupt, model=ENTRY)
    assert time.monotonic() - began < 50
    assert multiprocessing.active_children() == []
    assert not any(_alive(int(process)) for process, *_ in made(mark))
    assert not list(store.root.glob(".tmp-*"))
    quick = run_many(specs(arms[0], replications=1), store, jobs=1, model=ENTRY)
    assert {record.status for record in quick} == {"reused"}


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


STUDY = textwrap.dedent(
    """
    import signal
    import sys
    from pathlib import Path
    from simulator.ensemble.runner import run_many
    from simulator.output.store import ResultStore
    from tests.unit.ensemble.fake_model import ENTRY, loaded
    from tests.unit.ensemble.test_runner import specs

    if __name__ == "__main__":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # shells hand on that it is ignored in the background
        folder = Path(sys.argv[1])
        wanted = specs(loaded(mark=str(folder / "mark"), sleep=60.0))
        run_many(wanted, ResultStore(folder / "runs"), jobs=2, model=ENTRY)
    """
)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, number: int) -> None:
    """However the parent is ended, no worker outlives it."""
    script, mark = tmp_path / "study.py", tmp_path / "mark"
    script.write_text(STUDY)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment, stderr=subprocess.DEVNULL)
    _wait(lambda: len(made(mark)) == 2 or parent.poll() is not None)
    workers = [int(process) for process, *_ in made(mark)]
    assert len(workers) == 2
    parent.send_signal(number)
    assert parent.wait(timeout=300) != 0
    _wait(lambda: not any(map(_alive, workers)))


def _wait(condition: Any) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_script_without_a_main_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "study.py"
    script.write_text(STUDY.replace('if __name__ == "__main__":', "if True:").replace("sleep=60.0", "sleep=0.0"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "no worker process could start" in done.stderr
    assert '__name__ == "__main__"' in done.stderr


def test_the_sharing_process_loads_neither_numba_nor_mesa() -> None:
    code = "import sys, simulator.ensemble.runner; sys.exit(any(n in sys.modules for n in ('numba', 'mesa')))"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0


def test_errors_are_shown_without_a_traceback() -> None:
    record = RunRecord("a", "campaign", 0, 1, "x", "failed", error="why")
    error = StudyError([record], 3)
    assert isinstance(error, SimulatorError)
    assert error.failed == [record]
    assert str(error).splitlines() == [
        "1 of 3 runs failed; the others are stored and will be reused",
        "- why",
        "  a, replication 0, campaign",
    ]


def test_many_failures_alike_are_told_once() -> None:
    records = [RunRecord("a", "campaign", n, 1, "x", "failed", error="why", command=f"again {n}") for n in range(9)]
    lines = str(StudyError(records, 9)).splitlines()
    assert len(lines) == 2 + runner.SHOWN + 1
    assert lines[2] == "  a, replication 0, campaign: again 0"
    assert lines[-1] == "  and 4 more"
