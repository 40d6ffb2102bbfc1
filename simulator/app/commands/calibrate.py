"""`simulator calibrate`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    from simulator.ensemble.calibrate import Calibration
    from simulator.ensemble.calibrate_study import Plan
    from simulator.ensemble.lab import Lab
    from simulator.ensemble.study_output import StudyOutput


def run(request: Request) -> None:
    """Fit parameters to targets, judge what was held out, and write the fitted values as a scenario."""
    from simulator.app.pattern_targets import KnownPatterns
    from simulator.ensemble.calibrate_output import DOCS
    from simulator.ensemble.calibrate_study import CalibrateStudy, make_plan
    from simulator.ensemble.study_file import read_study
    from simulator.metrics import METRICS

    file = read_study(request.study, CalibrateStudy, KINDS)
    plan = make_plan(file, KnownPatterns(request.data), list(METRICS))
    study = Conduct(request, file, plan.fitted.arms("", {}), DOCS)
    runs = file.spec.trials * plan.runs()
    if not study.begins(runs, f"Would make {runs} runs of {file.spec.trials} trials"):
        return
    found, overlays = _fit(plan, study)
    if request.as_json:
        console.write_json(_as_json(found, study.out, overlays))
        return
    _show(found)
    for path in overlays:
        console.say(f"Fitted scenario: {path}")
    study.end()


def _fit(plan: Plan, study: Conduct) -> tuple[Calibration, list[Path]]:
    from simulator.ensemble.calibrate import calibrate
    from simulator.ensemble.calibrate_output import DOCS, overlay, tables, trials_table
    from simulator.output.files import replace_file

    fits: list[Calibration] = []

    def work(lab: Lab, output: StudyOutput) -> Any:
        fits.append(
            calibrate(plan, lab, lambda trials: output.write_tables({"trials": trials_table(plan, trials)}, DOCS))
        )
        return tables(fits[0]), _summary(fits[0])

    study.run(work)
    overlays = []
    for variant in plan.fitted.each:
        overlays.append(study.out / f"{variant.label}_fitted.yaml")
        replace_file(overlays[-1], overlay(fits[0], variant, study.out))
    return fits[0], overlays


def _summary(found: Calibration) -> dict[str, Any]:
    return {
        "best": {"trial": found.best.number, "loss": found.best.loss, "values": found.best.values},
        "passing": len(found.passing),
        "trials": len(found.trials),
        "effective_settings": found.posterior.effective,
        "judged": [{"target": one.name, "use": one.use, "verdict": one.verdict} for one in found.judged],
    }


def _show(found: Calibration) -> None:
    from simulator.ensemble.calibrate_output import tables

    made = tables(found)
    spec = found.plan.file.spec
    columns = ("parameter", "unit", "range", "best", "posterior, 90 %", "of the prior", "trials that pass")
    rows = [_parameter(row) for row in made["parameters"].to_dict("records")]
    console.table(f"Fitted by {len(found.trials)} trials, seed {spec.seed}", columns, rows, right=(2, 3, 4, 5, 6))
    judged = [
        (one.name, one.use, _band(*one.band), amount(one.value), _range(one.low, one.high), one.verdict)
        for one in found.judged
    ]
    heads = ("target", "use", "band", "value", "95 % interval", "verdict")
    title = f"The best setting (trial {found.best.number}) on {spec.check} fresh worlds"
    console.table(title, heads, judged, right=(2, 3, 4))
    console.say(f"Equifinality: {len(found.passing)} of {len(found.trials)} trials pass all {len(spec.targets)} bands.")
    for line in _doubts(found):
        console.note(f"note: {line}", "yellow")


def _parameter(row: Mapping[str, Any]) -> tuple[str, ...]:
    posterior = _range(row["posterior_low"], row["posterior_high"])
    width = "" if _unknown(row["width"]) else f"{row['width']:.0%}"
    passing = _range(row["passing_low"], row["passing_high"])
    return (
        row["parameter"],
        row["unit"],
        _band(row["low"], row["high"]),
        _short(row["best"]),
        posterior,
        width,
        passing,
    )


def _doubts(found: Calibration) -> list[str]:
    """What should keep a reader from trusting the posterior."""
    from simulator.ensemble.posterior import ENOUGH, LIKELY

    lines, left = [], found.posterior
    for name, made in left.emulators.items():
        if made is None:
            lines.append(f"no posterior from {name}: too few trials, or it never moves")
        elif name in left.missed:
            lines.append(f"no setting is likely to bring {name} into its band; left out of the posterior")
        elif made.loo_r2 < 0.5:
            known = max(made.loo_r2, 0.0)
            lines.append(f"the emulator of {name} predicts {known:.0%} of its variance: more replications or trials")
    if left.effective and left.met < LIKELY:
        lines.append(f"no setting is likely to meet the other bands together (at best with probability {left.met:.2g})")
    if 0 < left.effective < ENOUGH:
        lines.append(f"the posterior rests on {left.effective:.0f} settings: the bands are narrow for these ranges")
    return lines


def _short(value: float) -> str:
    return f"{value:.4g}"


def _band(low: float, high: float) -> str:
    return f"{_short(low)} to {_short(high)}"


def _unknown(value: float) -> bool:
    return math.isnan(value)


def _range(low: float, high: float) -> str:
    return "" if _unknown(low) else _band(low, high)


def _as_json(found: Calibration, out: Path, overlays: list[Path]) -> dict[str, Any]:
    from simulator.ensemble.calibrate_output import tables

    made = tables(found)
    return {
        "study": str(out),
        **_summary(found),
        "parameters": made["parameters"].to_dict("records"),
        "targets": made["targets"].to_dict("records"),
        "scenarios": [str(path) for path in overlays],
    }
