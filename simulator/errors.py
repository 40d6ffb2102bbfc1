"""Errors a user can mend. Everything else is a defect and may show a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class SimulatorError(Exception):
    """Base of all errors that are shown to a user without a traceback."""

    exit_code = 2


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in an input, where, and what is allowed instead."""

    line: int
    column: int
    path: str
    message: str
    allowed: str = ""
    nearest: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "", self.column or "") if part != "")
        text = f"{place}: " if place else ""
        text += f"{self.path}: {self.message}" if self.path else self.message
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class InputError(SimulatorError):
    """An input file or argument is wrong. Holds every problem found, sorted by place."""

    def __init__(self, problems: Problem | str | Iterable[Problem]):
        if isinstance(problems, str):
            problems = [Problem(0, 0, "", problems)]
        elif isinstance(problems, Problem):
            problems = [problems]
        self.problems = sorted(problems, key=lambda p: (p.file, p.line, p.column, p.path))
        super().__init__("\n".join(str(p) for p in self.problems))


class CapacityError(SimulatorError):
    """A run does not fit the machine or a counter. The message names the largest that does."""


class StoreError(SimulatorError):
    """A stored result is missing, damaged or cannot be written."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or an empty string when none is close."""
    found = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)
    return found[0] if found else ""
