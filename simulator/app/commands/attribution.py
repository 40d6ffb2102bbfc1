"""`simulator attribution`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab

SHOWN = (
    "gross", "pulled_forward", "incremental", "new", "won", "lost", "ceded", "earlier", "other_outlet", "cannibalised",
    "added_sales_yuan", "spend_yuan", "roas",
)  # fmt: skip


def run(request: Request) -> None:
    """Say what campaigns truly did, need by need, and what naive methods would have said."""
    from simulator.ensemble.attribution_study import DOCS, AttributionStudy, attribute, attribution_variants
    from simulator.ensemble.study_file import read_study

    file = read_study(request.study, AttributionStudy, KINDS)
    spec = file.spec
    variants = attribution_variants(file)
    arms = variants.arms("", {})
    study = Conduct(request, file, arms, DOCS)
    runs = 2 * len(arms) * spec.replications
    if not study.begins(runs, f"Would make {runs} runs"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return attribute(spec, variants, lab), {}

    made = study.run(work)
    if not study.as_json({name: made[name] for name in ("truth", "naive")}):
        _show(made, spec.replications)
        study.end()


def _show(made: dict[str, pd.DataFrame], replications: int) -> None:
    truth = {(r["scenario"], r["brand"], r["measure"]): r for r in made["truth"].to_dict("records")}
    columns = list(dict.fromkeys((scenario, brand) for scenario, brand, _ in truth))
    heads = [f"{scenario}: {brand}" for scenario, brand in columns]
    console.say(f"What campaigns did, need by need ({replications} replications; mean [95 % interval])", "bold")
    rows = [[name, *(interval(truth.get((*column, name))) for column in columns)] for name in SHOWN]
    console.table("", ("", *heads), rows, right=range(1, 1 + len(heads)))
    console.say(
        "gross = incremental + pulled_forward; incremental = new + won - lost - ceded. roas: added sales a yuan spent."
    )
    console.say("What methods that see one world would have said, and their bias against incremental", "bold")
    shown = [
        (f"{r['scenario']}: {r['brand']}", r["method"], interval(r), _bias(r["bias"], r["bias_low"], r["bias_high"]))
        for r in made["naive"].to_dict("records")
    ]
    console.table("", ("campaign", "method", "orders", "bias"), shown, right=(2, 3))


def _bias(mean: float, low: float, high: float) -> str:
    if mean != mean:
        return "cannot be used here"
    return f"{amount(mean)} [{amount(low)}, {amount(high)}]" if low == low else amount(mean)
