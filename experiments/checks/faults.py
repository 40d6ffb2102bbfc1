"""Faults of the machine against a comparison by the real model: kills, bad disks, clocks, rivals, damage.

``python -m experiments.checks.faults --seed 1`` prints a table: class of faults, cases, crashes, hangs, lost results.
What a case is, and what is wanted of it, says `injection`. Damage comes in single bits and cut ends, at places drawn
from the seed: a run that was damaged must be put aside and made again, a study's table must be refused, and neither
may be read. Runs on Linux; a disk that is really full is tried where a small one can be mounted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from experiments.checks.injection import (
    DECLARED,
    FAULTS,
    Injector,
    Tally,
    Work,
    judge,
    points_of,
    repeat,
    results,
    walk,
    with_fork,
)  # fmt: skip
from simulator.errors import StoreError
from simulator.output.study import COMPARISON, StudyFolder, read_table

YEAR = 365 * 86_400
RUN_FILES = ("runs/*/*.parquet", "runs/*/manifest.json")


def backwards(work: Work, folder: Path, reference: dict[str, bytes]) -> Tally:
    """The clock goes back by a year at each look, and files of a first attempt are dated in the future."""
    tally = Tally("clock goes backwards")
    log = folder.with_name("log")

    def turned() -> None:
        now = [time.time()]

        def clock() -> float:
            now[0] -= YEAR
            return now[0]

        time.time = clock
        work(folder)

    for kills in (0, 1):
        tally.cases += 1
        if kills:
            judge(tally, with_fork(lambda: _killed(work, folder, 20), log), log, "killed")
            for path in folder.rglob("*"):
                os.utime(path, (time.time() + YEAR,) * 2)
        judge(tally, with_fork(turned, log), log, "backwards")
        repeat(tally, work, folder, reference, "backwards")
        shutil.rmtree(folder)
    return tally


def _killed(work: Work, folder: Path, at: int) -> None:
    Injector(folder, FAULTS[0], at).install()
    work(folder)


def rivals(work: Work, folder: Path, reference: dict[str, bytes], cases: int, seed: int) -> Tally:
    """Two processes do the same work at once in one folder; in every second case one of them is killed on the way."""
    tally, luck = Tally("two processes on one study"), random.Random(f"rivals {seed}")
    points = points_of(work, folder)
    for case in range(cases):
        tally.cases += 1
        at = luck.randint(1, points) if case % 2 else 0
        log = folder.with_name(f"log{case}")
        second = os.fork()
        if second == 0:
            os._exit(with_fork(lambda: work(folder), log.with_suffix(".second")) & 0x7F)
        first = with_fork(lambda at=at: _killed(work, folder, at) if at else work(folder), log)
        judge(tally, first, log, f"case {case}, first")
        tally.crashes += (first if not at else 0) != 0
        _, status = os.waitpid(second, 0)
        judge(tally, os.waitstatus_to_exitcode(status), log.with_suffix(".second"), f"case {case}, second")
        tally.crashes += os.waitstatus_to_exitcode(status) != 0
        repeat(tally, work, folder, reference, f"case {case}")
        shutil.rmtree(folder)
    return tally


def damaged(work: Work, folder: Path, reference: dict[str, bytes], cases: int, seed: int) -> list[Tally]:
    """Files of finished work are cut or have one bit turned; see the module."""
    luck = random.Random(f"damage {seed}")
    runs, tables = Tally("stored run cut or one bit turned"), Tally("study's table cut or one bit turned")
    work(folder)
    for case in range(cases):
        for tally, patterns in ((runs, RUN_FILES), (tables, (f"{COMPARISON}/*.parquet", "tables/*.parquet"))):
            path = luck.choice(sorted(path for pattern in patterns for path in folder.rglob(pattern)))
            what = _damage(path, luck)
            tally.cases += 1
            where = f"case {case}, {what}, {path.relative_to(folder)}"
            if tally is tables:
                tally.lost += _is_read(path)
            else:
                tally.lost += not _set_aside(work, folder, path)
            with_fork(lambda: work(folder), log := folder.with_name("log"))
            judge(tally, 0, log, where)
            if results(folder) != reference:
                tally.lost += 1
                tally.said.setdefault("other results", where)
    shutil.rmtree(folder)
    return [runs, tables]


def _damage(path: Path, luck: random.Random) -> str:
    """Cut a file or turn a bit of it; says which."""
    content = bytearray(path.read_bytes())
    place = luck.randrange(len(content))
    if luck.random() < 0.5:
        path.write_bytes(content[:place])
        return f"cut to {place} bytes"
    content[place] ^= 1 << luck.randrange(8)
    path.write_bytes(content)
    return f"bit turned in byte {place}"


def _is_read(path: Path) -> bool:
    """Whether a study's damaged table is read all the same."""
    try:
        read_table(StudyFolder(path.parents[1]).study(), path)
    except StoreError:
        return False
    return True


def _set_aside(work: Work, folder: Path, path: Path) -> bool:
    """Whether the next start puts a damaged run aside; a manifest in which only a blank was touched still says all."""
    address, kept = path.parent.name, path.parents[1] / "quarantine"
    before = path.read_bytes()
    with_fork(lambda: work(folder), folder.with_name("log"))
    if any(one.name.startswith(address) for one in (kept.iterdir() if kept.is_dir() else ())):
        shutil.rmtree(kept)
        return True
    return path.name == "manifest.json" and path.read_bytes() == before


def small_disks(work: Work, folder: Path, reference: dict[str, bytes], cases: int) -> list[Tally]:
    """A disk with room for a part of the results only, and one that becomes read-only, where one can be mounted."""
    full, fixed = Tally("small disk is full"), Tally("disk is mounted read-only")
    total, log = sum(map(len, reference.values())), folder.with_name("log")
    for case in range(1, cases + 1):
        with _mounted(folder, total * case // cases) as there:
            if not there:
                return []
            full.cases += 1
            judge(full, with_fork(lambda: work(folder), log), log, f"{total * case // cases} bytes")
            _mount("-o", "remount,size=1g", str(folder))
            repeat(full, work, folder, reference, f"{total * case // cases} bytes")
            fixed.cases += 1
            _mount("-o", "remount,ro", str(folder))
            status = with_fork(lambda: work(folder), log)
            judge(fixed, status, log, f"case {case}")
            fixed.crashes += status != DECLARED
            _mount("-o", "remount,rw", str(folder))
            repeat(fixed, work, folder, reference, f"case {case}")
    return [full, fixed]


@contextmanager
def _mounted(folder: Path, size: int) -> Iterator[bool]:
    """A small disk in memory at a folder, if it may be mounted."""
    folder.mkdir(exist_ok=True)
    there = _mount("-t", "tmpfs", "-o", f"size={max(size, 4096)}", "tmpfs", str(folder))
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode == 0


def all_faults(work: Work, folder: Path, cases: int, seed: int, every: int, tell: Callable[[Tally], None]) -> None:
    """Every class of faults against some work; `every` so many points are tried."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    first, case = folder / "first", folder / "case"
    work(first)
    reference = results(first)
    for fault in FAULTS:
        tell(walk(work, case, reference, fault, every))
    tell(backwards(work, case, reference))
    tell(rivals(work, case, reference, cases, seed))
    for tally in [*damaged(work, case, reference, cases, seed), *small_disks(work, case, reference, min(cases, 10))]:
        tell(tally)


def compare_two(folder: Path) -> None:
    """A comparison of two scenarios on 200 people for two days, all in this process."""
    from simulator.ensemble.compare import compare_scenarios
    from simulator.scenario.loader import load

    small = ("market.users=200", "market.days=2", "market.tick_minutes=120")
    arms = [load(name, small) for name in ("public_feed", "private_circle")]
    compare_scenarios(arms, out=folder, replications=1, seed=1, jobs=1, name="study")


def main() -> None:
    """Read what is asked, try all, print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=40, help="of the classes that draw their cases")
    asked.add_argument("--every", type=int, default=1, help="points of the classes that walk them")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    os.environ["NUMBA_NUM_THREADS"] = "1"
    os.environ["NUMBA_THREADING_LAYER"] = "workqueue"  # others do not survive a fork
    print(f"seed {given.seed}\n\n| class | cases | crashes | hangs | lost results |\n|---|---|---|---|---|", flush=True)
    said: list[str] = []

    def tell(tally: Tally) -> None:
        print(tally, flush=True)
        said.extend(f"- {tally.name}, {where}: {what}" for what, where in tally.said.items())

    with tempfile.TemporaryDirectory() as folder:
        all_faults(compare_two, Path(folder), given.cases, given.seed, given.every, tell)
    print("\nWhat was said, and where first:\n", *said, sep="\n")


if __name__ == "__main__":
    main()
