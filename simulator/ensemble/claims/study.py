"""What a file of claims may say, and how its scenarios are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import Field, Strict

from simulator.ensemble.claims.base import Mode, Wanted
from simulator.ensemble.claims.kinds import Absent, Between, Difference, Factorial, Identity, Input, Provenance, Shape
from simulator.ensemble.claims.pattern import PatternTest
from simulator.ensemble.claims.prior import Prior as PriorTest
from simulator.ensemble.claims.prior_peak import PriorPeak
from simulator.ensemble.design import Arm
from simulator.ensemble.places import expanded
from simulator.ensemble.priors import Prior, read_priors
from simulator.ensemble.study_file import StudyFile, read_study
from simulator.ensemble.study_schema import BaseStudy, Factor, setting, wrong
from simulator.ensemble.variants import Variant, arm_of, find_scenario, fitting, load_at, setting_text
from simulator.errors import InputError, Problem, nearest
from simulator.parameters import Parameters
from simulator.scenario.tree import Step

AnyTest = Annotated[
    Difference
    | Factorial
    | Shape
    | PriorTest
    | PriorPeak
    | Identity
    | Between
    | PatternTest
    | Provenance
    | Input
    | Absent,
    Field(discriminator="kind"),
]
Tests = Annotated[tuple[AnyTest, ...], Strict(False)]

SIZED = ("market.users", "brands.*.campaign.budget_yuan")
"""What grows with the number of users."""


class Effort(Parameters):
    """How much is computed in a mode."""

    size: float = setting(doc="users, over those of each scenario; budgets grow with them", low=1e-3, high=100)
    replications: int = setting(doc="worlds of a test", unit="runs", low=2, high=10_000)
    points: int = setting(doc="settings drawn where what is not known is varied", low=4, high=100_000)
    point_replications: int = setting(2, doc="worlds at each of them", unit="runs", low=2, high=10_000)


class Claim(Parameters):
    """One claim and its tests."""

    says: str = setting(doc="the claim, in its own words")
    tests: Tests = setting(doc="what is run to test it; a claim has at least one, if only to say why it has none")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        if not self.tests:
            yield wrong("tests", "is empty", "a test, or {kind: absent, reason: ...}")


class ClaimsStudy(BaseStudy):
    """Claims of a text, each turned into tests."""

    kind: Literal["claims"] = setting("claims", doc="what is done")
    priors: str = setting("plausible", doc="plausible ranges of what is not known")
    quick: Effort = setting(doc="a mode of some minutes")
    full: Effort = setting(doc="the mode whose verdicts count")
    claims: dict[str, Claim] = setting(doc="by id")


@dataclass
class Bench:
    """Loads the scenarios that a study's tests want, and proves that they are possible.

    Attributes
    ----------
    file : the study.
    size : users, over those of each scenario.
    priors : what is not known.
    """

    file: StudyFile[ClaimsStudy]
    size: float
    priors: Mapping[str, Prior]
    _variants: dict[str, Variant] = field(default_factory=dict)

    def variant(self, name: str, place: Sequence[Step]) -> Variant:
        """A scenario with the study's own changes, at the mode's size.

        Raises
        ------
        InputError
            If there is none of this name, or it cannot be changed so; the problems are at their place in the study.
        """
        if name not in self._variants:
            source = find_scenario(self.file, tuple(place), name)
            own = [(setting_text(path, value), ("set", path)) for path, value in self.file.spec.set.items()]
            plain = Variant(name, source, tuple(text for text, _ in own), load_at(self.file, source, own))
            grown = plain.texts({"size": Factor(path=SIZED, values=(self.size,), relative=True)}, {"size": self.size})
            base = load_at(self.file, source, [*own, *((text, tuple(place)) for text in grown)])
            self._variants[name] = Variant(name, source, (*plain.settings, *grown), base)
        return self._variants[name]

    def arm(self, label: str, wanted: Wanted, place: Sequence[Step]) -> Arm:
        """The scenario that a test wants; see `variant`."""
        variant = self.variant(wanted.scenario, (*place, "scenario"))
        at = (*place, *wanted.place)
        factors = {name: self.priors[name].factor for name in wanted.drawn}
        texts = [*variant.settings, *variant.texts(factors, wanted.drawn)]
        for path, value in wanted.changes.items():
            own = variant.base.resolved
            texts += [setting_text(one, fitting(own, one, value)) for one in expanded(own, path) or [path]]
        return arm_of(label, load_at(self.file, variant.source, [(text, at) for text in texts]))

    def applying(self, scenarios: Sequence[str]) -> dict[str, frozenset[str]]:
        """The names of the priors that do something in each scenario."""
        each = {name: self.variant(name, ()) for name in scenarios}
        return {
            name: frozenset(key for key, prior in self.priors.items() if variant.has(prior.factor))
            for name, variant in each.items()
        }


def read_claims(source: str, kinds: Mapping[str, str], only: Sequence[str] = ()) -> StudyFile[ClaimsStudy]:
    """Read a file of claims, or some of its claims.

    Raises
    ------
    InputError
        With everything that is wrong in it, or if there is no such claim.
    """
    file = read_study(source, ClaimsStudy, kinds)
    known = file.spec.claims
    for name in only:
        if name not in known:
            raise InputError(
                Problem(0, 0, "--claim", f"there is no claim {name!r}", ", ".join(known), nearest(name, known))
            )
    chosen = {name: claim for name, claim in known.items() if not only or name in only}
    return replace(file, spec=file.spec.model_copy(update={"claims": chosen}))


def mode_of(file: StudyFile[ClaimsStudy], full: bool) -> tuple[Mode, Bench]:
    """How much is computed, and the bench on which scenarios are loaded.

    Raises
    ------
    InputError
        If a scenario over which priors are drawn is not there, or the priors are not.
    """
    spec = file.spec
    name, effort = ("full", spec.full) if full else ("quick", spec.quick)
    try:
        priors = read_priors(spec.priors, file.folder).parameters
    except InputError as error:
        problems = [p if p.file else file.problem(("priors",), p.message, p.allowed, p.nearest) for p in error.problems]
        raise InputError(problems) from None
    bench = Bench(file, effort.size, priors)
    wanting = [
        scenario
        for claim in spec.claims.values()
        for test in claim.tests
        if isinstance(test, PriorTest | PriorPeak)
        for scenario in test.scenarios
    ]
    drawn = (effort.points, effort.point_replications)
    applying = bench.applying(list(dict.fromkeys(wanting)))
    return Mode(name, effort.size, effort.replications, *drawn, spec.seed, priors, applying), bench


def problems_of(
    file: StudyFile[ClaimsStudy], metrics: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Metrics and columns of tests that there are not.

    Parameters
    ----------
    metrics : the names of the metrics of a run.
    columns : of a run's tables, by table.
    """
    found = []
    for name, claim in file.spec.claims.items():
        for i, test in enumerate(claim.tests):
            for steps, measure in test.measures():
                for key, problem in measure.unknown(metrics, columns):
                    place = ("claims", name, "tests", i, *steps, *key.split("."))
                    found.append(file.problem(place, problem.message, problem.allowed, problem.nearest))
    return found
