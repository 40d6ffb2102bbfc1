"""Which parameters an outcome depends on: Morris screening and Sobol indices, with their convergence.

Morris 1991 and Campolongo et al. 2007; Sobol 2001, Saltelli et al. 2010; computed by SALib. Settings are shares of the
parameters' ranges on their scales, so an elementary effect is the outcome's change over the whole of a range.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import pandas as pd

from simulator.ensemble.designs import Point, sampled
from simulator.ensemble.lab import Lab
from simulator.ensemble.responses import ManyArms, respond
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import Factor, PriorsStudy, Texts, setting, without_range, wrong
from simulator.ensemble.sweep_study import Outcomes
from simulator.errors import InputError, Problem
from simulator.types import Array

Evaluate = Callable[[Sequence[Point]], Mapping[str, Array]]
"""Settings -> float64[settings] of each response by name; nan where it could not be measured."""

SHARES = (0.25, 0.5, 1.0)
"""Of the sample, at which indices are computed to show whether they have settled."""

LEVELS = 4
"""Of a Morris trajectory, as Morris has it."""

_KINDS = {
    "sobol": {"S1": "S1_conf", "ST": "ST_conf"},
    "morris": {"mu_star": "mu_star_conf", "mu": "", "sigma": ""},
}
"""The indices of each method, and under which name SALib gives their half-widths."""

DOCS = {
    "indices": TableDoc(
        "one row per response, parameter, index and part of the sample",
        {
            "response": ("-", "scenario and outcome, or the difference of two scenarios"),
            "parameter": ("-", "name in the study"),
            "index": (
                "-",
                "S1: share of the variance by the parameter alone; ST: with all its interactions; mu_star, mu, sigma: "
                "mean absolute, mean and deviation of its elementary effects over the whole range",
            ),
            "value": ("share, or the metric's unit", "of the index"),
            "half_width": ("as value", "of its 95 % interval (bootstrap); missing for mu and sigma"),
            "n": ("-", "base samples (Sobol) or trajectories (Morris) behind it"),
        },
    ),
    "responses": TableDoc(
        "one row per setting that was run",
        {
            "point": ("-", "setting"),
            "{parameter}": ("see study.json", "value of a parameter"),
            "{response}": ("see metric", "mean over replications"),
        },
    ),
}


class SensitivityStudy(PriorsStudy):
    """How outcomes depend on parameters over their ranges."""

    kind: Literal["sensitivity"] = setting("sensitivity", doc="what is done")
    scenarios: Texts = setting(doc="one scenario, or two whose difference is looked at, too")
    method: Literal["morris", "sobol"] = setting("morris", doc="screening by few runs, or shares of variance by many")
    samples: int = setting(16, doc="trajectories (Morris) or base samples (Sobol, a power of two)", low=4, high=2**20)
    parameters: dict[str, Factor] = setting({}, doc="what is varied, with the range of each")
    outcomes: Outcomes = setting(doc="what is read off the runs")
    replications: int = setting(2, doc="worlds, the same at all settings", unit="runs", low=1, high=10_000)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not 1 <= len(self.scenarios) <= 2:
            yield wrong("scenarios", f"there are {len(self.scenarios)}", "one or two")
        if len(self.parameters) < 2 and not self.priors:
            yield wrong("parameters", f"there are {len(self.parameters)}", "at least two, each with a range, or priors")
        yield from without_range("parameters", self.parameters)
        if not self.outcomes:
            yield wrong("outcomes", "is empty", "at least one outcome, such as {metric: orders}")
        if self.method == "sobol" and self.samples & (self.samples - 1):
            near = 2 ** round(math.log2(self.samples))
            yield wrong("samples", f"{self.samples} is no power of two, which Sobol sequences need", f"such as {near}")

    @property
    def block(self) -> int:
        """Settings that a base sample or trajectory takes."""
        return len(self.parameters) + (2 if self.method == "sobol" else 1)


def analyse(spec: SensitivityStudy, evaluate: Evaluate) -> dict[str, pd.DataFrame]:
    """Sample the ranges, evaluate, and compute the indices on growing parts of the sample.

    Raises
    ------
    InputError
        If SALib is not installed, or too little could be measured.
    """
    points, shares = design(spec)
    responses = evaluate(points)
    rows: list[tuple[Any, ...]] = []
    for name, values in responses.items():
        x, y, n = _whole_blocks(spec, shares, np.asarray(values, dtype=np.float64))
        if n < 2:
            raise InputError(f"{name}: fewer than two whole blocks of settings could be measured")
        for share in SHARES:
            used = _part(spec, n, share)
            rows += [(name, *row, used) for row in _indices(spec, x[: used * spec.block], y[: used * spec.block])]
    table = pd.DataFrame(rows, columns=list(DOCS["indices"].columns)).drop_duplicates(
        ["response", "parameter", "index", "n"], ignore_index=True
    )
    values_by = {key: [point.values[key] for point in points] for key in spec.parameters}
    settings = {"point": [point.label for point in points], **values_by, **responses}
    return {"indices": table, "responses": pd.DataFrame(settings)}


def design(spec: SensitivityStudy) -> tuple[list[Point], Array]:
    """The settings, and float64[settings, d] their shares of the ranges."""
    problem, salib = _problem(spec), _salib()
    with _quiet():
        if spec.method == "sobol":
            shares = salib.sample.sobol.sample(problem, spec.samples, calc_second_order=False, seed=spec.seed % 2**32)
        else:
            shares = salib.sample.morris.sample(problem, spec.samples, num_levels=LEVELS, seed=spec.seed % 2**32)
    return sampled(spec.parameters, np.asarray(shares)), np.asarray(shares)


def evaluated_by_runs(spec: SensitivityStudy, scenarios: ManyArms, lab: Lab) -> Evaluate:
    """Evaluate settings by running scenarios: means over replications, all settings on the same luck."""

    def evaluate(points: Sequence[Point]) -> Mapping[str, Array]:
        roles = len({role for one in spec.outcomes for role in one.roles})
        lab.expected = len(points) * len(scenarios.labels) * roles * spec.replications
        table = respond(lab, scenarios, points, spec.outcomes, range(spec.replications))
        means = table.groupby(["scenario", "outcome", "point"])["value"].agg(["mean", "count"])
        means.loc[means["count"] < spec.replications, "mean"] = math.nan
        found: dict[str, Array] = {}
        for outcome in (one.label for one in spec.outcomes):
            own = [
                means["mean"].reindex([(label, outcome, point.label) for point in points]).to_numpy()
                for label in scenarios.labels
            ]
            found |= {f"{label}: {outcome}": values for label, values in zip(scenarios.labels, own, strict=True)}
            if len(own) == 2:
                found[f"{' - '.join(scenarios.labels)}: {outcome}"] = own[0] - own[1]
        return found

    return evaluate


def _whole_blocks(spec: SensitivityStudy, shares: Array, values: Array) -> tuple[Array, Array, int]:
    """The blocks of settings that were all measured; a block with a gap is of no use."""
    blocks = values.reshape(-1, spec.block)
    whole = np.isfinite(blocks).all(axis=1)
    x = shares.reshape(len(blocks), spec.block, -1)[whole]
    return x.reshape(-1, shares.shape[1]), blocks[whole].ravel(), int(whole.sum())


def _part(spec: SensitivityStudy, n: int, share: float) -> int:
    used = max(2, round(n * share))
    return used if spec.method == "morris" or share == 1 else 2 ** int(math.log2(used))


def _indices(spec: SensitivityStudy, x: Array, y: Array) -> Iterator[tuple[str, str, float, float]]:
    """Parameter, index, value and half-width."""
    salib, seed = _salib(), spec.seed % 2**32
    names = list(spec.parameters)
    kinds = _KINDS[spec.method]
    if np.ptp(y) == 0:
        yield from ((name, kind, 0.0, 0.0) for name in names for kind in kinds)
        return
    with _quiet():
        if spec.method == "sobol":
            found = salib.analyze.sobol.analyze(_problem(spec), y, calc_second_order=False, seed=seed)
        else:
            found = salib.analyze.morris.analyze(_problem(spec), x, y, num_levels=LEVELS, seed=seed)
    for i, name in enumerate(names):
        for kind, conf in kinds.items():
            yield name, kind, float(found[kind][i]), float(found[conf][i]) if conf else math.nan


def _problem(spec: SensitivityStudy) -> dict[str, Any]:
    return {
        "num_vars": len(spec.parameters),
        "names": list(spec.parameters),
        "bounds": [[0.0, 1.0]] * len(spec.parameters),
    }


def _salib() -> Any:
    try:
        with _quiet():
            import SALib
            import SALib.analyze.morris
            import SALib.analyze.sobol
            import SALib.sample.morris
            import SALib.sample.sobol
    except ImportError:
        raise InputError("sensitivity needs the package SALib: pip install 'market-simulator[sensitivity]'") from None
    return SALib


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
