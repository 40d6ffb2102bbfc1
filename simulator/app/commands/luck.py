"""`simulator luck`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, Conduct, Request, rows_shown

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab


def run(request: Request) -> None:
    """Run one plan in many worlds, and say what of its outcomes is luck."""
    from simulator.ensemble.luck import DOCS, luck
    from simulator.ensemble.luck_study import LuckStudy, luck_variants
    from simulator.ensemble.study_file import read_study
    from simulator.metrics import METRICS

    file = read_study(request.study, LuckStudy, KINDS)
    spec = file.spec
    variants = luck_variants(file, list(METRICS))
    points = spec.points()
    runs = len(points) * len(variants.labels) * len({role for one in spec.measured for role in one.roles})
    study = Conduct(request, file, variants.arms("", {}), DOCS)
    if not study.begins(runs, f"Would make {runs} runs in {len(points)} worlds"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return luck(spec, variants, lab), {}

    made = study.run(work)
    if not study.as_json({name: table for name, table in made.items() if name != "worlds"}):
        _show(made)
        study.end()


def _show(made: dict[str, pd.DataFrame]) -> None:
    shares = made["shares"].to_dict("records")
    rows = [(r["scenario"], r["outcome"], r["part"], _share(r, "first"), _share(r, "total")) for r in shares]
    heads: tuple[str, ...] = ("scenario", "outcome", "luck", "alone [95 % interval]", "with others")
    rows_shown("Whose luck it is: shares of the variance between worlds", heads, rows, right=(3, 4))
    spread = [
        (r["scenario"], r["outcome"], interval(r), amount(r["sd"]), *(amount(r[q]) for q in ("q05", "q50", "q95")))
        for r in made["quantiles"].to_dict("records")
    ]
    heads = ("scenario", "outcome", "mean [95 % interval]", "sd", "5 %", "50 %", "95 %")
    rows_shown(f"One world is one draw ({made['quantiles']['n'].iloc[0]} worlds)", heads, spread, right=range(2, 7))
    for r in made["rivals"].to_dict("records"):
        ends = f"[{r['low']:.0%}, {r['high']:.0%}]"
        console.say(
            f"{r['scenario']}: {r['worse']}, the worse one, has more {r['metric']} than {r['better']} in "
            f"{r['worse_wins']:.0%} {ends} of worlds"
        )
    saved = [
        (
            f"{r['a']} - {r['b']}", r["outcome"], amount(r["difference"]), amount(r["variance_reduction"]),
            _many(r["needed"]), _many(r["needed_unpaired"]),
        )
        for r in made["comparisons"].to_dict("records")
    ]  # fmt: skip
    heads = ("comparison", "outcome", "difference", "variance saved", "worlds needed", "unless shared")
    rows_shown("How many worlds it takes to tell a difference", heads, saved, right=(2, 3, 4, 5))


def _share(row: dict[str, Any], name: str) -> str:
    if row[name] != row[name]:
        return "nothing varies"
    return f"{row[name]:.0%} [{row[f'{name}_low']:.0%}, {row[f'{name}_high']:.0%}]"


def _many(value: float) -> str:
    return "" if value != value else "never" if value == float("inf") else f"{value:,.0f}"
