"""The scorecard: a row for every part of every pattern, and the share of judged rows that pass."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from simulator.ensemble.statistics import mean_interval
from simulator.output.files import replace_file
from simulator.output.json_file import sealed_text
from simulator.types import Array
from simulator.validation.pattern import Band, Part, Pattern, Status

SCORECARD = "scorecard.json"


@dataclass(frozen=True)
class Row:
    """What became of one part of a pattern.

    Attributes
    ----------
    id, pattern, title, kind, band, unit, mechanism, falsified_if, source : as declared.
    status : "pass", "inconclusive", "fail" or "not run".
    mean, low, high : of the replications, with the 95 % t interval; nan where unknown.
    n : replications that show the pattern at all.
    diagnosis : of a fail.
    note : what else is to be said of it; why it was not run.
    convergence : mean by number of users, for what depends on it.
    """

    id: str
    pattern: str
    title: str
    kind: str
    status: Status
    mean: float
    low: float
    high: float
    n: int
    band: Band
    unit: str
    mechanism: str
    falsified_if: str
    source: str
    diagnosis: str = ""
    note: str = ""
    convergence: Mapping[int, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; what is not finite is null, an open end of a band too."""
        return {
            "id": self.id,
            "pattern": self.pattern,
            "title": self.title,
            "kind": self.kind,
            "counts": self.kind == "judged",
            "status": self.status,
            "mean": _number(self.mean),
            "low": _number(self.low),
            "high": _number(self.high),
            "n": self.n,
            "band": [_number(self.band.low), _number(self.band.high)],
            "unit": self.unit,
            "mechanism": self.mechanism,
            "falsified_if": self.falsified_if,
            "source": self.source,
            "diagnosis": self.diagnosis,
            "note": self.note,
            "convergence": {str(users): _number(mean) for users, mean in self.convergence.items()},
        }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


UNEXPLAINED = "nobody has said yet why"


def row(pattern: Pattern, part: Part, values: Array, note: str, convergence: Mapping[int, float]) -> Row:
    """The row of a part that was measured."""
    interval = mean_interval(np.asarray(values, np.float64))
    status = part.band.status(interval.low, interval.high)
    diagnosis = (part.diagnosis or UNEXPLAINED) if status == "fail" else ""
    numbers = (interval.mean, interval.low, interval.high, interval.n)
    return _row(pattern, part, status, numbers, diagnosis, note, convergence)


def not_run(pattern: Pattern, part: Part, reason: str) -> Row:
    """The row of a part that was not measured."""
    return _row(pattern, part, "not run", (math.nan, math.nan, math.nan, 0), "", reason, {})


def _row(
    pattern: Pattern,
    part: Part,
    status: Status,
    numbers: tuple[float, float, float, int],
    diagnosis: str,
    note: str,
    convergence: Mapping[int, float],
) -> Row:
    said = (pattern.mechanism, pattern.falsified_if, pattern.source, diagnosis, note)
    head = (part.id, pattern.name, part.title, part.kind, status)
    return Row(*head, *numbers, part.band, part.unit, *said, convergence)


@dataclass(frozen=True)
class Scorecard:
    """All rows, in the order of the patterns.

    Attributes
    ----------
    rows : list of Row
    facts : how they were made: effort, users, replications, seed, raw data or not.
    """

    rows: Sequence[Row]
    facts: Mapping[str, Any]

    def judged(self) -> tuple[int, int]:
        """How many judged rows passed, and how many were run."""
        run = [row for row in self.rows if row.kind == "judged" and row.status != "not run"]
        return sum(row.status == "pass" for row in run), len(run)

    @property
    def summary(self) -> str:
        """The score in a sentence."""
        passed, run = self.judged()
        left = sum(row.kind == "judged" and row.status == "not run" for row in self.rows)
        share = f" ({100 * passed / run:.0f} %)" if run else ""
        return f"judged rows: {passed} of {run} pass{share}" + (f"; {left} not run" if left else "")

    def write(self, folder: Path) -> Path:
        """Store it as JSON; returns the file."""
        passed, run = self.judged()
        content = {
            **self.facts,
            "judged_passed": passed,
            "judged_run": run,
            "rows": [row.as_json() for row in self.rows],
        }
        file = folder / SCORECARD
        replace_file(file, sealed_text(content))
        return file


def order(name: str) -> tuple[bool, int, str]:
    """Sorts ids: 1, 2, 10, then D1, D2."""
    found = re.fullmatch(r"(D?)(\d+)(.*)", name)
    return (bool(found[1]), int(found[2]), found[3]) if found else (True, 0, name)
