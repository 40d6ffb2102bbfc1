"""`simulator trace`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulator.app.pages import give
from simulator.describe.trace import trace
from simulator.scenario import library


def run(results: Sequence[Path], tests: Path | None, out: Path | None) -> None:
    """Write the record of what was verified and validated to a file, or to standard output."""
    beside = library.folder().parent / "tests"
    give(trace(tests or (beside if beside.is_dir() else None), results), out, "TRACE record")
