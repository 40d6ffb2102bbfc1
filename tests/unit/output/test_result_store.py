"""The store of runs: whole or not at all, checked when read, the same tables under the same address."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.errors import StoreError
from simulator.output import files
from simulator.output import store as module
from simulator.output.files import WriteError, host_tag, owner_tag, process_is_gone, replace_file
from simulator.output.json_file import read_object, sealed_text
from simulator.output.manifest import Manifest, new_manifest
from simulator.output.store import DamagedRunError, DeterminismError, ResultStore

ROOT = Path(module.__file__).parents[2]
SPAWN = multiprocessing.get_context("spawn")


def tables(value: float = 1.0) -> dict[str, pd.DataFrame]:
    tick = np.arange(3, dtype=np.int32)
    return {
        "panel": pd.DataFrame({"tick": tick, "brand": ["a", "b", "北"], "x": [value, 2.0, 3.0]}),
        "posts": pd.DataFrame({"post_key": np.arange(1000, dtype=np.uint64)}),
    }


def manifest(seed: int = 1) -> Manifest:
    return new_manifest({"name": "a", "users": 10}, seed, "campaign", {})


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "runs")


@pytest.fixture
def address(store: ResultStore) -> str:
    """A stored run."""
    one = manifest()
    return store.write(one.address, tables(), one).address


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_what_is_written_is_read(store: ResultStore, address: str) -> None:
    run = store.read(address)
    assert store.has(address)
    assert store.addresses() == [address]
    assert list(run.tables) == ["panel", "posts"]
    assert len(run.tables) == 2
    assert "panel" in run.tables
    for name, table in tables().items():
        pd.testing.assert_frame_equal(run.tables[name], table)
    assert run.table("panel", ["x"]).columns.tolist() == ["x"]
    assert run.manifest.tables["posts"].rows == 1000
    assert names(store.root) == {address}
    assert names(run.folder) == {"manifest.json", "panel.parquet", "posts.parquet"}


def test_the_index_is_not_kept(store: ResultStore) -> None:
    one = manifest()
    odd = {name: table.set_index(pd.RangeIndex(5, 5 + len(table))) for name, table in tables().items()}
    run = store.write(one.address, odd, one)
    pd.testing.assert_frame_equal(run.table("panel"), tables()["panel"])


def test_unknown_names_are_told_with_the_known(store: ResultStore, address: str) -> None:
    with pytest.raises(StoreError, match=r"no run 0000 in .*runs"):
        store.read("0000")
    with pytest.raises(StoreError, match=r"it has panel, posts; did you mean 'posts'\?"):
        store.read(address).table("post")
    with pytest.raises(KeyError):
        store.read(address).tables["post"]
    assert not store.has("0000")
    assert ResultStore(store.root / "nowhere").addresses() == []


def test_the_same_run_again_is_confirmed_without_writing(store: ResultStore, address: str) -> None:
    before = (store.root / address / "manifest.json").stat().st_mtime_ns
    store.write(address, tables(), manifest())
    assert (store.root / address / "manifest.json").stat().st_mtime_ns == before


def test_other_tables_under_the_same_address_are_an_error(store: ResultStore, address: str) -> None:
    with pytest.raises(DeterminismError, match="panel differ"):
        store.write(address, tables(np.nextafter(1.0, 2.0)), manifest())
    with pytest.raises(DeterminismError, match="posts differ"):
        store.write(address, {"panel": tables()["panel"]}, manifest())
    pd.testing.assert_frame_equal(store.read(address).table("panel"), tables()["panel"])


def test_an_address_that_is_not_the_manifests_is_a_defect(store: ResultStore) -> None:
    with pytest.raises(ValueError, match="given for"):
        store.write("0" * 20, tables(), manifest())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _change(**fields: object):
    """Damage by somebody who knows seals."""
    return lambda path: path.write_text(sealed_text(read_object(path) | fields))


def _change_digit(path: Path) -> None:
    path.write_text(path.read_text().replace('"rows": 1000', '"rows": 1001'))


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("panel.parquet", _cut, "panel.parquet has"),
        ("panel.parquet", _flip, "panel.parquet was altered"),
        ("posts.parquet", Path.unlink, "posts.parquet is missing"),
        ("manifest.json", _cut, ""),
        ("manifest.json", Path.unlink, "manifest.json is missing"),
        ("manifest.json", _change(seed=2), "describes another run"),
        ("manifest.json", _change(role="king"), "role is 'king'; allowed: campaign, control"),
        ("manifest.json", _change(scenario=[]), "scenario is list, not dict"),
        ("manifest.json", _change(tables={"x": {"rows": 1}}), "cannot be read"),
        ("manifest.json", _change_digit, "its seal does not fit"),
        ("manifest.json", lambda path: path.write_bytes(b"\xff\xfe\x00"), "is not text"),
        ("manifest.json", lambda path: path.write_bytes(b""), "cannot be read"),
    ],
)
def test_damage_is_put_aside_and_the_address_is_free(
    store: ResultStore, address: str, name: str, damage, message: str
) -> None:
    damage(store.root / address / name)
    if name == "manifest.json" and damage is _cut:
        assert store.read(address).address == address  # only the last line end is gone
        return
    with pytest.raises(DamagedRunError, match=message) as caught:
        store.read(address)
    assert not store.has(address)
    assert store.addresses() == []
    (kept,) = (store.root / "quarantine").iterdir()
    assert str(kept) in str(caught.value)
    assert "run it again" in str(caught.value)
    assert (kept / "reason.txt").read_text().strip() in str(caught.value)
    one = manifest()
    assert store.write(one.address, tables(), one).table("panel").equals(tables()["panel"])


def test_damage_after_opening_is_found_when_a_table_is_read(store: ResultStore, address: str) -> None:
    run = store.read(address)
    _flip(run.folder / "posts.parquet")
    assert len(run.table("panel")) == 3
    with pytest.raises(DamagedRunError, match=r"posts.parquet was altered"):
        run.table("posts")


def test_writing_over_a_damaged_run_replaces_it(store: ResultStore, address: str) -> None:
    _flip(store.root / address / "posts.parquet")
    store.write(address, tables(5.0), manifest())
    assert store.read(address).table("panel")["x"].iloc[0] == 5.0
    assert len(list((store.root / "quarantine").iterdir())) == 1


def test_another_schema_version_is_not_damage(store: ResultStore, address: str) -> None:
    path = store.root / address / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 99}))
    with pytest.raises(StoreError, match="schema version is 99"):
        store.read(address)
    assert path.exists()


def test_what_cannot_be_read_now_is_not_damage(
    store: ResultStore, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(StoreError, match="Permission denied") as caught:
        store.read(address)
    assert not isinstance(caught.value, DamagedRunError)
    assert store.has(address)


def test_damage_that_cannot_be_moved_is_told(store: ResultStore, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _flip(store.root / address / "posts.parquet")
    monkeypatch.setattr(module.os, "rename", _refuse(errno.EROFS))
    with pytest.raises(DamagedRunError, match="could not be moved aside"):
        store.read(address)
    with pytest.raises(DamagedRunError, match="could not be moved aside"):
        store.write(address, tables(), manifest())


def _refuse(number: int):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "allow writing"),
        (errno.EACCES, "allow writing"),
        (errno.EIO, "check the folder"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "rename", "mkdir"])
def test_refusals_name_the_path_and_what_to_do(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch, number: int, advice: str, call: str
) -> None:
    one = manifest()
    monkeypatch.setattr(os, call, _refuse(number))
    with pytest.raises(WriteError, match=advice) as caught:
        store.write(one.address, tables(), one)
    monkeypatch.undo()
    assert one.address in str(caught.value)
    assert os.strerror(number) in str(caught.value)
    assert not store.root.exists() or names(store.root) == set()


def test_prepare_refuses_before_any_work(store: ResultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _refuse(errno.EROFS))
    with pytest.raises(WriteError, match="--out"):
        store.prepare()


def test_a_file_in_the_way_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(WriteError, match="runs"):
        ResultStore(tmp_path / "runs").prepare()


def test_an_interrupted_writer_leaves_nothing(store: ResultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "fsync_folder", interrupt)
    one = manifest()
    with pytest.raises(KeyboardInterrupt):
        store.write(one.address, tables(), one)
    assert names(store.root) == set()


KILLED = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from simulator.output import store as module
    from tests.unit.output.test_result_store import manifest, tables

    def wait(*_):
        (root / "reached").write_text("")
        time.sleep(60)

    root, place = Path(sys.argv[1]), sys.argv[2]
    if place == "second file":
        write, calls = module.write_bytes, []
        module.write_bytes = lambda *a: wait() if len(calls) == 1 else (calls.append(1), write(*a))
    else:
        module.os.rename = wait
    one = manifest()
    module.ResultStore(root / "runs").write(one.address, tables(), one)
    """
)


@pytest.mark.parametrize("place", ["second file", "rename"])
def test_a_killed_writer_leaves_nothing_that_is_read(store: ResultStore, tmp_path: Path, place: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), place], env=environment)
    deadline = time.monotonic() + 60
    while not (tmp_path / "reached").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    one = manifest()
    (left,) = store.root.iterdir()
    assert left.name.startswith(f".tmp-{one.address}-{child.pid}-")
    assert store.clean() == []
    child.kill()
    child.wait()
    assert not store.has(one.address)
    assert store.addresses() == []
    with pytest.raises(StoreError, match="no run"):
        store.read(one.address)
    assert store.clean() == [left]
    store.write(one.address, tables(), one)
    assert names(store.root) == {one.address}


def test_leftovers_are_told_from_living_writers(store: ResultStore) -> None:
    store.prepare()
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    pid, address = int(gone.stdout), "a" * 20
    dead = store.root / f".tmp-{address}-{pid}-{host_tag()}00000000"
    own = store.root / f".tmp-{address}-{owner_tag()}"
    elsewhere = store.root / f".tmp-{address}-{pid}-{'x' * 14}"
    old = store.root / f".tmp-{address}-{pid}-{'y' * 14}"
    foreign = store.root / ".tmp-something-else"
    for folder in (dead, own, elsewhere, old, foreign):
        folder.mkdir()
    os.utime(old, (0, 0))
    assert store.clean() == [dead, old]
    assert names(store.root) == {own.name, elsewhere.name, foreign.name}


def test_process_is_gone_asks_no_harm() -> None:
    assert not process_is_gone(owner_tag())
    assert not process_is_gone(f"1-{host_tag()}00")
    assert not process_is_gone("not a tag")


def _write(root: Path, value: float, ready: object, outcomes: object) -> None:
    one = manifest()
    ready.wait()  # type: ignore[attr-defined]
    try:
        ResultStore(root).write(one.address, tables(value), one)
        outcomes.put("written")  # type: ignore[attr-defined]
    except DeterminismError:
        outcomes.put("differs")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("values", "expected"), [((1.0, 1.0), ["written"] * 2), ((1.0, 2.0), ["differs", "written"])])
def test_concurrent_writers_first_wins_second_compares(
    store: ResultStore, values: tuple[float, float], expected: list[str]
) -> None:
    ready, outcomes = SPAWN.Barrier(2), SPAWN.Queue()
    writers = [SPAWN.Process(target=_write, args=(store.root, value, ready, outcomes)) for value in values]
    for writer in writers:
        writer.start()
    got = sorted(outcomes.get(timeout=60) for _ in writers)
    for writer in writers:
        writer.join()
    assert got == expected
    assert names(store.root) == {manifest().address}
    assert store.read(manifest().address).table("panel")["x"].iloc[0] in values


@pytest.mark.parametrize(("other", "raises"), [(1.0, False), (2.0, True)])
def test_a_writer_overtaken_before_its_rename_compares(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch, other: float, raises: bool
) -> None:
    """The race, forced: the other writer finishes between this one's files and its rename."""
    one, rename = manifest(), os.rename

    def overtaken(source: Path, target: Path) -> None:
        monkeypatch.setattr(module.os, "rename", rename)
        ResultStore(store.root).write(one.address, tables(other), one)
        rename(source, target)

    monkeypatch.setattr(module.os, "rename", overtaken)
    if raises:
        with pytest.raises(DeterminismError):
            store.write(one.address, tables(), one)
    else:
        store.write(one.address, tables(), one)
    assert names(store.root) == {one.address}
    assert store.read(one.address).table("panel")["x"].iloc[0] == other


def test_readers_beside_writers_see_whole_runs(store: ResultStore) -> None:
    """While a run is removed and written again and again, a reader finds it whole or not there."""
    one, end, seen = manifest(), threading.Event(), [0]

    def rewrite() -> None:
        for _ in range(30):
            store.write(one.address, tables(), one)
            os.rename(store.root / one.address, store.root / "aside")
            shutil.rmtree(store.root / "aside")
        end.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    while not end.is_set():
        if store.has(one.address):
            seen[0] += 1
            content = json.loads(_text(store.root / one.address / "manifest.json") or "{}")
            assert content.get("address", one.address) == one.address
    writer.join()
    assert seen[0] > 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def test_replace_file_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a" / "x.txt"
    replace_file(path, "old")
    monkeypatch.setattr(files.os, "replace", _refuse(errno.ENOSPC))
    with pytest.raises(WriteError, match="free some space"):
        replace_file(path, "new")
    assert path.read_text() == "old"
    assert names(path.parent) == {"x.txt"}
