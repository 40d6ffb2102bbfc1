"""`simulator run`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.progress import Progress
from simulator.ensemble.runner import run_one
from simulator.scenario.loader import load

RESULTS = Path("results")


@dataclass(frozen=True)
class Request:
    """What was asked."""

    scenario: str
    out: Path | None
    seed: int
    settings: tuple[str, ...]
    engine: str
    threads: int
    role: str
    as_json: bool
    force: bool


def run(request: Request) -> None:
    """Run one scenario, store its tables and summarise the outcomes."""
    loaded = load(request.scenario, request.settings)
    folder = request.out or RESULTS / (re.sub(r"[^\w-]+", "-", loaded.name).strip("-") or "run")
    with Progress("ticks") as progress:
        stored = run_one(
            loaded,
            request.seed,
            folder,
            engine=request.engine,
            threads=request.threads,
            reuse=not request.force,
            progress=progress,
            role=request.role,
        )
    outcomes = stored.table("outcomes").to_dict("records")
    if request.as_json:
        console.write_json(
            {
                "scenario": loaded.name,
                "seed": request.seed,
                "role": request.role,
                "address": stored.address,
                "folder": str(stored.folder),
                "outcomes": outcomes,
            }
        )
        return
    _show(loaded.name, request, outcomes)
    console.say(f"Tables: {stored.folder}")


def _show(name: str, request: Request, outcomes: list[dict[str, Any]]) -> None:
    """Outcomes as a table: one row a metric, the market first, then the brands that differ from it."""
    brands = list(dict.fromkeys(str(row["brand"]) for row in outcomes if row["brand"]))
    values = {(str(row["metric"]), str(row["brand"])): float(row["value"]) for row in outcomes}
    units = {str(row["metric"]): str(row["unit"]) for row in outcomes}
    rows = [
        [metric, unit, *(amount(values.get((metric, column))) for column in ("", *brands))]
        for metric, unit in units.items()
    ]
    title = f"{name}, seed {request.seed}, {request.role}"
    console.table(title, ("outcome", "unit", "market", *brands), rows, right=range(2, 3 + len(brands)))
