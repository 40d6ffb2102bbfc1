"""What a plausibility rule is: what it looks for, why that is most likely not meant, and who says so."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.scenario.schema import Scenario


class Found(NamedTuple):
    """Something implausible: the path of the value, list items by name, and what is odd about it."""

    path: str
    message: str


Finder = Callable[[Scenario], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """A combination that is allowed and yet most likely not meant.

    Attributes
    ----------
    name : of the rule.
    what : what it looks for.
    why : why that is most likely a mistake.
    source : the part of the model, or the publication, from which that follows.
    find : yields what it finds in a scenario.
    """

    name: str
    what: str
    why: str
    source: str
    find: Finder


@dataclass(frozen=True)
class Doubt:
    """What a rule found in a scenario.

    Attributes
    ----------
    rule : str
    path : of the value, as `--set` takes it.
    place : ``file:line:column`` of the value or of the block it is in; empty where only defaults say it.
    message, why : what is odd, and why.
    """

    rule: str
    path: str
    place: str
    message: str
    why: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.path, self.message) if part)


def rule(why: str, source: str) -> Callable[[Finder], Rule]:
    """Make a rule of a function: its name is the function's, what it looks for the first line of its docstring."""

    def made(find: Finder) -> Rule:
        what = (inspect.getdoc(find) or "").splitlines()[0]
        return Rule(find.__name__, what, why, source, find)

    return made


def doubts(rules: Iterable[Rule], scenario: Scenario, places: Mapping[str, str]) -> Iterator[Doubt]:
    """What some rules find, in their order.

    Parameters
    ----------
    places : ``file:line:column`` by path, see `LoadedScenario`.
    """
    for one in rules:
        for path, message in one.find(scenario):
            yield Doubt(one.name, path, _place(path, places), message, one.why)


def _place(path: str, places: Mapping[str, str]) -> str:
    """Where a value, or else the nearest block around it, was written."""
    while path:
        if path in places:
            return places[path]
        path = path.rpartition(".")[0]
    return ""


def at(platform: Any, affordance: str, parameter: str = "") -> str:
    """The path of an affordance of a platform, or of a parameter of it."""
    return f"platforms.{platform.name}.affordances.{affordance}" + (f".{parameter}" if parameter else "")


def number(value: float) -> str:
    """A number as messages show it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def platforms(scenario: Scenario) -> Iterator[tuple[Any, Any]]:
    """Every platform with its affordances."""
    for platform in scenario.platforms:
        yield platform, platform.affordances
