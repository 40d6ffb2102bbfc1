"""`simulator decompose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.progress import Progress
from simulator.app.studies import KINDS, Request, announce, tell_failures

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.decompose import Shares
    from simulator.ensemble.decompose_study import Plan

PAIRS = 8
"""So many interactions are shown, the largest first."""


def run(request: Request) -> None:
    """Share the difference between two scenarios out among what differs between them."""
    from simulator.ensemble.decompose import DOCS, decompose, tables
    from simulator.ensemble.decompose_study import DecomposeStudy, make_plan
    from simulator.ensemble.lab import lab_in
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.study_output import StudyOutput
    from simulator.metrics import METRICS

    plan = make_plan(read_study(request.study, DecomposeStudy, KINDS), list(METRICS))
    spec = plan.file.spec
    out = request.folder("decompose", spec.name)
    arms = [plan.arm(0), plan.arm(plan.order.everyone)]
    announce(arms, request.jobs, 2)
    _say_plan(plan)
    if request.dry_run:
        console.say(f"Results in {out}")
        return
    output = StudyOutput(out, plan.file)
    output.begin(arms)
    with (
        Progress("runs") as progress,
        lab_in(out, spec.seed, jobs=request.jobs, reuse=not request.force, progress=progress) as lab,
    ):
        found = decompose(plan, lab)
    made = tables(plan, found)
    output.end(lab, made, DOCS, arms=arms, result={"exact": found.exact, "replications": list(found.replications)})
    tell_failures(lab)
    if request.as_json:
        rows = {name: table.to_dict("records") for name, table in made.items() if name != "coalitions"}
        console.write_json({"study": str(out), "exact": found.exact, "replications": len(found.replications), **rows})
        return
    _show(plan, found, made, out)


def _say_plan(plan: Plan) -> None:
    spec = plan.file.spec
    whole = len(plan.players) <= spec.exact
    a, b = plan.variants.labels
    how = (
        f"all {len(plan.order.coalitions)} coalitions that can form" if whole else f"{spec.orders} orders a replication"
    )
    console.note(f"From {a} to {b}: {len(plan.players)} players, {how}, {spec.replications} replications")
    for i, name in enumerate(plan.players):
        needs = [other for j, other in enumerate(plan.players) if plan.order.before[i] >> j & 1]
        if needs:
            console.note(f"{name} joins after {', '.join(needs)}")
    for name, end in spec.held.items():
        console.note(f"{name} stays as in {a if end == 'from' else b}")


def _show(plan: Plan, found: Shares, made: dict[str, pd.DataFrame], out: Path) -> None:
    a, b = plan.variants.labels
    values = made["values"].to_dict("records")
    for outcome in dict.fromkeys(row["outcome"] for row in values):
        own = {(row["player"], row["value"]): row for row in values if row["outcome"] == outcome}
        ordered = sorted(found.names, key=lambda name: -abs(own[name, "shapley"]["mean"]))
        kinds = ("shapley", "first in", "last in")
        rows = [[name, *(interval(own[name, kind]) for kind in kinds)] for name in ordered]
        rows.append(["all together", interval(own["all together", "shapley"]), "", ""])
        console.say(
            f"{outcome}: from {a} to {b} ({len(found.replications)} replications; mean [95 % interval])", "bold"
        )
        console.table("", ("player", *kinds), rows, right=(1, 2, 3))
        console.say(_sum(own, found.names))
        pairs = [row for row in made["interactions"].to_dict("records") if row["outcome"] == outcome]
        _interactions(pairs)
    console.say(f"Tables: {out / 'tables'}")


def _sum(own: dict[tuple[str, str], dict[str, Any]], names: tuple[str, ...]) -> str:
    total, whole = sum(own[name, "shapley"]["mean"] for name in names), own["all together", "shapley"]["mean"]
    return f"Shapley values add up to {amount(total)}; the scenarios differ by {amount(whole)}."


def _interactions(pairs: list[dict[str, Any]]) -> None:
    known = [row for row in pairs if row["mean"] == row["mean"]]
    shown = sorted(known, key=lambda row: -abs(row["mean"]))[:PAIRS]
    if shown:
        rows = [(f"{row['a']} x {row['b']}", interval(row)) for row in shown]
        console.table(
            f"Largest interactions, {len(shown)} of {len(known)}", ("pair", "together over alone"), rows, right=(1,)
        )
