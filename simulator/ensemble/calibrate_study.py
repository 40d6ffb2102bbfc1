"""What a calibration file may say, and what it must not: fitting to what is to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Protocol

from pydantic import Strict

from simulator.ensemble.design import Arm
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Factor, Outcome, Texts, setting, without_range, wrong
from simulator.ensemble.targets import OutcomeTarget, Source, Target, TargetSpec, known_metric
from simulator.ensemble.variants import Variants, arm_of, make_variants
from simulator.errors import InputError, Problem, nearest
from simulator.scenario.tree import Step

Targets = Annotated[tuple[TargetSpec, ...], Strict(False)]


class CalibrateStudy(BaseStudy):
    """Parameters fitted to targets, and judged by others."""

    kind: Literal["calibrate"] = setting("calibrate", doc="what is done")
    scenarios: Texts = setting((), doc="the scenarios whose metrics are measured; patterns bring their own")
    replications: int = setting(2, doc="worlds for each trial, the same for all", unit="runs", low=1, high=1000)
    trials: int = setting(64, doc="settings tried, the evenly spread ones included", low=1, high=100_000)
    start: int = setting(32, doc="settings spread evenly over the ranges before the search begins", low=1, high=100_000)
    batch: int = setting(8, doc="trials proposed at once; a larger batch keeps more workers busy", low=1, high=1024)
    check: int = setting(8, doc="fresh worlds on which the best setting is judged", unit="runs", low=1, high=1000)
    market_users: int = setting(20_000, doc="users of the markets that patterns are measured on", low=100, high=10**7)
    cascade_users: int = setting(50_000, doc="users where patterns of cascades are measured", low=100, high=10**7)
    parameters: dict[str, Factor] = setting(doc="what is fitted, with the range of each")
    targets: Targets = setting(doc="what it is fitted to")
    held_out: Targets = setting((), doc="what it is judged by afterwards")

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.parameters:
            yield wrong("parameters", "is empty", "at least one parameter with a range")
        yield from without_range("parameters", self.parameters)
        if not self.targets:
            yield wrong("targets", "is empty", "at least one target")
        for place, group in (("targets", self.targets), ("held_out", self.held_out)):
            for i, one in enumerate(group):
                if one.metric and not self.scenarios:
                    yield wrong(f"{place}.{i}.metric", "a metric needs a scenario", "scenarios: [NAME]")
        if self.start > self.trials:
            yield wrong("start", f"is more than all {self.trials} trials", f"1 to {self.trials}")


@dataclass(frozen=True)
class Weighted:
    """A target with its weight in the loss."""

    target: Target
    weight: float = 1.0

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target.name


@dataclass(frozen=True)
class Plan:
    """A calibration that is ready to start.

    Attributes
    ----------
    file : the study.
    targets : what is fitted to.
    held_out : what is judged afterwards.
    fitted : the scenarios that the parameters belong to.
    """

    file: StudyFile[CalibrateStudy]
    targets: tuple[Weighted, ...]
    held_out: tuple[Weighted, ...]
    fitted: Variants

    @property
    def factors(self) -> Mapping[str, Factor]:
        """What is fitted."""
        return self.file.spec.parameters

    def sources(self, *, judging: bool = False) -> list[Source]:
        """The runs that the targets need, with those held out when it is judged; each once, with all its roles."""
        every = (*self.targets, *self.held_out) if judging else self.targets
        found: dict[str, Source] = {}
        for one in (source for weighted in every for source in weighted.target.sources):
            known = found.get(one.name, one)
            roles = tuple(dict.fromkeys([*known.roles, *one.roles]))
            found[one.name] = replace(known, roles=roles)
        return list(found.values())

    def runs(self) -> int:
        """Runs of one trial."""
        return sum(len(source.roles) for source in self.sources()) * self.file.spec.replications


class Patterns(Protocol):
    """The patterns that a version can measure."""

    def names(self) -> list[str]:
        """All that can be named."""
        ...

    def fittable(self) -> list[str]:
        """Those that parameters may be fitted to; all others are judged, or they would judge nothing."""
        ...

    def scenarios(self, names: Sequence[str]) -> list[str]:
        """The shipped scenarios on which some of them are measured."""
        ...

    def targets(self, name: str, file: StudyFile[CalibrateStudy], variants: Variants, fit: bool) -> Sequence[Target]:
        """The numbers of one of them, measured on runs with the study's parameters; only fittable ones if `fit`."""
        ...


def make_plan(file: StudyFile[CalibrateStudy], patterns: Patterns | None, metrics: Sequence[str]) -> Plan:
    """Check a calibration against the scenarios, the patterns and the metrics there are.

    Parameters
    ----------
    file : the study.
    patterns : those that can be named; None if this version has none.
    metrics : the names of the metrics of a run.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    spec = file.spec
    problems = [*_unknown(file, "targets", patterns, metrics), *_unknown(file, "held_out", patterns, metrics)]
    named = [one.pattern for one in (*spec.targets, *spec.held_out) if one.pattern]
    listed: list[tuple[tuple[Step, ...], str]] = [(("scenarios", i), name) for i, name in enumerate(spec.scenarios)]
    if patterns is not None and not problems:
        brought = [name for name in patterns.scenarios(named) if name not in spec.scenarios]
        listed += [(("targets",), name) for name in brought]
    try:
        variants = make_variants(file, listed, spec.parameters, "parameters")
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    targets, held = (
        tuple(Weighted(made, one.weight) for one in group for made in _targets(file, patterns, variants, one, fit=fit))
        for group, fit in ((spec.targets, True), (spec.held_out, False))
    )
    names = [one.name for one in (*targets, *held)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        each_once = "each target once, fitted or held out"
        raise InputError([file.problem(("targets",), f"{name} stands twice", each_once) for name in twice])
    return Plan(file, targets, held, variants)


def _targets(
    file: StudyFile[CalibrateStudy], patterns: Patterns | None, variants: Variants, spec: TargetSpec, *, fit: bool
) -> Sequence[Target]:
    if spec.pattern and patterns is not None:
        return patterns.targets(spec.pattern, file, variants, fit)
    index = file.spec.scenarios.index(spec.scenario) if spec.scenario else 0
    variant = variants.each[index]

    def arm(point: str, values: Mapping[str, float]) -> Arm:
        return arm_of(f"{variant.label} {point}", variant.load(variants.factors, values))

    outcome = Outcome(metric=spec.metric, kind="effect" if spec.kind == "effect" else "level", brand=spec.brand)
    low, high = spec.band or (0.0, 0.0)
    name = f"{outcome.label} ({variant.label})" if len(file.spec.scenarios) > 1 else outcome.label
    return [OutcomeTarget(outcome, (low, high), Source(variant.label, outcome.roles, arm), name)]


def _unknown(
    file: StudyFile[CalibrateStudy], place: str, patterns: Patterns | None, metrics: Sequence[str]
) -> Iterator[Problem]:
    """Patterns, metrics and scenarios that targets name and that there are not."""
    known = patterns.names() if patterns is not None else []
    fittable = patterns.fittable() if patterns is not None else []
    for i, one in enumerate(getattr(file.spec, place)):
        where: tuple[Step, ...] = (place, i)
        if one.scenario and one.scenario not in file.spec.scenarios:
            names, near = ", ".join(file.spec.scenarios), nearest(one.scenario, file.spec.scenarios)
            yield file.problem((*where, "scenario"), f"the study has no scenario {one.scenario!r}", names, near)
        if one.pattern and one.pattern not in known:
            allowed = ", ".join(known) or "none in this version; a metric with a band"
            message = f"there is no pattern {one.pattern!r}"
            yield file.problem((*where, "pattern"), message, allowed, nearest(one.pattern, known))
        elif one.pattern and place == "targets" and one.pattern not in fittable:
            message = f"pattern {one.pattern} is judged or put in, never fitted"
            yield file.problem((*where, "pattern"), message, ", ".join(fittable))
        unknown = known_metric(one, metrics) if one.metric else None
        if unknown is not None:
            yield file.problem((*where, "metric"), unknown.message, unknown.allowed, unknown.nearest)
