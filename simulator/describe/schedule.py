"""What happens when, read from the code that does it: the stages of a tick, and what a user does at a visit."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from simulator.agents.users import User
from simulator.describe.markdown import first_line
from simulator.model.agent_engine import AgentTick, live_through
from simulator.model.schedule import STAGES


class Step(NamedTuple):
    """A step of what users live through: how deep it lies in others, its name, who does it and what it says."""

    depth: int
    name: str
    by: str
    says: str


def stages() -> list[tuple[str, str, str]]:
    """Name, time and meaning of every stage of a tick, in their order."""
    return [(stage.name, stage.when, first_line(stage.work)) for stage in STAGES]


def steps() -> list[Step]:
    """What the readable engine does in a tick, in the order of its code, with every decision a user is asked for.

    What was told in full before is told in a line. Methods without a docstring count things, and are left out.
    """
    told: set[str] = set()
    found = list(_inside("deliver", 0, told))
    for owner, name in _calls(live_through):
        if owner == "user":
            found.append(_decision(name, 0))
        elif owner == "tick":
            found += _inside(name, 0, told)
    return found


def _decision(name: str, depth: int) -> Step:
    return Step(depth, name, "user", first_line(getattr(User, name)))


def _inside(name: str, depth: int, told: set[str]) -> Iterator[Step]:
    """A method of the engine and, below it, what it asks of users and does itself."""
    method = getattr(AgentTick, name)
    if not inspect.getdoc(method):
        return
    yield Step(depth, name, "engine", first_line(method) + (" As above." if name in told else ""))
    if name in told:
        return
    told.add(name)
    for owner, called in dict.fromkeys(_calls(method)):
        if owner == "user" and inspect.isfunction(getattr(User, called, None)):
            yield _decision(called, depth + 1)
        elif owner == "self" and inspect.isfunction(getattr(AgentTick, called, None)):
            yield from _inside(called, depth + 1, told)


def _calls(function: object) -> Iterator[tuple[str, str]]:
    """Calls ``owner.name(...)`` in the order in which they are written."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            yield call.func.value.id, call.func.attr
