"""`simulator report`."""

from __future__ import annotations

from pathlib import Path

from simulator.app import console
from simulator.report.page import write_report


def run(folder: Path, as_json: bool) -> None:
    """Write the report of a stored study and name it."""
    page = write_report(folder)
    if as_json:
        console.write_json({"study": str(folder), "report": str(page)})
    else:
        console.say(f"Report: {page}")
