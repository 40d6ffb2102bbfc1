"""In what two scenarios differ, and scenarios between them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.affordances import AFFORDANCES
from simulator.agents.platform_parameters import AffordanceSet
from simulator.scenario.tree import Step

LABELS = (("name",), ("title",), ("description",), ("platforms", 0, "name"), ("platforms", 0, "kind"))
"""What a scenario and its platform are called; no run depends on it."""

AFFORDANCE = ("platforms", 0, "affordances")

Path = tuple[Step, ...]


def differences(a: Any, b: Any, path: Path = ()) -> Iterator[Path]:
    """Where two resolved scenarios differ: each affordance as a whole, everything else value by value.

    Items of lists are compared by place if the two lists have the same names, or else as a whole.
    """
    if path in LABELS or a == b:
        return
    if len(path) == len(AFFORDANCE) + 1 and path[: len(AFFORDANCE)] == AFFORDANCE:
        yield path
    elif isinstance(a, Mapping) and isinstance(b, Mapping) and _keys_fit(a, b):
        for key in dict.fromkeys([*a, *b]):
            yield from differences(a.get(key), b.get(key), (*path, key))
    elif _same_items(a, b):
        for index, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from differences(one, other, (*path, index))
    else:
        yield path


def _keys_fit(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two blocks are of one kind; one with another generator is another block."""
    return all(a.get(key) == b.get(key) for key in ("generator", "file"))


def _same_items(a: Any, b: Any) -> bool:
    if not (isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b)):
        return False
    named = [isinstance(one, Mapping) and "name" in one for one in (*a, *b)]
    if not all(named):
        return False
    return len(a) == 1 or [one["name"] for one in a] == [one["name"] for one in b]


def told(path: Path, resolved: Any) -> str:
    """A difference as people write it: an affordance by its name, anything else as its path."""
    if path[: len(AFFORDANCE)] == AFFORDANCE:
        return str(path[-1])
    shown, here = [], resolved
    for step in path:
        here = here[step] if not isinstance(here, Mapping) or step in here else None
        shown.append(str(here["name"]) if isinstance(step, int) and isinstance(here, Mapping) else str(step))
    return ".".join(shown)


def between(a: Mapping[str, Any], b: Mapping[str, Any], taken: Sequence[Path]) -> dict[str, Any]:
    """The first scenario with some differences taken from the second; inert affordances are put back to their defaults.

    An affordance that is off, or that lacks what it requires, changes no run. Written alike, such scenarios have one
    address and are run once.
    """
    made = copy.deepcopy(dict(a))
    for path in taken:
        value: Any = b
        here: Any = made
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else value[step]
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = copy.deepcopy(value)
    block = made["platforms"][0]["affordances"]
    kept: Any = AffordanceSet.model_validate(block)
    for name, kind in AFFORDANCES.items():
        if not kept.active(name):
            block[name] = kind().model_dump(mode="json")
    return made


def enabled(resolved: Mapping[str, Any], name: str) -> bool:
    """Whether an affordance of the scenario's platform is switched on."""
    return bool(resolved["platforms"][0]["affordances"][name]["enabled"])
