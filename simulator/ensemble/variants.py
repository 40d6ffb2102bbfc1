"""Scenarios of a study, with the study's changes and any values of its factors put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.ensemble.design import Arm, Loaded
from simulator.ensemble.places import places, steps_of, unit_of, value_at
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Factor
from simulator.errors import InputError, Problem, nearest
from simulator.scenario import library
from simulator.scenario.declared import declared
from simulator.scenario.loader import LoadedScenario, load
from simulator.scenario.overrides import shown
from simulator.scenario.schema import Scenario
from simulator.scenario.sources import find, present
from simulator.scenario.tree import Step

PRIORS = "priors"
"""The key of a study that names a file of plausible ranges."""

Setting = tuple[str, tuple[Step, ...]]
"""``path=value`` and where in the study it was said."""


@dataclass(frozen=True)
class Variant:
    """One scenario of a study, to be loaded with values of factors.

    Attributes
    ----------
    label : how tables call it.
    source : path of the file, or name of a shipped scenario.
    settings : the study's changes, ``path=value`` each.
    base : the scenario with these changes and no others.
    """

    label: str
    source: Path
    settings: tuple[str, ...]
    base: LoadedScenario
    _places: dict[Factor, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def texts(self, factors: Mapping[str, Factor], values: Mapping[str, Any]) -> tuple[str, ...]:
        """``path=value`` for each factor named in `values` that applies to the scenario."""
        own = {name: value for name, value in values.items() if self.has(factors[name])}
        return tuple(text for name, value in own.items() for text in self._texts(factors[name], value))

    def places(self, factor: Factor) -> list[str]:
        """The paths that a factor sets, see `places.places`."""
        if factor not in self._places:
            self._places[factor] = places(self.base.resolved, factor)
        return self._places[factor]

    def _texts(self, factor: Factor, value: Any) -> list[str]:
        resolved, found = self.base.resolved, []
        for path in self.places(factor) or factor.paths:
            own = value_at(resolved, path) if factor.relative else None
            made = own * value if _is_number(own) else value
            found.append(setting_text(path, fitting(resolved, path, made)))
        return found

    def load(self, factors: Mapping[str, Factor], values: Mapping[str, Any]) -> LoadedScenario:
        """The scenario with a value for each factor named in `values`."""
        return load(self.source, (*self.settings, *self.texts(factors, values)))

    def has(self, factor: Factor) -> bool:
        """Whether a factor applies to the scenario."""
        if factor.scenarios and not {self.label, self.source.stem} & set(factor.scenarios):
            return False
        return not factor.if_present or bool(self.places(factor))


@dataclass(frozen=True)
class Variants:
    """The scenarios of a study, made into arms at any point of its factors.

    Anything with the same `labels`, `arms` and `unit` may stand for it: studies need no more of the scenarios.
    """

    each: tuple[Variant, ...]
    factors: Mapping[str, Factor] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The scenarios' labels."""
        return tuple(one.label for one in self.each)

    def arms(self, point: str, values: Mapping[str, Any]) -> tuple[Arm, ...]:
        """An arm for each scenario, called ``<scenario> <point>``."""
        return tuple(arm_of(f"{one.label} {point}".strip(), one.load(self.factors, values)) for one in self.each)

    def unit(self, path: str) -> str:
        """The unit in which the scenarios give the value at a path."""
        return next((unit for one in self.each if (unit := unit_of(one.base.resolved, path))), "")


def arm_of(label: str, loaded: Loaded) -> Arm:
    """A loaded scenario as an arm."""
    return Arm(label, loaded.resolved, loaded.files, loaded.paths)


def make_variants(
    file: StudyFile[Any], names: Sequence[tuple[tuple[Step, ...], str]], factors: Mapping[str, Factor] | None = None,
    where: str = "factors",
) -> Variants:  # fmt: skip
    """Load every scenario of a study, and prove that its changes and the ends of its factors are possible.

    Parameters
    ----------
    file : the study.
    names : the scenarios, each with the place in the study that names it.
    factors : by name.
    where : the key of the study under which the factors stand; none if each stands under its own name.

    Raises
    ------
    InputError
        With everything that is wrong, at the place in the study that says it.
    """
    factors = factors or {}
    problems: dict[Problem, None] = {}
    each: list[Variant] = []
    labels = _numbered([Path(name).stem for _, name in names])
    for label, (steps, name) in zip(labels, names, strict=True):
        try:
            each.append(_variant(file, label, steps, name))
        except InputError as error:
            problems.update(dict.fromkeys(error.problems))
            continue
        for problem in _impossible(file, each[-1], factors, where):
            problems[problem] = None
    problems.update(dict.fromkeys(_nowhere(file, each, factors, where)))
    if problems:
        raise InputError(problems)
    return Variants(tuple(each), factors)


def _variant(file: StudyFile[Any], label: str, steps: tuple[Step, ...], name: str) -> Variant:
    source = find_scenario(file, steps, name)
    spec: BaseStudy = file.spec
    settings = [(setting_text(path, value), ("set", path)) for path, value in spec.set.items()]
    base = load_at(file, source, settings)
    return Variant(label, source, tuple(text for text, _ in settings), base)


def find_scenario(file: StudyFile[Any], steps: tuple[Step, ...], name: str) -> Path:
    """The file of a scenario: beside the study, shipped, or below the working folder.

    Raises
    ------
    InputError
        If there is none; the problem is at `steps` of the study.
    """
    beside = file.folder / name
    if name and present(beside):
        return beside
    if not library.path(name) and present(Path(name)):
        return Path(name)
    try:
        return find(name)
    except InputError as error:
        (problem,) = error.problems
        message = f"there is no scenario {name!r}"
        raise InputError(file.problem(steps, message, problem.allowed, problem.nearest)) from None


def _impossible(file: StudyFile[Any], variant: Variant, factors: Mapping[str, Factor], where: str) -> Iterator[Problem]:
    """What forbids the ends of the factors, each tried on its own; the first that is forbidden tells enough.

    If all their first ends can be had together, and so on, none has to be tried on its own.
    """
    own = {name: factor for name, factor in factors.items() if variant.has(factor)}
    for name, factor in own.items():
        for path in variant.places(factor) if factor.relative else ():
            if not _is_number(value_at(variant.base.resolved, path)):
                message = f"{variant.label} has no number at {path}, which could be multiplied"
                yield file.problem(_place(file, where, name), message, "the path of a number")

    def wrong(chosen: Mapping[str, Any]) -> list[Problem]:
        settings: list[Setting] = [(text, ("set",)) for text in variant.settings]
        for name, end in chosen.items():
            place = _place(file, where, name)
            settings += [(text, place) for text in variant.texts(own, {name: end})]
        try:
            load_at(file, variant.source, settings)
        except InputError as error:
            return error.problems
        return []

    rounds = range(max((len(factor.ends) for factor in own.values()), default=0))
    together = [{name: one.ends[i % len(one.ends)] for name, one in own.items() if one.ends} for i in rounds]
    if any(map(wrong, together)):
        for name, factor in own.items():
            yield from next((found for end in factor.ends if (found := wrong({name: end}))), [])


def _nowhere(
    file: StudyFile[Any], each: Sequence[Variant], factors: Mapping[str, Factor], where: str
) -> Iterator[Problem]:
    """Scenarios that a factor names and the study does not have."""
    known = list(dict.fromkeys(name for one in each for name in (one.label, one.source.stem)))
    for name, factor in factors.items():
        for i, wanted in enumerate(() if factor.if_present else factor.scenarios):
            if wanted not in known:
                message, near = f"the study has no scenario {wanted!r}", nearest(wanted, known)
                yield file.problem((where, name, "scenarios", i), message, ", ".join(known), near)


def load_at(file: StudyFile[Any], source: Path, settings: Sequence[Setting]) -> LoadedScenario:
    """Load a scenario; what is wrong with a setting is told at its place in the study."""
    said = {shown(text): steps for text, steps in settings}
    try:
        return load(source, [text for text, _ in settings])
    except InputError as error:
        problems = [_moved(file, said, problem) for problem in error.problems]
    raise InputError(problems)


def _moved(file: StudyFile[Any], said: Mapping[str, tuple[Step, ...]], problem: Problem) -> Problem:
    if problem.file not in said:
        return problem
    value = problem.file.partition("=")[2]
    message = f"{problem.path} = {value}: {problem.message}"
    return file.problem(said[problem.file], message, problem.allowed, problem.nearest)


def _place(file: StudyFile[Any], where: str, name: str) -> tuple[Step, ...]:
    """Where the study says a factor's path; that it takes priors, where these say it."""
    if not where:
        return (name,)
    block = file.tree.child(where)
    own = block is not None and block.child(name) is not None
    return (where, name, "path") if own else (PRIORS,)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def setting_text(path: str, value: Any) -> str:
    """A change as the command line takes it."""
    return f"{path}={json.dumps(value)}"


def fitting(resolved: Mapping[str, Any], path: str, value: Any) -> Any:
    """A value of a range rounded where the scenario holds a whole number."""
    steps = steps_of(resolved, path)
    kind = None if steps is None else declared(Scenario, steps)
    whole = kind is not None and kind.number_word() == "a whole number" and "a whole number" in kind.words()
    return round(value) if whole and isinstance(value, float) else value


def _numbered(names: Sequence[str]) -> list[str]:
    return [
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})" for i, name in enumerate(names)
    ]
