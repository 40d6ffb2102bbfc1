"""`simulator seed`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab


def run(request: Request) -> None:
    """Choose seeds under a budget in several ways, and try them on fresh luck."""
    from simulator.ensemble.seed_study import SeedStudy, seed_variants
    from simulator.ensemble.seeding import DOCS, seeding
    from simulator.ensemble.study_file import read_study
    from simulator.metrics import METRICS

    file = read_study(request.study, SeedStudy, KINDS)
    spec = file.spec
    variants = seed_variants(file, list(METRICS))
    (arm,) = variants.arms("", {})
    study = Conduct(request, file, [arm], DOCS)
    runs = (len(spec.strategies) + 1) * spec.replications * spec.chances if spec.market else 0
    if not study.begins(runs, f"Would make {runs} runs of seeds chosen in {spec.replications} worlds"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return seeding(spec, arm, lab), {}

    made = study.run(work)
    if not study.as_json({name: made[name] for name in ("strategies", "against")}):
        _show(made, spec.replications)
        study.end()


def _show(made: dict[str, pd.DataFrame], worlds: int) -> None:
    rows = [
        (r["outcome"], r["strategy"], f"{r['seeds']:.0f}", amount(r["cost_yuan"]), interval(r))
        for r in made["strategies"].to_dict("records")
    ]
    heads = ("outcome", "strategy", "seeds", "yuan", "mean [95 % interval]")
    console.table(f"Seeds chosen and tried in {worlds} worlds, on luck the choice had not seen", heads, rows, (2, 3, 4))
    pairs = [
        (
            r["outcome"], f"{r['a']} - {r['b']}", amount(r["difference"]),
            f"{amount(r['low'])} to {amount(r['high'])}", f"{r['p_holm']:.2g}",
        )
        for r in made["against"].to_dict("records")
    ]  # fmt: skip
    console.table("World by world", ("outcome", "difference", "mean", "95 % interval", "p, Holm"), pairs, (2, 3, 4))
