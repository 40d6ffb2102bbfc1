"""`simulator sweep`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, MOST_ROWS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab
    from simulator.ensemble.sweep import Sweep


DRIVERS = 3
"""So many factors that decide who is ahead are named."""


def run(request: Request) -> None:
    """Run scenarios at many settings and compare them at each."""
    from simulator.ensemble.priors import varied
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.sweep import DOCS, sweep, tables
    from simulator.ensemble.sweep_study import SweepStudy, sweep_variants
    from simulator.metrics import METRICS

    read = read_study(request.study, SweepStudy, KINDS)
    file, variants = varied(read, "factors", lambda asked: sweep_variants(asked, list(METRICS)))
    spec = file.spec
    chosen = spec.points_of()
    arms = [arm for point in chosen for arm in variants.arms(point.label, point.values)]
    runs = len(arms) * spec.replications * len({role for one in spec.outcomes for role in one.roles})
    study = Conduct(request, file, arms, DOCS)
    at_least = "at least " if spec.stop else ""
    if not study.begins(runs, f"Would make {at_least}{runs} runs at {len(chosen)} settings"):
        return
    found: list[Sweep] = []

    def work(lab: Lab, _: Any) -> Any:
        found.append(sweep(spec, variants, lab))
        return tables(found[0]), {"replications": found[0].replications, "reached": found[0].reached}

    made = study.run(work)
    own = {name: table for name, table in made.items() if name != "responses"}
    if not study.as_json(own, replications=found[0].replications, reached=found[0].reached):
        _show(found[0], made)
        study.end()


def _show(found: Sweep, made: dict[str, pd.DataFrame]) -> None:
    note = f"{found.replications} replications, seed {found.spec.seed}; mean [95 % interval]"
    summary = {(r["point"], r["scenario"], r["outcome"]): r for r in made["summary"].to_dict("records")}
    outcomes = [one.label for one in found.spec.outcomes]
    rows = [
        [point.label or "as they are", label, *(interval(summary.get((point.label, label, one))) for one in outcomes)]
        for point in found.points[:MOST_ROWS]
        for label in found.labels
    ]
    _table(f"Outcomes ({note})", ("setting", "scenario", *outcomes), rows, len(found.points))
    differing = made["differences"].to_dict("records")
    shown = [_difference(row) for row in differing[:MOST_ROWS]]
    heads = ("outcome", "difference", "mean", "95 % interval", "p, Holm", "pairing", "needed")
    if shown:
        console.table("Paired differences", heads, shown, right=(2, 3, 4, 5, 6))
        console.say("pairing: variance if unpaired over variance as paired. needed: replications for power 0.8.")
    for row in made["beats"].to_dict("records") if "beats" in made else ():
        console.say(_beats(row))
        if "drivers" in made:
            console.say(f"    most decided by {_drivers(made['drivers'], row)}")
    if found.reached is not None and found.spec.stop is not None:
        met = "reached" if found.reached else "not reached"
        console.say(f"Half-width {found.spec.stop.half_width:g} {met} after {found.replications} replications")


def _beats(row: dict[str, Any]) -> str:
    """How often one scenario is ahead of another."""
    ends = f"[{row['low']:.0%}, {row['high']:.0%}]"
    text = f"{row['outcome']}: {row['a']} ahead of {row['b']} at {row['share']:.0%} {ends} of {row['points']} settings"
    if row["probability"] != row["probability"]:
        return text
    ends = f"[{row['probability_low']:.0%}, {row['probability_high']:.0%}]"
    clear = f"clearly ahead at {row['ahead']:.0%}, behind at {row['behind']:.0%}"
    return f"{text}; probability to be expected ahead {row['probability']:.0%} {ends}, {clear}"


def _drivers(table: pd.DataFrame, row: dict[str, Any]) -> str:
    """The factors that go most with who is ahead."""
    own = table[(table["a"] == row["a"]) & (table["b"] == row["b"]) & (table["outcome"] == row["outcome"])]
    known = own[own["correlation"].notna()].sort_values("correlation", key=abs, ascending=False)
    told = [f"{one['factor']} ({one['correlation']:+.2f}, p {one['p_holm']:.2g})" for one in known.to_dict("records")]
    return ", ".join(told[:DRIVERS]) or "nothing that varies"


def _table(title: str, heads: tuple[str, ...], rows: list[list[str]], total: int) -> None:
    console.table(title, heads, rows, right=range(2, len(heads)))
    if total > MOST_ROWS:
        console.say(f"... and {total - MOST_ROWS} settings more, in the tables")


def _difference(row: dict[str, Any]) -> tuple[str, ...]:
    where = f" at {row['point']}" if row["point"] else ""
    known = row["low"] == row["low"]
    ends = f"{amount(row['low'])} to {amount(row['high'])}" if known else "one replication has none"
    holm = f"{row['p_holm']:.2g}" if known else ""
    pairing = amount(row["variance_reduction"]) if abs(row["variance_reduction"]) != float("inf") else "exact"
    more = (
        "" if row["needed"] != row["needed"] else "never" if row["needed"] == float("inf") else f"{row['needed']:.0f}"
    )
    name = f"{row['a']} - {row['b']}{where}"
    return row["outcome"], name, amount(row["mean"]), ends, holm, pairing, more
