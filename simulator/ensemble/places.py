"""Where in a scenario the paths of a factor lead: every item that * stands for, and only where they do something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.agents.platform_parameters import AffordanceSet
from simulator.ensemble.study_schema import Factor
from simulator.scenario.declared import declared
from simulator.scenario.schema import Scenario
from simulator.scenario.tree import Step

ANY = "*"


def places(resolved: Mapping[str, Any], factor: Factor) -> list[str]:
    """The paths that a factor sets in a scenario.

    Every path is given with ``*`` replaced by each name or index there. Of a factor that is set where it is present
    only those are given that do something.
    """
    every = [place for path in factor.paths for place in expanded(resolved, path)]
    return [place for place in every if not factor.if_present or works(resolved, place)]


def expanded(resolved: Any, path: str) -> list[str]:
    """A path for every item that its stars stand for; the path itself if it has none."""
    return [".".join(steps) for steps in _expanded(resolved, path.split("."))] if ANY in path.split(".") else [path]


def _expanded(here: Any, steps: Sequence[str]) -> Iterator[list[str]]:
    if not steps:
        yield []
        return
    first, rest = steps[0], steps[1:]
    for step in _items(here) if first == ANY else [first]:
        inner = _child(here, step)
        if inner is not None or not rest:
            yield from ([step, *more] for more in _expanded(inner, rest))


def _items(here: Any) -> list[str]:
    if isinstance(here, Mapping):
        return [str(key) for key in here]
    return [_name(item, i) for i, item in enumerate(here)] if isinstance(here, list | tuple) else []


def _name(item: Any, index: int) -> str:
    return str(item["name"]) if isinstance(item, Mapping) and "name" in item else str(index)


def _child(here: Any, step: str) -> Any:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, list | tuple):
        return next((item for i, item in enumerate(here) if step in (_name(item, i), str(i))), None)
    return None


def works(resolved: Mapping[str, Any], path: str) -> bool:
    """Whether the parameter at a path is there and does something.

    A parameter of an affordance does if that is active, one of a network if some platform carries posts on it.
    """
    steps, here = path.split("."), resolved
    for step in steps:
        here = _child(here, step)
        if here is None:
            return False
    if steps[0] == "platforms" and len(steps) > 3 and steps[2] == "affordances":
        return _active(_child(resolved["platforms"], steps[1]), steps[3])
    if steps[0] == "network":
        return any(
            _active(platform, "graph") and platform["affordances"]["graph"]["layer"] == steps[1]
            for platform in resolved["platforms"]
        )
    return True


def _active(platform: Mapping[str, Any], name: str) -> bool:
    kept: Any = AffordanceSet.model_validate(platform["affordances"])
    return bool(kept.active(name))


def value_at(resolved: Any, path: str) -> Any:
    """The value at a path, or None if there is nothing there."""
    steps = steps_of(resolved, path)
    for step in steps or ():
        resolved = resolved[step]
    return None if steps is None else resolved


def unit_of(resolved: Mapping[str, Any], path: str) -> str:
    """The unit in which a scenario gives the value at a path, or at the first of those that it stands for."""
    steps = steps_of(resolved, next(iter(expanded(resolved, path)), path))
    found = None if steps is None else declared(Scenario, steps)
    return "" if found is None else found.unit


def steps_of(resolved: Any, path: str) -> tuple[Step, ...] | None:
    """A path with list items by index, or None if there is nothing there."""
    steps: list[Step] = []
    here = resolved
    for step in path.split("."):
        key: Step = step
        if isinstance(here, list | tuple):
            named = [i for i, item in enumerate(here) if isinstance(item, Mapping) and str(item.get("name")) == step]
            if not named and not (step.isdecimal() and int(step) < len(here)):
                return None
            key = named[0] if named else int(step)
        elif not isinstance(here, Mapping) or step not in here:
            return None
        steps.append(key)
        here = here[key]
    return tuple(steps)


def named_steps(resolved: Any, path: str) -> tuple[Step, ...]:
    """A path with list items by their name where they have one."""
    found: list[Step] = []
    here = resolved
    for step in steps_of(resolved, path) or ():
        here = here[step]
        found.append(
            str(here["name"]) if isinstance(step, int) and isinstance(here, Mapping) and "name" in here else step
        )
    return tuple(found)
