"""`simulator run`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.progress import Progress
from simulator.ensemble.runner import run_one
from simulator.errors import InputError
from simulator.model.memory import announce
from simulator.model.world import check_graph_files
from simulator.output.manifest import Manifest
from simulator.scenario.loader import LoadedScenario, load, load_resolved

RESULTS = Path("results")
MANIFEST = "manifest.json"


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


def _asked_for(request: Request) -> tuple[Request, LoadedScenario]:
    """The scenario to run; a manifest gives seed and role along with it."""
    path = Path(request.scenario)
    if path.name != MANIFEST:
        loaded = load(request.scenario, request.settings)
        check_graph_files(loaded.scenario)
        return request, loaded
    if request.settings:
        raise InputError("--set cannot change a stored run; name its scenario instead")
    try:
        manifest = Manifest.from_json(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    return replace(request, seed=manifest.seed, role=manifest.role), load_resolved(manifest.scenario)


def run(request: Request) -> None:
    """Run one scenario, store its tables and summarise the outcomes."""
    request, loaded = _asked_for(request)
    announcement = announce(loaded.scenario)
    console.note(f"Memory: {announcement}")
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
