"""`simulator compare`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.progress import Progress
from simulator.errors import InputError, Problem
from simulator.model.memory import announce
from simulator.model.world import check_graph_files
from simulator.scenario.loader import LoadedScenario, load

if TYPE_CHECKING:
    from simulator.ensemble.compare import ComparisonResult

RESULTS = Path("results")
DEFAULT = ("marketplace", "private_circle", "public_feed")

HOW_TO_READ = (
    "contribution_rivals_yuan: brands without a campaign; below zero was taken from them.",
    "pulled_forward: bought in the run, due after its end; in neither contribution nor orders_due.",
)


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
    scheduler: str = ""


def run(request: Request) -> None:
    """Compare scenarios, write the report, and end by naming it."""
    loaded = load_all(request.scenarios or DEFAULT, request.settings)
    out = request.out or RESULTS
    _announce(loaded, request)
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
            scheduler=request.scheduler,
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


def _announce(loaded: Sequence[LoadedScenario], request: Request) -> None:
    """Say what the runs will take, and refuse what cannot fit or be read, before any is started."""
    jobs = min(request.jobs or os.cpu_count() or 1, 2 * request.replications * len(loaded))
    for one in loaded:
        check_graph_files(one.scenario)
    peak = max(announce(one.scenario, jobs).peak for one in loaded)
    console.note(f"Memory: up to {jobs} run{'s' if jobs > 1 else ''} at once, {peak / 1e9:.2g} GB each at the peak")


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
    """What the campaigns added in each arm, at which level and spend, and how the arms differ in that."""
    study = result.study
    arms = [arm.label for arm in study.arms]
    note = f"{study.replications} replications, seed {study.seed}; mean [95 % interval]"
    right = range(2, 2 + len(arms))
    effects = _rows(result, "effect")
    if effects:
        console.table(f"What the campaigns added ({note})", ("outcome", "unit", *arms), effects, right)
        for line in HOW_TO_READ:
            console.say(line)
    else:
        console.say("no campaign to measure: levels only")
    levels = _levels(result) if effects else _rows(result, "level")
    if levels:
        console.table(f"Levels and spend ({note})", ("of all brands", "unit", *arms), levels, right)
    kind = "effect" if effects else "level"
    pairs = [
        (row["metric"], f"{row['arm_a']} - {row['arm_b']}", amount(row["mean"]), _range(row), _told(row))
        for row in _market(result, "paired_differences", kind)
    ]
    if pairs:
        columns = ("outcome", "difference", "mean", "95 % interval", "after Holm")
        what = "Paired differences in what the campaigns added" if effects else "Paired differences in levels"
        console.table(what, columns, pairs, right=(2, 3))
    if effects:
        console.say(_horizon(result))


def _market(result: ComparisonResult, name: str, kind: str) -> list[dict[str, Any]]:
    """The rows of the outcomes that answer the question, for the whole market."""
    from simulator.output.dictionary import ANSWERS

    table = result.tables[name]
    chosen = table[(table["kind"] == kind) & (table["brand"] == "") & table["metric"].isin(ANSWERS)]
    rows: list[dict[str, Any]] = chosen.to_dict("records")
    return sorted(rows, key=lambda row: ANSWERS.index(row["metric"]))


def _rows(result: ComparisonResult, kind: str) -> list[list[str]]:
    """A row an outcome, a column an arm; an arm without a campaign has no effects."""
    found = _market(result, "summary", kind)
    values = {(row["metric"], row["arm"]): row for row in found}
    units = {row["metric"]: row["unit"] for row in found}
    arms = [arm.label for arm in result.study.arms]
    return [[metric, unit, *(interval(values.get((metric, arm))) for arm in arms)] for metric, unit in units.items()]


def _levels(result: ComparisonResult) -> list[list[str]]:
    """Contribution of all brands without and with campaigns, and what of the budgets was spent."""
    found = {
        (kind, row["metric"], row["arm"]): float(row["mean"])
        for kind in ("level", "effect")
        for row in _market(result, "summary", kind)
    }
    columns = []
    for arm in result.study.arms:
        level = found.get(("level", "contribution_yuan", arm.label))
        added = found.get(("effect", "contribution_yuan", arm.label), 0.0)
        spent = found.get(("level", "marketing_spend_yuan", arm.label))
        columns.append((None if level is None else level - added, level, _budget(arm.resolved), spent))
    names = ("contribution without campaigns", "contribution with campaigns", "marketing budget", "marketing spend")
    return [
        [name, "yuan", *map(amount, values)] for name, values in zip(names, zip(*columns, strict=True), strict=True)
    ]


def _budget(scenario: Mapping[str, Any]) -> float:
    plans = [brand.get("campaign") or {} for brand in scenario.get("brands", ())]
    return float(sum(plan.get("budget_yuan", 0.0) for plan in plans))


def _horizon(result: ComparisonResult) -> str:
    days = {f"{arm.resolved['market']['days']:g}" for arm in result.study.arms if "market" in arm.resolved}
    when = f"In {' or '.join(sorted(days))} days" if days else "In the run"
    return (
        f"{when}; contribution is of needs due in the run only. What a deal pulled forward from after the end is not "
        f"counted, so brand switching among those is not either: a lower bound."
    )


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
