"""Every value of a scenario beside its declaration, and where it was written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.affordances import AFFORDANCES, Affordance, Mechanism
from simulator.parameters import blocks
from simulator.scenario import library
from simulator.scenario.declared import Declared, declared, span
from simulator.scenario.loader import LoadedScenario
from simulator.scenario.schema import Scenario
from simulator.scenario.sources import display
from simulator.scenario.tree import Node, Step, from_plain, join, named, plain, walk


@dataclass(frozen=True)
class Value:
    """A value of a scenario.

    Attributes
    ----------
    path : as `--set` takes it.
    value : in words of the file.
    unit, allowed, default, doc : as declared; the default in words, empty for what must be given.
    place : ``file:line:column`` where it was written, or "default"; shipped files by their name.
    evidence : tag of the default; "choice" for what describes a setting and claims nothing; "scenario" for a value that
        differs from the default, for which the scenario's author answers.
    use : "input", "fitted" or "judged".
    source : who says so.
    """

    path: str
    value: str
    unit: str
    allowed: str
    default: str
    place: str
    evidence: str
    use: str
    source: str
    doc: str

    @property
    def given(self) -> bool:
        """Whether a file or the command line says it."""
        return self.place != DEFAULT


DEFAULT = "default"
CHOSEN = ("scenario", "study", "design")
"""Sources of what is chosen for a run, such as its length, and is no claim about the world."""

USES = {"input": "put in", "fitted": "may be fitted", "judged": "judged"}


def values(loaded: LoadedScenario) -> list[Value]:
    """Every value that the run reads: without the parameters of affordances that are off, and of unused networks.

    Raises
    ------
    TypeError
        If a value is declared nowhere.
    """
    tree = from_plain(loaded.resolved, "")
    unread = tuple(f"{block}." for block in _unread(loaded))
    found = []
    for path, node in _leaves(tree):
        shown = join(named(tree, path))
        if not f"{shown}.".startswith(unread):
            found.append(_value(path, shown, node, tree, loaded))
    return found


def off_affordances(loaded: LoadedScenario) -> dict[str, list[str]]:
    """The affordances that are off, by platform."""
    return {
        platform.name: [name for name in AFFORDANCES if not getattr(platform.affordances, name).enabled]
        for platform in loaded.scenario.platforms
    }


def signs(kind: type[Affordance]) -> str:
    """What switching an affordance on moves, and which way, in words of a table."""
    moves = kind.moves if issubclass(kind, Mechanism) else {}
    return ", ".join(f"{metric} {'+' if sign > 0 else '-'}" for metric, sign in moves.items()) or "-"


def _unread(loaded: LoadedScenario) -> list[str]:
    """Blocks that are not read: of affordances that are off, and of networks on which no platform carries posts."""
    sets: list[Any] = [platform.affordances for platform in loaded.scenario.platforms]
    used = {one.graph.layer for one in sets if one.active("graph")}
    unused = [f"network.{layer}" for layer in type(loaded.scenario.network).model_fields if layer not in used]
    return unused + [
        f"platforms.{name}.affordances.{one}" for name, all_off in off_affordances(loaded).items() for one in all_off
    ]


def _leaves(tree: Node) -> Iterator[tuple[tuple[Step, ...], Node]]:
    """What holds no further parameters: single values, lists of values, and tables by free keys."""
    for path, node in walk(tree):
        at = declared(Scenario, path, tree)
        inside = at is not None and at.field is not None and not _blocks(at)
        if path and (inside or at is None) and not _within_leaf(tree, path):
            yield path, node


def _within_leaf(tree: Node, path: tuple[Step, ...]) -> bool:
    """Whether a value is part of one that is told whole."""
    above = (declared(Scenario, path[:end], tree) for end in range(1, len(path)))
    return any(at is not None and at.field is not None and not _blocks(at) for at in above)


def _blocks(at: Declared) -> bool:
    """Whether parameters of their own are declared inside."""
    return bool(blocks(at.kind))


def _value(path: tuple[Step, ...], shown: str, node: Node, tree: Node, loaded: LoadedScenario) -> Value:
    at = declared(Scenario, path, tree)
    if at is None or at.field is None:
        raise TypeError(f"{shown} is declared nowhere")
    extra: Any = at.field.json_schema_extra if isinstance(at.field.json_schema_extra, dict) else {}
    default = "" if at.field.is_required() else _word(at.field.get_default(call_default_factory=True))
    value = _word(plain(node))
    return Value(
        path=shown,
        value=value,
        unit=str(extra.get("unit", "")),
        allowed=span(*at.bounds()) or " or ".join(at.words()),
        default=default,
        place=_portable(loaded.places.get(shown, DEFAULT)),
        evidence=_evidence(extra, value == default),
        use=USES[str(extra.get("use", "input"))],
        source=str(extra.get("source", "")),
        doc=at.doc,
    )


def _evidence(extra: Any, kept: bool) -> str:
    if extra.get("source") in CHOSEN:
        return "choice"
    return str(extra.get("evidence", "")) if kept else "scenario"


def _portable(place: str) -> str:
    """A place without the folder of the shipped scenarios, which is another on every machine."""
    return place.removeprefix(f"{display(library.folder())}{os.sep}")


def _word(value: Any) -> str:
    """A value as a file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    if value is None:
        return "null"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_word(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(_word(inner) for inner in value) or "none"
    return str(value)
