"""`simulator convergence`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab

NAMES = {"sizes": "{:g} x users", "ticks": "ticks of {:g} min"}


def run(request: Request) -> None:
    """Run scenarios with more users and shorter ticks, and say from where on nothing changes."""
    from simulator.ensemble.convergence import DOCS, ConvergenceStudy, converge
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.sweep_study import listed_variants
    from simulator.metrics import METRICS

    file = read_study(request.study, ConvergenceStudy, KINDS)
    spec = file.spec
    variants = listed_variants(file, spec.factors, "", list(METRICS))
    points = spec.points()
    arms = [arm for point in points for arm in variants.arms(point.label, point.values)]
    runs = len(arms) * spec.replications * len({role for one in spec.outcomes for role in one.roles})
    study = Conduct(request, file, arms, DOCS)
    if not study.begins(runs, f"Would make {runs} runs of {len(points)} steps"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return converge(spec, variants, lab), {}

    made = study.run(work)
    if not study.as_json(made):
        _show(made["convergence"], spec.replications, spec.tolerance)
        study.end()


def _show(table: pd.DataFrame, replications: int, tolerance: float) -> None:
    rows = [
        (
            r["scenario"], r["outcome"], NAMES[r["varied"]].format(r["step"]), interval(r), amount(r["difference"]),
            f"{r['relative']:+.1%}", f"{r['p_holm']:.2g}", "yes" if r["settled"] else "no",
        )
        for r in table.to_dict("records")
    ]  # fmt: skip
    heads = ("scenario", "outcome", "step", "mean [95 % interval]", "from the last", "relative", "p, Holm", "settled")
    console.table(f"Steps against the last one ({replications} replications)", heads, rows, right=(3, 4, 5, 6))
    console.say(f"settled: the 95 % interval of the difference lies within {tolerance:.0%} of the last step's mean.")
