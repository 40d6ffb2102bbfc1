"""`simulator sensitivity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    import pandas as pd

    from simulator.ensemble.lab import Lab
    from simulator.ensemble.sensitivity import SensitivityStudy

HOW_TO_READ = {
    "sobol": "S1: share of the variance by the parameter alone. ST: with all its interactions; 0: can be fixed.",
    "morris": "mu_star: mean absolute change over the whole range. sigma near mu_star: curved, or interacting.",
}


def run(request: Request) -> None:
    """Say which parameters outcomes depend on."""
    from simulator.ensemble import sensitivity as method
    from simulator.ensemble.priors import varied
    from simulator.ensemble.sensitivity import DOCS, SensitivityStudy, design
    from simulator.ensemble.study_file import read_study
    from simulator.ensemble.sweep_study import listed_variants
    from simulator.metrics import METRICS

    read = read_study(request.study, SensitivityStudy, KINDS)
    file, variants = varied(
        read, "parameters", lambda asked: listed_variants(asked, asked.spec.parameters, "parameters", list(METRICS))
    )
    spec = file.spec
    points, _ = design(spec)
    runs = len(points) * len(variants.labels) * spec.replications * len({r for one in spec.outcomes for r in one.roles})
    study = Conduct(request, file, variants.arms("", {}), DOCS)
    if not study.begins(runs, f"Would make {runs} runs at {len(points)} settings"):
        return

    def work(lab: Lab, _: Any) -> Any:
        return method.analyse(spec, method.evaluated_by_runs(spec, variants, lab)), {}

    made = study.run(work)
    if not study.as_json({"indices": made["indices"]}):
        _show(spec, made["indices"])
        study.end()


def _show(spec: SensitivityStudy, table: pd.DataFrame) -> None:
    main = "ST" if spec.method == "sobol" else "mu_star"
    kinds = ("S1", "ST") if spec.method == "sobol" else ("mu_star", "mu", "sigma")
    for response, own in table.groupby("response", sort=False):
        parts = sorted(own["n"].unique())
        rows = {(r["parameter"], r["index"], r["n"]): r for r in own.to_dict("records")}
        ordered = sorted(spec.parameters, key=lambda name: -rows[name, main, parts[-1]]["value"])
        heads = ("parameter", *kinds, *(f"{main} at {part}" for part in parts[:-1]))
        shown = [
            [name, *(_value(rows[name, kind, parts[-1]]) for kind in kinds)]
            + [amount(rows[name, main, part]["value"]) for part in parts[:-1]]
            for name in ordered
        ]
        title = f"{response} ({spec.method}, {parts[-1]} samples; value +/- half of the 95 % interval)"
        console.table(title, heads, shown, right=range(1, len(heads)))
    console.say(HOW_TO_READ[spec.method])


def _value(row: dict[str, Any]) -> str:
    known = row["half_width"] == row["half_width"]
    return f"{amount(row['value'])} +/- {amount(row['half_width'])}" if known else amount(row["value"])
