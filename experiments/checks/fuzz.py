"""Bad input of every kind against everything that reads files: a table of what came out.

``python -m experiments.checks.fuzz --cases 20000 --seed 1`` prints class of input, cases, refused, read, crashes
(anything but an error of the package that names its place), hangs, and the largest memory of a process. A case is
known by seed, class and number: ``--only CLASS --first N --cases 1`` repeats one. Cases run in processes with a limit
of memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

BATCH = 1000
SECONDS = 20
"""After which a case counts as a hang; nearly all take milliseconds."""
MEMORY = 3 << 30
"""Bytes of address space of a process, of which the packages that are loaded take half."""
SHOWN = 40


@dataclass
class Outcome:
    """What came out of the cases of a class; `found` names a case by what went wrong, once for each kind."""

    name: str
    cases: int = 0
    refused: int = 0
    read: int = 0
    crashes: int = 0
    hangs: int = 0
    peak: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        """Count the cases of another batch in."""
        for name in ("cases", "refused", "read", "crashes", "hangs"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.peak = max(self.peak, other.peak)
        for what, case in other.found.items():
            self.found.setdefault(what, case)

    def __str__(self) -> str:
        numbers = (self.cases, self.refused, self.read, self.crashes, self.hangs, self.peak >> 20)
        return f"| {self.name} | {' | '.join(f'{one:,}' for one in numbers)} |"


class HangError(BaseException):
    """A case took too long; no handler of the package may catch it."""


def _hang(_number: int, _frame: FrameType | None) -> None:
    raise HangError


def batch(name: str, cases: Sequence[int], seed: int, folder: Path, reached: Path | None = None) -> Outcome:
    """Some cases of a class, in this process; the number of the one under way is kept in `reached`."""
    from experiments.checks.fuzz_targets import EXPECTED, TARGETS_OF

    target, outcome = TARGETS_OF[name][0], Outcome(name)
    signal.signal(signal.SIGALRM, _hang)
    for case in cases:
        if reached is not None:
            reached.write_text(str(case))
        there = folder / f"c{case}"
        there.mkdir(parents=True)
        outcome.cases += 1
        signal.alarm(SECONDS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                target(Random(f"{seed} {name} {case}"), there)
            outcome.read += 1
        except EXPECTED:
            outcome.refused += 1
        except HangError:
            outcome.hangs += 1
            outcome.found.setdefault("hang", case)
        except Exception as error:
            outcome.crashes += 1
            outcome.found.setdefault(_kind(error), case)
        finally:
            signal.alarm(0)
            shutil.rmtree(there, ignore_errors=True)
    outcome.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return outcome


def _kind(error: Exception) -> str:
    """What went wrong, and the line of the package that it came through."""
    own = [one for one in traceback.extract_tb(error.__traceback__) if "/simulator/" in one.filename]
    where = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "-"
    return f"{type(error).__name__} at {where}: {str(error).splitlines()[0][:120] if str(error) else ''}"


def apart(name: str, cases: Sequence[int], seed: int, folder: Path) -> Outcome:
    """The same in a process with a limit of memory. A case that ends the process is a crash; the others go on."""
    outcome, reached, left = Outcome(name), folder / "reached", list(cases)
    while left:
        words = ["--batch", name, f"{left[0]}", f"{left[-1]}", str(folder), "--seed", str(seed)]
        done = subprocess.run(
            [sys.executable, "-m", "experiments.checks.fuzz", *words], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            outcome.add(Outcome(**json.loads(done.stdout.splitlines()[-1])))
            return outcome
        at = int(reached.read_text())
        lost = Outcome(name, cases=at - left[0] + 1, crashes=1, found={f"exit status {done.returncode}": at})
        outcome.add(lost)
        left = [case for case in left if case > at]
    return outcome


def _one_batch(name: str, first: int, last: int, folder: Path, seed: int) -> None:
    from experiments.checks import fuzz_targets  # noqa: F401 - its packages take their memory before the limit is set

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    outcome = batch(name, range(first, last + 1), seed, folder, folder / "reached")
    print(json.dumps(asdict(outcome)))


def main() -> None:
    """Read what is asked, run the cases in batches, print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=20_000, help="over all classes")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default="", help="one class of input")
    asked.add_argument("--first", type=int, default=0, help="number of its first case")
    asked.add_argument("--batch", nargs=4, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.batch:
        name, first, last, folder = given.batch
        _one_batch(name, int(first), int(last), Path(folder), given.seed)
        return
    from experiments.checks.fuzz_targets import TARGETS_OF

    print(f"seed {given.seed}\n\n| input | cases | refused | read | crashes | hangs | peak, MiB |\n|---|{'---:|' * 6}")
    total = Outcome("all")
    for name, (_, share) in TARGETS_OF.items():
        if given.only and given.only != name:
            continue
        count = given.cases if given.only else round(given.cases * share)
        outcome = Outcome(name)
        for first in range(given.first, given.first + count, BATCH):
            with tempfile.TemporaryDirectory() as folder:
                cases = range(first, min(first + BATCH, given.first + count))
                outcome.add(apart(name, cases, given.seed, Path(folder)))
        print(outcome, flush=True)
        total.add(Outcome(**{**asdict(outcome), "found": {f"{name}: {k}": v for k, v in outcome.found.items()}}))
    print(total, *(f"- case {case}: {what}" for what, case in list(total.found.items())[:SHOWN]), sep="\n")


if __name__ == "__main__":
    main()
