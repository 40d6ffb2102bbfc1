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
    "direct", "spill_over", "unpersuaded", "by_influence", "messages", "added_sales_yuan", "spend_yuan", "roas",
    "marginal_roas",
)  # fmt: skip
NAMES = {"users": "A/B test", "clusters": "cluster test", "regions": "geo test", "days": "switchback"}


def run(request: Request) -> None:
    """Say what campaigns truly did, need by need, and what naive methods would have said."""
    from simulator.ensemble.attribute import DOCS, attribute
    from simulator.ensemble.attribution_study import AttributionStudy, attribution_variants, worlds_of
    from simulator.ensemble.study_file import read_study

    file = read_study(request.study, AttributionStudy, KINDS)
    spec = file.spec
    each = worlds_of(spec, attribution_variants(file))
    study = Conduct(request, file, [arm for one in each for arm in one.arms.values()], DOCS)
    runs = sum(one.runs for one in each) * spec.replications
    if not study.begins(runs, f"Would make {runs} runs"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return attribute(spec, each, lab), {}

    made = study.run(work)
    if not study.as_json({name: made[name] for name in ("truth", "naive", "contagion")}):
        _show(made, spec.replications)
        study.end()


def _show(made: dict[str, pd.DataFrame], replications: int) -> None:
    truth = {(r["scenario"], r["brand"], r["measure"]): r for r in made["truth"].to_dict("records")}
    columns = list(dict.fromkeys((scenario, brand) for scenario, brand, _ in truth))
    heads = [f"{scenario}: {brand}" for scenario, brand in columns]
    console.say(f"What campaigns did, need by need ({replications} replications; mean [95 % interval])", "bold")
    known = {measure for _, _, measure in truth}
    rows = [[name, *(interval(truth.get((*column, name))) for column in columns)] for name in SHOWN if name in known]
    console.table("", ("", *heads), rows, right=range(1, 1 + len(heads)))
    for line in HOW_TO_READ:
        console.say(line)
    console.say("What methods that see one run would have said, and their bias", "bold")
    shown = [
        (
            f"{r['scenario']}: {r['brand']}", NAMES.get(r["method"], r["method"]), interval(r), r["against"],
            _bias(r["bias"], r["bias_low"], r["bias_high"]),
        )
        for r in made["naive"].to_dict("records")
    ]  # fmt: skip
    console.table("", ("campaign", "method", "orders", "against", "bias"), shown, right=(2, 4))
    talk = made["contagion"]
    if len(talk):
        console.say(
            "Influence against homophily: orders of the second half credited to ties who bought earlier", "bold"
        )
        wide = {(r["scenario"], r["brand"], r["measure"]): interval(r) for r in talk.to_dict("records")}
        pairs = list(dict.fromkeys((scenario, brand) for scenario, brand, _ in wide))
        measures = ("naive", "likeness", "causal")
        rows = [[f"{a}: {b}", *(wide.get((a, b, measure), "") for measure in measures)] for a, b in pairs]
        heads = ["campaign", "naive", "naive where nobody talks", "true effect of talk"]
        console.table("", heads, rows, right=(1, 2, 3))


HOW_TO_READ = (
    "gross = incremental + pulled_forward; incremental = new + won - lost - ceded = direct + spill_over.",
    "direct: nobody passes anything on. messages: gross orders due to ads and posts, the deal being there anyway.",
    "roas: added sales a yuan spent; marginal_roas: of the last yuan.",
)


def _bias(mean: float, low: float, high: float) -> str:
    if mean != mean:
        return "cannot be used here"
    return f"{amount(mean)} [{amount(low)}, {amount(high)}]" if low == low else amount(mean)
