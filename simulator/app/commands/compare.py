"""`simulator compare`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.progress import Progress
from simulator.errors import InputError, Problem
from simulator.scenario.loader import LoadedScenario, load

if TYPE_CHECKING:
    from simulator.ensemble.compare import ComparisonResult

RESULTS = Path("results")
DEFAULT = ("marketplace", "private_circle", "public_feed")

SHOWN = ("contribution_campaigning_yuan", "gmv_yuan", "orders", "orders_platform", "reach")
"""Effects that the table shows, in this order; the report has all."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    scenarios: tuple[str, ...]
    out: Path | None
    replications: int
    seed: int
    jobs: int | None
    settings: tuple[str, ...]
    as_json: bool
    dry_run: bool
    force: bool


def run(request: Request) -> None:
    """Compare scenarios, write the report, and end by naming it."""
    loaded = load_all(request.scenarios or DEFAULT, request.settings)
    out = request.out or RESULTS
    if request.dry_run:
        _show_plan(loaded, request, out)
        return
    from simulator.ensemble.compare import compare_scenarios
    from simulator.report.page import write_report

    with Progress("runs") as progress:
        result = compare_scenarios(
            loaded,
            out=out,
            replications=request.replications,
            seed=request.seed,
            jobs=request.jobs,
            reuse=not request.force,
            progress=progress,
        )
    page = write_report(result.folder.path)
    if request.as_json:
        console.write_json(_as_json(result, page))
        return
    _show(result)
    console.say(result.verdict.text, "bold")
    console.say(f"Report: {page}")


def load_all(names: Sequence[str], settings: Sequence[str]) -> list[LoadedScenario]:
    """Load scenarios, or report what is wrong in any of them, each problem once.

    Raises
    ------
    InputError
        With the problems of all files.
    """
    loaded: list[LoadedScenario] = []
    problems: dict[Problem, None] = {}
    for name in names:
        try:
            loaded.append(load(name, settings))
        except InputError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise InputError(problems)
    return loaded


def _show_plan(loaded: Sequence[LoadedScenario], request: Request, out: Path) -> None:
    arms = [_arm(one) for one in loaded]
    runs = 2 * request.replications * len(arms)
    if request.as_json:
        plan = {"arms": arms, "replications": request.replications, "seed": request.seed, "runs": runs, "out": str(out)}
        console.write_json(plan)
        return
    rows = [[str(value) for value in arm.values()] for arm in arms]
    console.table("Would compare", ("scenario", "users", "days", "campaigns", "title"), rows, right=(1, 2))
    made_of = f"{len(arms)} scenarios x {request.replications} replications x with and without campaigns"
    console.say(f"{runs} runs: {made_of}")
    console.say(f"Seed {request.seed}; results in {out}")


def _arm(loaded: LoadedScenario) -> dict[str, Any]:
    scenario = loaded.scenario
    return {
        "name": scenario.name,
        "users": scenario.market.users,
        "days": scenario.market.days,
        "campaigns": ", ".join(brand.name for brand in scenario.brands if brand.campaign) or "none",
        "title": scenario.title,
    }


def _show(result: ComparisonResult) -> None:
    """What the campaigns added in each arm, and how the arms differ in that."""
    study = result.study
    summary = _market(result, "summary")
    arms = [arm.label for arm in study.arms]
    values = {(row["metric"], row["arm"]): row for row in summary}
    units = {row["metric"]: row["unit"] for row in summary}
    rows = [
        [metric, units[metric], *(interval(values.get((metric, arm))) for arm in arms)]
        for metric in SHOWN
        if metric in units
    ]
    note = f"{study.replications} replications, seed {study.seed}; mean [95 % interval]"
    right = range(2, 2 + len(arms))
    console.table(f"What the campaigns added ({note})", ("outcome", "unit", *arms), rows, right)
    differences = sorted(_market(result, "paired_differences"), key=lambda row: SHOWN.index(row["metric"]))
    pairs = [
        (row["metric"], f"{row['arm_a']} - {row['arm_b']}", amount(row["mean"]), _range(row), _told(row))
        for row in differences
    ]
    if pairs:
        columns = ("outcome", "difference", "mean", "95 % interval", "")
        console.table("Paired differences in what the campaigns added", columns, pairs, right=(2, 3))


def _market(result: ComparisonResult, name: str) -> list[dict[str, Any]]:
    table = result.tables[name]
    chosen = table[(table["kind"] == "effect") & (table["brand"] == "") & table["metric"].isin(SHOWN)]
    rows: list[dict[str, Any]] = chosen.to_dict("records")
    return rows


def _range(row: dict[str, Any]) -> str:
    known = row["low"] == row["low"]
    return f"{amount(row['low'])} to {amount(row['high'])}" if known else "one replication has none"


def _told(row: dict[str, Any]) -> str:
    return "separable" if bool(row["separable"]) else "not separable"


def _as_json(result: ComparisonResult, page: Path) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "study": str(result.folder.path),
        "report": str(page),
        "seed": result.study.seed,
        "replications": result.study.replications,
        "arms": [arm.label for arm in result.study.arms],
        "verdict": asdict(result.verdict),
        "summary": result.tables["summary"].to_dict("records"),
        "paired_differences": result.tables["paired_differences"].to_dict("records"),
    }
