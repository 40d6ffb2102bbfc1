"""What a sweep's file may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Strict

from simulator.ensemble.designs import SAMPLED, Design, Point, points
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import (
    Factor,
    Outcome,
    PriorsStudy,
    Texts,
    Values,
    setting,
    without_range,
    wrong,
)
from simulator.ensemble.targets import known_metric
from simulator.ensemble.variants import Variants, make_variants
from simulator.errors import InputError, Problem, nearest
from simulator.parameters import Parameters
from simulator.scenario.tree import Step

Outcomes = Annotated[tuple[Outcome, ...], Strict(False)]
Parts = Annotated[tuple[dict[str, Values | float | str | bool], ...], Strict(False)]
MOST_POINTS = 100_000


class Stop(Parameters):
    """When enough replications have been made: a paired difference is known well enough, at every setting.

    An interval of fixed width has its level for many replications (Chow & Robbins 1965); with few it is too sure.
    """

    outcome: Outcome = setting(doc="whose difference it is")
    between: Texts = setting(doc="the two scenarios")
    half_width: float = setting(doc="of the 95 % interval, in the outcome's unit", low=0)
    batch: int = setting(4, doc="replications added at once", unit="runs", low=1, high=10_000)
    most: int = setting(64, doc="replications at most", unit="runs", low=2, high=100_000)


class SweepStudy(PriorsStudy):
    """Scenarios at many settings of their factors."""

    kind: Literal["sweep"] = setting("sweep", doc="what is done")
    scenarios: Texts = setting(doc="the scenarios that are compared at each setting")
    design: Design = setting("grid", doc="which settings are visited")
    points: int = setting(16, doc="settings of a sampled design", low=1, high=MOST_POINTS)
    factors: dict[str, Factor] = setting({}, doc="what is varied")
    subexperiments: Parts = setting(
        (), doc="of the design subexperiments: values by factor; what a part does not name stays as the scenario has it"
    )
    outcomes: Outcomes = setting(doc="what is read off the runs")
    stop: Stop | None = setting(None, doc="go on until this is known well enough; replications is where it begins")

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario")
        if not self.outcomes:
            yield wrong("outcomes", "is empty", "at least one outcome, such as {metric: orders}")
        if self.design == "compare" and (self.factors or self.priors):
            yield wrong("factors", "nothing is varied in a comparison", "no factors, or another design")
        if self.design != "compare" and not (self.factors or self.priors):
            yield wrong("factors", f"a design {self.design} needs factors", "name: {path: ..., low: ..., high: ...}")
        if self.priors and self.design not in SAMPLED:
            yield wrong("priors", f"a design {self.design} does not sample them", f"design: {', '.join(SAMPLED)}")
        if self.design == "subexperiments":
            yield from self._part_findings()
        elif self.subexperiments:
            yield wrong("subexperiments", f"a design {self.design} has none", "design: subexperiments")
        else:
            yield from without_range("factors", self.factors, listed=self.design not in SAMPLED)
        if self.stop is not None:
            yield from self._stop_findings(self.stop)

    @property
    def parts(self) -> list[dict[str, tuple[Any, ...]]]:
        """Values by factor of each subexperiment."""
        return [
            {name: own if isinstance(own, tuple) else (own,) for name, own in part.items()}
            for part in self.subexperiments
        ]

    @property
    def tried(self) -> dict[str, Factor]:
        """The factors with all values that must be possible: those of subexperiments, too."""
        if self.design != "subexperiments":
            return self.factors
        values = {
            name: tuple(dict.fromkeys(value for part in self.parts for value in part.get(name, ())))
            for name in self.factors
        }
        return {
            name: one.model_copy(update={"values": values[name], "low": None, "high": None})
            for name, one in self.factors.items()
        }

    def points_of(self) -> list[Point]:
        """The settings that are visited."""
        return points(self.design, self.factors, self.points, self.seed, self.parts)

    def _part_findings(self) -> Iterator[Problem]:
        if not self.subexperiments:
            yield wrong("subexperiments", "is empty", "at least one part, such as {FACTOR: [1, 2]}")
        for i, part in enumerate(self.parts):
            for name, values in part.items():
                if name not in self.factors:
                    known = ", ".join(self.factors)
                    message, near = f"there is no factor {name!r}", nearest(name, self.factors)
                    yield wrong(f"subexperiments.{i}.{name}", message, known, near)
                elif not values:
                    yield wrong(f"subexperiments.{i}.{name}", "is empty", "at least one value")

    def _stop_findings(self, stop: Stop) -> Iterator[Problem]:
        known = ", ".join(self.scenarios)
        if len(stop.between) != 2 or len(set(stop.between)) != 2:
            yield wrong("stop.between", "names not two scenarios", f"two of {known}")
        for i, name in enumerate(stop.between):
            if name not in self.scenarios:
                yield wrong(
                    f"stop.between.{i}", f"the study has no scenario {name!r}", known, nearest(name, self.scenarios)
                )
        if stop.outcome not in self.outcomes:
            allowed = "; ".join(one.label for one in self.outcomes)
            yield wrong("stop.outcome", f"{stop.outcome.label} is none of the study's outcomes", allowed)
        if stop.most < self.replications:
            yield wrong(
                "stop.most", f"is below the first {self.replications} replications", f"at least {self.replications}"
            )
        if self.replications < 2:
            yield wrong("replications", "one replication has no interval to stop by", "2 or more")


def sweep_variants(file: StudyFile[SweepStudy], metrics: Sequence[str]) -> Variants:
    """The scenarios of a sweep; see `listed_variants`."""
    return listed_variants(file, file.spec.tried, "factors", metrics)


def listed_variants(
    file: StudyFile[Any], factors: Mapping[str, Factor], where: str, metrics: Sequence[str]
) -> Variants:
    """The scenarios that a study lists; its outcomes and factors are checked against them.

    Parameters
    ----------
    file : a study with `scenarios` and `outcomes`.
    factors : what it varies.
    where : the key of the study under which the factors stand.
    metrics : the names of the metrics of a run.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    spec = file.spec
    problems = outcome_problems(file, spec.outcomes, metrics)
    try:
        variants = make_variants(
            file, [(("scenarios", i), name) for i, name in enumerate(spec.scenarios)], factors, where
        )
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    brands = list(dict.fromkeys(brand["name"] for one in variants.each for brand in one.base.resolved["brands"]))
    for i, one in enumerate(spec.outcomes):
        if one.brand and one.brand not in brands:
            message, near = f"no brand is called {one.brand!r}", nearest(one.brand, brands)
            problems.append(file.problem((*_outcome_place(file, i), "brand"), message, ", ".join(brands), near))
    if problems:
        raise InputError(problems)
    return variants


def _outcome_place(file: StudyFile[Any], i: int) -> tuple[Step, ...]:
    """Where a study names its outcomes, or its only one."""
    return ("outcomes", i) if file.tree.child("outcomes") is not None else ("outcome",)


def outcome_problems(file: StudyFile[Any], outcomes: Sequence[Outcome], metrics: Sequence[str]) -> list[Problem]:
    """What is wrong with the metrics that a study names."""
    found = []
    for i, one in enumerate(outcomes):
        unknown = known_metric(one, metrics)
        if unknown is not None:
            where = (*_outcome_place(file, i), "metric")
            found.append(file.problem(where, unknown.message, unknown.allowed, unknown.nearest))
    return found
