"""What a decomposition's file may say: two scenarios, and how what differs between them is shared out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from simulator.affordances import AFFORDANCES
from simulator.ensemble.design import Arm
from simulator.ensemble.scenario_difference import AFFORDANCE, Path, between, differences, enabled, told
from simulator.ensemble.shapley import Order
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Texts, setting, wrong
from simulator.ensemble.sweep_study import Outcomes, outcome_problems
from simulator.ensemble.variants import Variants, make_variants
from simulator.ensemble.worker import with_paths
from simulator.errors import InputError, Problem, nearest
from simulator.output.manifest import canonical_json
from simulator.scenario.loader import LoadedScenario
from simulator.scenario.schema import Scenario

End = Literal["from", "to"]


class DecomposeStudy(BaseStudy):
    """What each difference between two scenarios contributes to the difference of their outcomes."""

    kind: Literal["decompose"] = setting("decompose", doc="what is done")
    scenarios: Texts = setting(doc="two scenarios: from which, and to which")
    outcomes: Outcomes = setting(doc="what is shared out")
    replications: int = setting(4, doc="worlds, the same for all coalitions", unit="runs", low=1, high=10_000)
    players: dict[str, Texts] = setting({}, doc="groups of differences that go together; others are players alone")
    held: dict[str, End] = setting({}, doc="differences that are no players, and in which of the two they stay")
    precedence: bool = setting(True, doc="whether a switch joins only after what it requires")
    exact: int = setting(10, doc="up to so many players, all coalitions are run", low=1, high=12)
    orders: int = setting(8, doc="beyond that, orders of joining drawn for each replication", low=1, high=10_000)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if len(self.scenarios) != 2:
            yield wrong("scenarios", f"there are {len(self.scenarios)}", "two: from which, and to which")
        if not self.outcomes:
            yield wrong("outcomes", "is empty", "at least one outcome, such as {metric: orders}")
        for name, members in self.players.items():
            if not members:
                yield wrong(f"players.{name}", "has no members", "affordances or paths")


@dataclass(frozen=True)
class Plan:
    """A decomposition that is ready to start.

    Attributes
    ----------
    players : the differences that each of them stands for.
    held : the differences taken from the second scenario throughout.
    order : which of them must join before which.
    """

    file: StudyFile[DecomposeStudy]
    variants: Variants
    players: Mapping[str, tuple[Path, ...]]
    held: tuple[Path, ...]
    order: Order

    @property
    def ends(self) -> tuple[LoadedScenario, LoadedScenario]:
        """The two scenarios."""
        a, b = self.variants.each
        return a.base, b.base

    @property
    def whole(self) -> bool:
        """Whether all coalitions that can form are run."""
        return len(self.players) <= self.file.spec.exact

    @property
    def runs(self) -> int:
        """Runs of the whole study, at most."""
        spec = self.file.spec
        roles = len({role for one in spec.outcomes for role in one.roles})
        n = len(self.players)
        drawn = spec.orders * (n - 1) + 2 * n + 2
        return roles * spec.replications * (len(self.order.coalitions) if self.whole else drawn)

    def label(self, mask: int) -> str:
        """How a coalition is called."""
        names = [name for i, name in enumerate(self.players) if mask >> i & 1]
        return " + ".join(names) if names else "none"

    def arm(self, mask: int) -> Arm:
        """The scenario in which the members of a coalition have come over.

        Raises
        ------
        InputError
            If there can be no such scenario.
        """
        a, b = self.ends
        taken = [path for i, paths in enumerate(self.players.values()) if mask >> i & 1 for path in paths]
        resolved = between(a.resolved, b.resolved, [*self.held, *taken])
        files, places = {**a.files, **b.files}, {**a.paths, **b.paths}
        try:
            Scenario.model_validate_json(canonical_json(with_paths(resolved, places)))
        except (InputError, ValidationError) as error:
            message = f"no scenario has {self.label(mask)} from {b.name} and the rest from {a.name}: {error}"
            raise InputError(f"{message}; join players that need each other into one group") from None
        return Arm(self.label(mask), resolved, files, places)


def make_plan(file: StudyFile[DecomposeStudy], metrics: Sequence[str]) -> Plan:
    """Check a decomposition against its scenarios.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    spec = file.spec
    problems = outcome_problems(file, spec.outcomes, metrics)
    try:
        variants = make_variants(file, [(("scenarios", i), name) for i, name in enumerate(spec.scenarios)])
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    a, b = (one.base.resolved for one in variants.each)
    differing = {told(path, a): path for path in differences(a, b)}
    problems += _unknown(file, differing)
    if not differing:
        problems.append(file.problem(("scenarios",), "the two do not differ", "two scenarios that differ"))
    grouped = {member for members in spec.players.values() for member in members}
    alone = [name for name in differing if name not in grouped and name not in spec.held]
    for name in alone:
        if differing[name][: len(AFFORDANCE)] != AFFORDANCE:
            message = f"the scenarios differ in {name}, which is neither a player nor held"
            problems.append(
                file.problem(("scenarios",), message, f"players: {{NAME: [{name}]}}, or held: {{{name}: from}}")
            )
    if problems:
        raise InputError(problems)
    players = {name: tuple(differing[one] for one in members) for name, members in spec.players.items()}
    players |= {name: (differing[name],) for name in alone}
    held = tuple(differing[name] for name, end in spec.held.items() if end == "to")
    order = Order(len(players), _before(a, b, list(players.values())) if spec.precedence else (0,) * len(players))
    return Plan(file, variants, players, held, order)


def _unknown(file: StudyFile[Any], differing: Mapping[str, Path]) -> Iterator[Problem]:
    """Members of players, and held differences, that are no differences, or stand twice."""
    spec: DecomposeStudy = file.spec
    known = ", ".join(differing)
    said: set[str] = set()
    named: list[tuple[Path, str]] = [(("held", name), name) for name in spec.held]
    for group, members in spec.players.items():
        named += [(("players", group, i), name) for i, name in enumerate(members)]
    for where, name in named:
        if name not in differing:
            yield file.problem(where, f"the scenarios do not differ in {name!r}", known, nearest(name, differing))
        elif name in said:
            yield file.problem(where, f"{name} stands twice", "each difference once")
        said.add(name)


def _before(a: Mapping[str, Any], b: Mapping[str, Any], players: Sequence[Sequence[Path]]) -> tuple[int, ...]:
    """For each player, who must come over earlier so that neither is inert when it does.

    What is switched on comes after what it requires; what is switched off goes before what it requires.
    """
    owner = {path[-1]: i for i, paths in enumerate(players) for path in paths if path[: len(AFFORDANCE)] == AFFORDANCE}
    before = [0] * len(players)
    for name, i in owner.items():
        for other in AFFORDANCES[str(name)].requires:
            j = owner.get(other)
            if j is None or j == i:
                continue
            if enabled(b, other) and not enabled(a, other) and enabled(b, str(name)):
                before[i] |= 1 << j
            if enabled(a, other) and not enabled(b, other) and enabled(a, str(name)):
                before[j] |= 1 << i
    return tuple(before)
