"""What a calibration file may say, and what it must not: fitting to what is to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Strict

from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Factor, Outcome, Texts, setting, wrong
from simulator.ensemble.targets import OutcomeTarget, Target, TargetSpec, known_metric
from simulator.ensemble.variants import Variants, make_variants
from simulator.errors import InputError, Problem, nearest
from simulator.scenario.tree import Step

FITTABLE = ("1", "4", "6", "8", "13", "15", "19", "20 order value", "20 intent ratio", "D1")
"""The patterns that parameters may be fitted to. All others are judged, or they would judge nothing."""

Targets = Annotated[tuple[TargetSpec, ...], Strict(False)]


class CalibrateStudy(BaseStudy):
    """Parameters fitted to targets, and judged by others."""

    kind: Literal["calibrate"] = setting("calibrate", doc="what is done")
    scenarios: Texts = setting(doc="the scenarios whose runs are measured")
    replications: int = setting(2, doc="worlds for each trial, the same for all", unit="runs", low=1, high=1000)
    trials: int = setting(64, doc="settings tried, the evenly spread ones included", low=1, high=100_000)
    start: int = setting(32, doc="settings spread evenly over the ranges before the search begins", low=1, high=100_000)
    batch: int = setting(8, doc="trials proposed at once; a larger batch keeps more workers busy", low=1, high=1024)
    check: int = setting(8, doc="fresh worlds on which the best setting is judged", unit="runs", low=1, high=1000)
    parameters: dict[str, Factor] = setting(doc="what is fitted, with the range of each")
    targets: Targets = setting(doc="what it is fitted to")
    held_out: Targets = setting((), doc="what it is judged by afterwards")

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario")
        if not self.parameters:
            yield wrong("parameters", "is empty", "at least one parameter with a range")
        for name, factor in self.parameters.items():
            if factor.values is not None:
                yield wrong(f"parameters.{name}.values", "cannot be fitted", "low and high")
        if not self.targets:
            yield wrong("targets", "is empty", "at least one target")
        if self.start > self.trials:
            yield wrong("start", f"is more than all {self.trials} trials", f"1 to {self.trials}")


@dataclass(frozen=True)
class BoundTarget:
    """A target and the scenario on whose runs it is measured."""

    target: Target
    scenario: str
    name: str


@dataclass(frozen=True)
class Plan:
    """A calibration that is ready to start."""

    file: StudyFile[CalibrateStudy]
    variants: Variants
    targets: tuple[BoundTarget, ...]
    held_out: tuple[BoundTarget, ...]

    @property
    def factors(self) -> Mapping[str, Factor]:
        """What is fitted."""
        return self.file.spec.parameters

    def roles(self, targets: Sequence[BoundTarget]) -> tuple[str, ...]:
        """The roles whose runs some targets need."""
        return tuple(dict.fromkeys(role for one in targets for role in one.target.roles))


def make_plan(file: StudyFile[CalibrateStudy], patterns: Mapping[str, Target], metrics: Sequence[str]) -> Plan:
    """Check a calibration against the scenarios, the patterns and the metrics there are.

    Parameters
    ----------
    file : the study.
    patterns : the known patterns by name.
    metrics : the names of the metrics of a run.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    spec = file.spec
    problems: list[Problem] = []
    fitted = tuple(_bound(file, patterns, metrics, ("targets", i), one, problems) for i, one in enumerate(spec.targets))
    held = tuple(_bound(file, patterns, metrics, ("held_out", i), one, problems) for i, one in enumerate(spec.held_out))
    problems += [
        file.problem(("targets", i, "pattern"), f"pattern {one.pattern} is judged, never fitted", ", ".join(FITTABLE))
        for i, one in enumerate(spec.targets)
        if one.pattern in patterns and one.pattern not in FITTABLE
    ]
    names = [one.name for one in (*fitted, *held) if one is not None]
    twice = sorted({name for name in names if names.count(name) > 1})
    each_once = "each target once, fitted or held out"
    problems += [file.problem(("targets",), f"{name} stands twice", each_once) for name in twice]
    try:
        listed = [(("scenarios", i), name) for i, name in enumerate(spec.scenarios)]
        variants = make_variants(file, listed, spec.parameters, "parameters")
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    labels = variants.labels
    order = dict(zip(spec.scenarios, labels, strict=True))
    bound = [
        tuple(BoundTarget(one.target, order.get(one.scenario, labels[0]), one.name) for one in group if one is not None)
        for group in (fitted, held)
    ]
    return Plan(file, variants, *bound)


def _bound(
    file: StudyFile[CalibrateStudy], patterns: Mapping[str, Target], metrics: Sequence[str],
    where: tuple[Step, ...], spec: TargetSpec, problems: list[Problem],
) -> BoundTarget | None:  # fmt: skip
    if spec.scenario and spec.scenario not in file.spec.scenarios:
        known = ", ".join(file.spec.scenarios)
        near = nearest(spec.scenario, file.spec.scenarios)
        problems.append(file.problem((*where, "scenario"), f"the study has no scenario {spec.scenario!r}", known, near))
    if spec.pattern:
        if spec.pattern not in patterns:
            message = f"there is no pattern {spec.pattern!r}"
            known = ", ".join(patterns) or "none in this version; a metric with a band"
            problems.append(file.problem((*where, "pattern"), message, known, nearest(spec.pattern, patterns)))
            return None
        return BoundTarget(patterns[spec.pattern], spec.scenario, f"pattern {spec.pattern}")
    unknown = known_metric(spec, metrics)
    if unknown is not None:
        problems.append(file.problem((*where, "metric"), unknown.message, unknown.allowed, unknown.nearest))
        return None
    outcome = Outcome(metric=spec.metric, kind="effect" if spec.kind == "effect" else "level", brand=spec.brand)
    low, high = spec.band or (0.0, 0.0)
    target = OutcomeTarget(outcome, (low, high), spec.weight)
    several = len(file.spec.scenarios) > 1 and spec.scenario
    return BoundTarget(target, spec.scenario, target.name + (f" ({spec.scenario})" if several else ""))
