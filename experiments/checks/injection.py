"""Faults of the machine, planted in a process at one of the points where it touches the disk.

A point is a file opened to be written, a half-written file, a flush, a folder made, a name changed or removed: whatever
the interpreter's audit hook sees, so no write passes unseen, whoever makes it. A case is a fork of this process that
does some work with a fault at point k; then the work is repeated without one. Wanted: no traceback, no hang, the work
done again gives the same bytes as work that was never disturbed, and what was finished before is not made again.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.errors import SimulatorError
from simulator.output import files

Work = Callable[[Path], object]
"""Does the same thing each time, in the folder it is given."""

SECONDS = 120
"""After which a case counts as a hang."""

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DONE, DECLARED, CRASHED = 0, 3, 4


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a point.

    Attributes
    ----------
    name : of the class of cases.
    number : of the error that the system gives; 0 kills the process.
    lasting : whether every later point fails likewise.
    removing : whether removing and renaming fail, too.
    """

    name: str
    number: int = 0
    lasting: bool = False
    removing: bool = True


FAULTS = (
    Fault("kill -9"),
    Fault("disk full", errno.ENOSPC, lasting=True, removing=False),
    Fault("read-only folder", errno.EROFS, lasting=True),
    Fault("input/output error, once", errno.EIO),
)


@dataclass
class Tally:
    """What became of the cases of a class.

    Attributes
    ----------
    crashes : tracebacks. hangs : cases that were ended. lost : finished runs that were made again, or other bytes.
    said : the last line of each different error or traceback, with the first point at which it came.
    """

    name: str
    cases: int = 0
    crashes: int = 0
    hangs: int = 0
    lost: int = 0
    said: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"| {self.name} | {self.cases:,} | {self.crashes} | {self.hangs} | {self.lost} |"

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong that should not."""
        return self.cases > 0 and not (self.crashes or self.hangs or self.lost)


class Injector:
    """Counts the points below a folder, and has one fault happen."""

    def __init__(self, root: Path, fault: Fault | None, at: int):
        self.root, self.fault, self.at, self.reached = str(root), fault, at, 0

    def install(self) -> None:
        """For the rest of this process's life: an audit hook cannot be taken out."""
        sys.addaudithook(self._audit)
        os.fsync = self._flush
        files.open = self._open  # type: ignore[attr-defined]

    def point(self, place: str, removing: bool = False, before: Callable[[], object] = lambda: None) -> None:
        """One point; `before` is done first if the process is killed there."""
        if not place.startswith(self.root):
            return
        self.reached += 1
        if self.fault is None or self.reached < self.at or (removing and not self.fault.removing):
            return
        if self.reached > self.at and not self.fault.lasting:
            return
        if not self.fault.number:
            before()
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.fault.number, os.strerror(self.fault.number), place)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[2], int) and args[2] & WRITING:
            self.point(str(args[0]))
        elif event in CHANGES:
            self.point(str(args[0]), removing=event not in ("os.mkdir", "os.truncate"))

    def _flush(self, descriptor: int) -> None:
        """Counts, and flushes nothing: a killed process loses no page that the system has."""
        self.point(os.readlink(f"/proc/self/fd/{descriptor}"))

    def _open(self, path: Path, mode: str) -> Any:
        return _Torn(open(path, mode), str(path), self)


class _Torn:
    """A file of which half is written when the process dies or the disk is full."""

    def __init__(self, file: Any, place: str, points: Injector):
        self._file, self._place, self._points = file, place, points

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, content: Any) -> None:
        """Half of it, the point, the rest."""
        half = len(content) // 2
        self._file.write(content[:half])
        self._points.point(self._place, before=self._file.flush)
        self._file.write(content[half:])


def points_of(work: Work, folder: Path) -> int:
    """How many points some work has, in an empty folder that is removed afterwards."""
    told = folder.with_name(f"{folder.name}.points")
    with_fork(lambda: told.write_text(str(_counted(work, folder))), told.with_suffix(".txt"))
    shutil.rmtree(folder)
    return int(told.read_text())


def _counted(work: Work, folder: Path) -> int:
    points = Injector(folder, None, 0)
    points.install()
    work(folder)
    return points.reached


def disturbed(work: Work, folder: Path, fault: Fault, at: int, log: Path) -> int:
    """Do some work in a fork with a fault at a point; its exit status, or -9, or -1 for a hang."""

    def case() -> None:
        Injector(folder, fault, at).install()
        work(folder)

    return with_fork(case, log)


def with_fork(case: Callable[[], object], log: Path) -> int:
    """Do something in a fork; its exit status, minus the signal that ended it, or -1 after a hang.

    What is said goes to `log`.
    """
    child = os.fork()
    if child == 0:
        _end(case, log)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def _end(case: Callable[[], object], log: Path) -> None:
    """The life of a fork."""
    status = CRASHED
    with open(log, "w", encoding="utf-8") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
        try:
            case()
            status = DONE
        except SimulatorError as error:
            out.write(str(error))
            status = DECLARED
        except BaseException:
            traceback.print_exc(file=out)
        out.flush()
        os._exit(status)


def walk(work: Work, folder: Path, reference: dict[str, bytes], fault: Fault, every: int = 1) -> Tally:
    """A case at each point of some work, or at every so many of them.

    Parameters
    ----------
    work : repeated after each fault.
    folder : made and removed for each case.
    reference : what undisturbed work leaves, by `results`.
    """
    tally, log = Tally(fault.name), folder.with_name(f"{folder.name}.log")
    for at in range(1, points_of(work, folder) + 1, every):
        tally.cases += 1
        status = disturbed(work, folder, fault, at, log)
        judge(tally, status, log, f"point {at}")
        repeat(tally, work, folder, reference, f"point {at}")
        shutil.rmtree(folder, ignore_errors=True)
    return tally


def judge(tally: Tally, status: int, log: Path, where: str) -> None:
    """Enter how a disturbed case ended."""
    if status == -1:
        tally.hangs += 1
    elif status == CRASHED or (status < 0 and status != -signal.SIGKILL):
        tally.crashes += 1
    if status in (DECLARED, CRASHED):
        lines = log.read_text("utf-8").strip().splitlines() or ["nothing was said"]
        tally.said.setdefault(_without_names(lines[-1 if status == CRASHED else 0]), where)


def _without_names(line: str) -> str:
    """An error without the folder it happened in."""
    return " ".join("PATH" if "/" in word else word for word in line.split())[:160]


def repeat(tally: Tally, work: Work, folder: Path, reference: dict[str, bytes], where: str) -> None:
    """Do the work again without a fault, and hold what it leaves against the reference."""
    finished = dict(_finished(folder))
    log = folder.with_name(f"{folder.name}.log")
    status = with_fork(lambda: _quickly(work, folder), log)
    judge(tally, status, log, f"{where}, repeated")
    tally.crashes += status == DECLARED
    found = results(folder)
    same = found == reference and all(made == finished[name] for name, made in _finished(folder) if name in finished)
    if not same or {*finished} - {name for name, _ in _finished(folder)}:
        tally.lost += 1
        tally.said.setdefault(f"other results: {sorted(differing(found, reference))[:3]}", where)


def _quickly(work: Work, folder: Path) -> None:
    """Work that is not flushed, in a fork."""
    os.fsync = lambda _: None
    work(folder)


def _finished(folder: Path) -> Iterator[tuple[str, int]]:
    """The finished runs of a study, and when each was written."""
    for manifest in folder.rglob("runs/*/manifest.json"):
        if not manifest.parent.name.startswith("."):
            yield str(manifest.relative_to(folder)), manifest.stat().st_mtime_ns


def results(folder: Path) -> dict[str, bytes]:
    """The tables below a folder, of runs and of studies, by place; quarantine and leftovers apart."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") or part in ("quarantine", "failed") for part in place.parts)
        if path.suffix in (".parquet", ".csv", ".md") and not hidden:
            found[place.as_posix()] = path.read_bytes()
    return found


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    """The places at which two sets of results are not the same."""
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}
