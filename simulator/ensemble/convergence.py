"""Whether outcomes depend on how many users stand for a market, and on how long a tick is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Strict

from simulator.ensemble.designs import Point
from simulator.ensemble.lab import Lab
from simulator.ensemble.responses import ManyArms, paired, respond, series
from simulator.ensemble.statistics import holm, mean_interval, paired_difference
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import BaseStudy, Factor, Texts, setting, wrong
from simulator.ensemble.sweep_study import Outcomes
from simulator.errors import Problem

Sizes = Annotated[tuple[float, ...], Strict(False)]
Ticks = Annotated[tuple[int, ...], Strict(False)]

SIZE, TICK = "sizes", "ticks"

DOCS = {
    "convergence": TableDoc(
        "one row per scenario, outcome and step, the finest last",
        {
            "scenario": ("-", "label of the scenario"),
            "outcome": ("-", "kind and metric"),
            "varied": ("-", "sizes: users, over those of the scenario; ticks: length of a tick"),
            "step": ("x, or min", "value of what is varied; the last one is what the others are held against"),
            "mean": ("see metric", "over replications"),
            "low": ("see metric", "lower end of the 95 % interval (Student's t); missing for one replication"),
            "high": ("see metric", "upper end of it"),
            "n": ("-", "replications"),
            "difference": ("see metric", "mean less that of the last step, by replication"),
            "difference_low": ("see metric", "lower end of its 95 % interval"),
            "difference_high": ("see metric", "upper end of it"),
            "p_holm": ("probability", "of no difference (paired t), adjusted by Holm over the steps of an outcome"),
            "relative": ("share", "difference over the size of the last step's mean"),
            "settled": ("-", "whether the interval of the difference lies within the tolerance about zero"),
        },
    ),
}


class ConvergenceStudy(BaseStudy):
    """How outcomes change with the number of users and the length of a tick."""

    kind: Literal["convergence"] = setting("convergence", doc="what is done")
    scenarios: Texts = setting(doc="the scenarios")
    sizes: Sizes = setting((), doc="numbers of users, over those of each scenario, the largest last")
    scaled: Texts = setting(("brands.*.campaign.budget_yuan",), doc="paths of what grows with the users")
    ticks: Ticks = setting((), doc="lengths of a tick, the shortest last", unit="min")
    outcomes: Outcomes = setting(doc="what is read off the runs; counts are comparable between sizes by per_users")
    tolerance: float = setting(0.05, doc="difference from the last step, over its mean, that is none", low=0, high=1)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario")
        if not self.outcomes:
            yield wrong("outcomes", "is empty", "at least one outcome, such as {metric: orders, per_users: 1000}")
        for name, steps in (("sizes", self.sizes), ("ticks", self.ticks)):
            if len(steps) == 1:
                yield wrong(name, "one step shows no change", "at least two")
            if len(set(steps)) < len(steps):
                yield wrong(name, "a step stands twice", "each once")
        if not self.sizes and not self.ticks:
            yield wrong("sizes", "nothing is varied", "sizes: [0.5, 1, 2], or ticks: [120, 60, 30]")
        for i, one in enumerate(self.outcomes):
            if self.sizes and not one.per_users and _is_count(one.metric):
                yield wrong(f"outcomes.{i}", "grows with the number of users", "per_users: 1000 beside it")

    @property
    def factors(self) -> dict[str, Factor]:
        """What is varied, by name."""
        found = {}
        if self.sizes:
            found[SIZE] = Factor(path=("market.users", *self.scaled), values=self.sizes, relative=True)
        if self.ticks:
            found[TICK] = Factor(path="market.tick_minutes", values=tuple(map(float, self.ticks)))
        return found

    def points(self) -> list[Point]:
        """The settings, those of each sequence in its order."""
        return [
            Point(f"{name}={value:g}", {name: value})
            for name, factor in self.factors.items()
            for value in factor.values or ()
        ]


def _is_count(metric: str) -> bool:
    """Whether a metric adds up over users, by its unit."""
    from simulator.metrics import METRICS

    shares = ("share", "x", "-", "-1..1", "probability")
    return metric not in METRICS or METRICS[metric].unit not in shares


def converge(spec: ConvergenceStudy, scenarios: ManyArms, lab: Lab) -> dict[str, pd.DataFrame]:
    """Run every step, and hold each against the last one.

    Raises
    ------
    StudyError
        If every run failed.
    """
    points = spec.points()
    roles = len({role for one in spec.outcomes for role in one.roles})
    lab.expected = len(points) * len(scenarios.labels) * roles * spec.replications
    table = respond(lab, scenarios, points, spec.outcomes, range(spec.replications))
    if not len(table):
        lab.raise_failures()
    rows = [
        row
        for label in scenarios.labels
        for outcome in (one.label for one in spec.outcomes)
        for varied in spec.factors
        for row in _steps(spec, table, label, outcome, [point for point in points if varied in point.values])
    ]
    return {"convergence": pd.DataFrame(rows, columns=list(DOCS["convergence"].columns))}


def _steps(
    spec: ConvergenceStudy, table: pd.DataFrame, label: str, outcome: str, points: Sequence[Point]
) -> Iterator[tuple[object, ...]]:
    """The rows of one sequence of steps."""
    own = [series(table, label, point.label, outcome) for point in points]
    differences = [paired_difference(*paired(values, own[-1]), spec.seed) for values in own]
    adjusted = [*holm([one.p_value for one in differences[:-1]]), 1.0]
    finest = mean_interval(np.array(list(own[-1].values())))
    room = spec.tolerance * abs(finest.mean)
    for point, values, d, p in zip(points, own, differences, adjusted, strict=True):
        ((varied, step),) = point.values.items()
        got = mean_interval(np.array(list(values.values())))
        relative = d.mean / abs(finest.mean) if finest.mean else float("nan")
        settled = -room <= d.low and d.high <= room
        head = (label, outcome, varied, step, got.mean, got.low, got.high, got.n)
        yield (*head, d.mean, d.low, d.high, p, relative, settled)
