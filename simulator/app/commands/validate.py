"""`simulator validate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.progress import Progress

if TYPE_CHECKING:
    from simulator.validation.scorecard import Row, Scorecard

RESULTS = Path("results")


@dataclass(frozen=True)
class Request:
    """What was asked."""

    full: bool
    patterns: tuple[str, ...]
    data: Path | None
    out: Path | None
    seed: int
    jobs: int | None
    as_json: bool
    force: bool
    scheduler: str = ""


def run(request: Request) -> None:
    """Measure the patterns, print the scorecard and store it."""
    from simulator.validation.experiments import FULL, QUICK
    from simulator.validation.study import choose, validate

    chosen = choose(request.patterns)
    out = request.out or RESULTS / "validation"
    effort = FULL if request.full else QUICK
    with Progress("runs") as progress:
        card = validate(
            chosen,
            effort,
            out=out,
            seed=request.seed,
            data=request.data,
            jobs=request.jobs,
            reuse=not request.force,
            progress=progress,
            scheduler=request.scheduler,
        )
    if request.as_json:
        console.write_json([row.as_json() for row in card.rows])
        return
    _show(card)
    if not request.full and any(row.convergence or row.n for row in card.rows):
        users = effort.cascade_users[-1]
        console.say(f"Quick mode: cascades among {users:,} users instead of {FULL.cascade_users[-1]:,}.")
    console.say(card.summary, "bold")
    console.say(f"Scorecard: {out / 'scorecard.json'}")


def _show(card: Scorecard) -> None:
    """The rows that were run; then why some fail, what is to be added, and what was not run."""
    run, left = (
        [row for row in card.rows if row.status != "not run"],
        [row for row in card.rows if row.status == "not run"],
    )
    if run:
        facts = card.facts
        made = f"{facts['own_replications']} to {facts['replications']} replications"
        title = f"Patterns ({facts['effort']}: {made}, seed {facts['seed']})"
        columns = ("id", "pattern", "kind", "status", "mean", "95 % interval", "band", "unit", "source")
        console.table(title, columns, [_cells(row) for row in run], right=(4, 5, 6))
    _lines("Fails", [f"{row.id} {row.diagnosis}" for row in run if row.status == "fail"])
    _lines("Notes", [f"{row.id} {row.note}" for row in run if row.note])
    converging = [row for row in run if row.convergence]
    _lines("Convergence with the number of users", [_converging(row, card) for row in converging])
    _lines("Not run", [f"{row.id} {row.title} ({row.kind}): {row.note}" for row in left])


def _lines(title: str, lines: Sequence[str]) -> None:
    if lines:
        console.say(title, "bold")
        for line in lines:
            console.say(f"  {line}")


def _cells(row: Row) -> tuple[str, ...]:
    interval = f"{amount(row.low)} to {amount(row.high)}" if row.n > 1 else ""
    mean = amount(row.mean) if row.n else "none"
    return (row.id, row.title, row.kind, row.status, mean, interval, str(row.band), row.unit, row.source)


def _converging(row: Row, card: Scorecard) -> str:
    sizes = {**row.convergence, card.facts["cascade_users"][-1]: row.mean}
    return f"{row.id} " + ", ".join(f"{mean:.3g} at {users:,}" for users, mean in sizes.items())
