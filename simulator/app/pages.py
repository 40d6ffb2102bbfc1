"""Pages of Markdown that a command writes: to a file if one is named, else to standard output."""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.app import console
from simulator.output.files import replace_file


def give(text: str, out: Path | None, what: str) -> None:
    """Hand a page over.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    if out is None:
        sys.stdout.write(text)
        return
    replace_file(out, text)
    console.say(f"{what}: {out}")
