"""A calibration's tables, and the fitted values as a scenario."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.ensemble.calibrate import Calibration, Trial
from simulator.ensemble.calibrate_study import Plan
from simulator.ensemble.places import named_steps, places, unit_of, value_at
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.variants import Variant
from simulator.scenario import library
from simulator.scenario.scalars import number

FITTED = "fitted"

DOCS = {
    "trials": TableDoc(
        "one row per trial",
        {
            "trial": ("-", "number, from 0"),
            "phase": ("-", "even: spread over the ranges; search: by the Parzen estimator; emulated: by the emulators"),
            "loss": ("-", "weighted sum of squared distances from the bands; inf if not measurable, missing if failed"),
            "passed": ("targets", "targets that lie in their bands"),
            "{parameter}": ("see study.json", "value of a parameter"),
            "{target} measured": ("see target", "mean over replications"),
            "{target} error": ("see target", "its standard error; missing for one replication"),
        },
    ),
    "posterior": TableDoc(
        "one row per setting drawn from what the targets leave",
        {
            "{parameter}": ("see study.json", "value of a parameter"),
            "{target} emulated": ("see target", "the emulator's mean"),
        },
    ),
    "parameters": TableDoc(
        "one row per parameter",
        {
            "parameter": ("-", "name in the study"),
            "path": ("-", "paths in the scenario"),
            "unit": ("-", "of the values"),
            "low": ("see unit", "lower end of the range"),
            "high": ("see unit", "upper end of the range"),
            "best": ("see unit", "in the trial of the smallest loss"),
            "posterior_low": ("see unit", "lower end of the posterior's 90 % interval"),
            "posterior_median": ("see unit", "median of the posterior"),
            "posterior_high": ("see unit", "upper end of the posterior's 90 % interval"),
            "width": ("share", "of that interval, over the width of 90 % of the range, on the parameter's scale"),
            "passing_low": ("see unit", "smallest value among trials that pass all bands"),
            "passing_high": ("see unit", "largest value among trials that pass all bands"),
        },
    ),
    "targets": TableDoc(
        "one row per target",
        {
            "target": ("-", "name"),
            "use": ("-", "fitted, or held out and judged afterwards"),
            "band_low": ("see target", "lower end of the band"),
            "band_high": ("see target", "upper end of the band"),
            "value": ("see target", "on the best setting and fresh luck"),
            "low": ("see target", "lower end of its 95 % interval"),
            "high": ("see target", "upper end of its 95 % interval"),
            "verdict": ("-", "pass: the interval lies in the band; fail: outside; inconclusive: across an edge"),
            "passing_low": ("see target", "5 % quantile among trials that pass all fitted bands"),
            "passing_high": ("see target", "95 % quantile among them"),
            "emulator_r2": ("share", "variance of the measure that its emulator predicts for trials left out"),
            "emulator_inside": ("share", "trials left out that fall within two of its standard deviations"),
        },
    ),
}


def trials_table(plan: Plan, trials: Sequence[Trial]) -> pd.DataFrame:
    """Every trial with its values and measures."""
    rows = []
    for one in trials:
        row: dict[str, Any] = {"trial": one.number, "phase": one.phase, "loss": one.loss, "passed": one.passed}
        row |= one.values
        for name, got in one.measures.items():
            row |= {f"{name} measured": got.value, f"{name} error": got.error}
        rows.append(row)
    return pd.DataFrame(rows)


def tables(found: Calibration) -> dict[str, pd.DataFrame]:
    """All tables of a calibration."""
    return {
        "trials": trials_table(found.plan, found.trials),
        "posterior": _posterior(found),
        "parameters": _parameters(found),
        "targets": _targets(found),
    }


def _posterior(found: Calibration) -> pd.DataFrame:
    factors, left = found.plan.factors, found.posterior
    columns: dict[str, Any] = {
        name: [one.at(float(share)) for share in left.points[:, d]] for d, (name, one) in enumerate(factors.items())
    }
    return pd.DataFrame(columns | {f"{name} emulated": values for name, values in left.predicted.items()})


def _parameters(found: Calibration) -> pd.DataFrame:
    rows = []
    unit = found.plan.fitted.unit
    for d, (name, one) in enumerate(found.plan.factors.items()):
        low, middle, high = found.posterior.interval(d)
        passing = [trial.values[name] for trial in found.passing]
        ends = (min(passing), max(passing)) if passing else (math.nan, math.nan)
        known = [math.nan if math.isnan(share) else one.at(share) for share in (low, middle, high)]
        own = (name, ", ".join(one.paths), unit(one.paths[0]), *one.bounds, found.best.values[name])
        rows.append((*own, *known, (high - low) / 0.9, *ends))
    return pd.DataFrame(rows, columns=list(DOCS["parameters"].columns))


def _targets(found: Calibration) -> pd.DataFrame:
    rows = []
    for one in found.judged:
        spread = pd.Series(found.predicted[one.name], dtype=float).quantile([0.05, 0.95]).tolist()
        made = found.posterior.emulators.get(one.name)
        trust = (math.nan, math.nan) if made is None else (made.loo_r2, made.loo_inside)
        rows.append((one.name, one.use, *one.band, one.value, one.low, one.high, one.verdict, *spread, *trust))
    return pd.DataFrame(rows, columns=list(DOCS["targets"].columns))


def overlay(found: Calibration, variant: Variant, folder: Path) -> str:
    """The best values as a scenario file that extends the one they were fitted on.

    Parameters
    ----------
    variant : the scenario.
    folder : where the file will stand.
    """
    spec = found.plan.file.spec
    best, total = found.best, len(spec.targets)
    lines = [
        f"# Fitted by the study {spec.name}: trial {best.number} of {spec.trials}, seed {spec.seed};",
        f"# it passes {best.passed} of {total} bands, and {len(found.passing)} trials pass all.",
        "# In brackets: the posterior's 90 % interval. Evidence tag of each value: fitted.",
    ]
    if spec.set:
        lines.append("# The study changed besides: " + ", ".join(variant.settings) + "; these are not repeated here.")
    lines += [f"extends: {_parent(variant, folder)}", f"name: {variant.base.name}_fitted"]
    tree: dict[str, Any] = {}
    own = [(d, name, one) for d, (name, one) in enumerate(found.plan.factors.items()) if variant.has(one)]
    for d, name, factor in own:
        loaded = variant.load(found.plan.factors, {name: best.values[name]})
        for path in places(loaded.resolved, factor):
            steps = named_steps(loaded.resolved, path)
            said = _said(found.posterior.interval(d), factor.at)
            unit = unit_of(loaded.resolved, path)
            _enter(
                tree,
                loaded.resolved,
                steps,
                f"{number(value_at(loaded.resolved, path))}  # {FITTED}{said} {unit}".rstrip(),
            )
    return "\n".join([*lines, *_block(tree, 0)]) + "\n"


def _parent(variant: Variant, folder: Path) -> str:
    source = variant.source.resolve()
    if source.is_relative_to(library.folder().resolve()):
        return source.stem
    return Path(os.path.relpath(source, folder.resolve())).as_posix()


def _said(interval: tuple[float, float, float], at: Any) -> str:
    low, _, high = interval
    return "" if math.isnan(low) else f" [{at(low):.4g}, {at(high):.4g}]"


class _Items(dict[str, Any]):
    """Blocks of a list by the name of each."""


def _enter(tree: dict[str, Any], resolved: Any, steps: Sequence[Any], text: str) -> None:
    """Put a line at the end of `steps`; a named item of a list becomes a block of `_Items`."""
    here, source = tree, resolved
    for step in steps[:-1]:
        source = _inner(source, step)
        here = here.setdefault(str(step), _Items() if isinstance(source, list) else {})
    here[str(steps[-1])] = text


def _inner(source: Any, step: Any) -> Any:
    if isinstance(source, list):
        return next(item for item in source if item.get("name") == step)
    return source[step]


def _block(tree: dict[str, Any], depth: int) -> list[str]:
    """A tree as lines of YAML."""
    pad, lines = "  " * depth, []
    for key, inner in tree.items():
        if isinstance(inner, str):
            lines.append(f"{pad}{key}: {inner}")
        elif isinstance(inner, _Items):
            lines.append(f"{pad}{key}:")
            for name, block in inner.items():
                lines += [f"{pad}  - name: {name}", *_block(block, depth + 2)]
        else:
            lines += [f"{pad}{key}:", *_block(inner, depth + 1)]
    return lines
