"""`simulator decompose`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.decompose import Shares
    from simulator.ensemble.decompose_study import Plan
    from simulator.ensemble.lab import Lab

PAIRS = 8
"""So many interactions are shown, the largest first."""


def run(request: Request) -> None:
    """Share the difference between two scenarios out among what differs between them."""
    from simulator.ensemble.decompose import DOCS, decompose, tables
    from simulator.ensemble.decompose_study import DecomposeStudy, make_plan
    from simulator.ensemble.study_file import read_study
    from simulator.metrics import METRICS

    plan = make_plan(read_study(request.study, DecomposeStudy, KINDS), list(METRICS))
    study = Conduct(request, plan.file, [plan.arm(0), plan.arm(plan.order.everyone)], DOCS)
    _say_plan(plan)
    if not study.begins(plan.runs, f"Would make {'' if plan.whole else 'up to '}{plan.runs} runs"):
        return
    found: list[Shares] = []

    def work(lab: Lab, _: Any) -> Any:
        found.append(decompose(plan, lab))
        return tables(plan, found[0]), {"exact": found[0].exact, "replications": list(found[0].replications)}

    made = study.run(work)
    own = {name: table for name, table in made.items() if name != "coalitions"}
    if not study.as_json(own, exact=found[0].exact, replications=len(found[0].replications)):
        _show(plan, found[0], made)
        study.end()


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


def _show(plan: Plan, found: Shares, made: dict[str, pd.DataFrame]) -> None:
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
