"""`simulator attribution`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app import console
from simulator.app.amounts import amount, interval
from simulator.app.progress import Progress
from simulator.app.studies import KINDS, Request, announce, tell_failures

if TYPE_CHECKING:
    import pandas as pd

SHOWN = (
    "gross", "pulled_forward", "incremental", "new", "won", "lost", "ceded", "earlier", "other_outlet", "cannibalised",
    "added_sales_yuan", "spend_yuan", "roas",
)  # fmt: skip


def run(request: Request) -> None:
    """Say what campaigns truly did, need by need, and what naive methods would have said."""
    from simulator.ensemble.attribution_study import DOCS, AttributionStudy, attribute, attribution_variants
    from simulator.ensemble.lab import lab_in
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.study_output import StudyOutput

    file = read_study(request.study, AttributionStudy, KINDS)
    spec = file.spec
    variants = attribution_variants(file)
    arms = variants.arms("", {})
    out = request.folder("attribution", spec.name)
    runs = 2 * len(arms) * spec.replications
    announce(arms, request.jobs, runs)
    if request.dry_run:
        console.say(f"Would make {runs} runs; results in {out}")
        return
    output = StudyOutput(out, file)
    output.begin(arms)
    with (
        Progress("runs") as progress,
        lab_in(out, spec.seed, jobs=request.jobs, reuse=not request.force, progress=progress) as lab,
    ):
        made = attribute(spec, variants, lab)
    output.end(lab, made, DOCS, arms=arms)
    tell_failures(lab)
    if request.as_json:
        rows = {name: made[name].to_dict("records") for name in ("truth", "naive")}
        console.write_json({"study": str(out), **rows})
        return
    _show(made, spec.replications, out)


def _show(made: dict[str, pd.DataFrame], replications: int, out: Path) -> None:
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
    console.say(f"Tables: {out / 'tables'}")


def _bias(mean: float, low: float, high: float) -> str:
    if mean != mean:
        return "cannot be used here"
    return f"{amount(mean)} [{amount(low)}, {amount(high)}]" if low == low else amount(mean)
