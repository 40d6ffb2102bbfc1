"""`simulator schema`."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.app import console
from simulator.errors import StoreError
from simulator.scenario.schema import export_schema


def run(out: Path | None) -> None:
    """Write the JSON Schema to a file, or to standard output.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    if out is None:
        console.write_json(export_schema())
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(export_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from None
    console.say(f"Schema: {out}")
    console.say(f"In a scenario file: # yaml-language-server: $schema={out}")
