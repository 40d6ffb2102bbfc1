"""`simulator describe`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulator.app.pages import give
from simulator.describe.odd import odd
from simulator.scenario.loader import load


def run(source: str, settings: Sequence[str], out: Path | None) -> None:
    """Write the ODD protocol of a scenario to a file, or to standard output."""
    give(odd(load(source, settings)), out, "ODD protocol")
