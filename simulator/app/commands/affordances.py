"""`simulator affordances`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.progress import Progress
from simulator.scenario.loader import load

if TYPE_CHECKING:
    from simulator.ensemble.switches import SwitchStudy

RESULTS = Path("results")


@dataclass(frozen=True)
class Request:
    """What was asked."""

    scenario: str
    out: Path | None
    replications: int
    seed: int
    jobs: int | None
    settings: tuple[str, ...]
    as_json: bool
    force: bool
    scheduler: str = ""


def run(request: Request) -> None:
    """Switch every affordance of a scenario off in turn, and say what that moved."""
    from simulator.ensemble.switches import study_switches

    loaded = load(request.scenario, request.settings)
    out = request.out or RESULTS / f"affordances-{loaded.name}"
    with Progress("runs") as progress:
        study = study_switches(
            loaded,
            out=out,
            replications=request.replications,
            seed=request.seed,
            jobs=request.jobs,
            reuse=not request.force,
            progress=progress,
            scheduler=request.scheduler,
        )
    if request.as_json:
        effects = [{**asdict(effect), "verdict": effect.verdict} for effect in study.effects]
        console.write_json({"effects": effects, "spared": [asdict(s) for s in study.spared], "off": list(study.off)})
        return
    _show(study, request)


def _show(study: SwitchStudy, request: Request) -> None:
    rows = []
    for e in study.effects:
        d = e.difference
        interval = f"{amount(d.low)} to {amount(d.high)}" if d.n > 1 else ""
        rows.append((e.affordance, e.metric, e.unit, "+" if e.sign > 0 else "-", amount(d.mean), interval, e.verdict))
    console.table(
        f"On minus off, paired ({request.replications} replications, seed {request.seed})",
        ("affordance", "metric", "unit", "declared", "mean", "95 % interval", "verdict"),
        rows,
        right=(4, 5),
    )
    for s in study.spared:
        console.say(
            f"{s.affordance} left {s.people - s.differing:,} of {s.people:,} people {s.who} exactly as they were"
        )
    if study.off:
        console.say(f"Off here: {', '.join(study.off)}")
