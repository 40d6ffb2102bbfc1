"""`--set path.to.key=value`: values of the command line put into a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.errors import InputError, Problem, nearest
from simulator.scenario import yaml
from simulator.scenario.scalars import describe, plain_number
from simulator.scenario.tree import Node, Step, item_name, item_names, join, merge, plain


@dataclass(frozen=True)
class Override:
    """One `--set`: the path, the value with its place, and the text as it was typed."""

    steps: tuple[str, ...]
    value: Node
    text: str

    def problem(self, path: Sequence[Step], message: str, allowed: str = "", near: str = "") -> Problem:
        """A problem with the path."""
        return Problem(0, 0, join(path), message, allowed, near, shown(self.text))


def shown(text: str) -> str:
    """How messages name the place of an override."""
    return f"--set {text if len(text) <= 80 else text[:77] + '...'}"


def apply(root: Node, texts: Sequence[str]) -> tuple[Node, list[Problem]]:
    """A tree with overrides put in, the last of one path winning.

    A value is YAML: `true`, `900`, `[a, b]`, `{deal: 0.1}`; it merges into what is there by the rules of `extends`.
    List items are named by their `name` or their index from 0. Keys that are not there yet are made; whether anything
    reads them is found when the whole is validated.

    Returns
    -------
    tree : with every override that could be put in.
    problems : one for every override that could not.
    """
    problems: list[Problem] = []
    for text in texts:
        try:
            override = parse(text)
            root = _put(root, override, override.steps, (), problems)
        except InputError as error:
            problems += error.problems
    return root, problems


def parse(text: str) -> Override:
    """The path and value of `path.to.key=value`.

    Raises
    ------
    InputError
        If it has not that form, or the value is not valid YAML.
    """
    path, equals, value = text.partition("=")
    steps = tuple(step.strip() for step in path.split("."))
    form = "path.to.key=value, such as market.users=5000"
    if not equals or not all(steps) or not path.isprintable():
        raise InputError(Problem(0, 0, "", "is not of the form path=value", form, file=shown(text)))
    if len(steps) > yaml.MAX_DEPTH:
        message, allowed = f"names {len(steps)} keys, one in the other", f"a path of at most {yaml.MAX_DEPTH} keys"
        raise InputError(Problem(0, 0, "", message, allowed, file=shown(text)))
    if not value.strip():
        message = "has no value after '='"
        raise InputError(Problem(0, 0, path.strip(), message, "a value; null for none", file=shown(text)))
    number = plain_number(value.strip())  # by far the most, and a parser is a hundred times as slow
    node = yaml.parse(value, shown(text), place=False) if number is None else Node(number, shown(text))
    return Override(steps, node, text)


def _put(node: Node, override: Override, steps: Sequence[str], path: tuple[Step, ...], problems: list[Problem]) -> Node:
    """The node with the override's value at the end of `steps`, merged as a child file would be."""
    mark, step, rest = shown(override.text), steps[0], steps[1:]
    if node.value is None or isinstance(node.value, dict):
        old = node.value or {}
        if not rest:
            return merge(replace(node, value=old), Node({step: override.value.keyed(mark, 0, 0)}, mark), problems, path)
        inner = old.get(step, Node(None, mark, 0, 0, mark))
        return replace(node, value={**old, step: _put(inner, override, rest, (*path, step), problems)})
    if isinstance(node.value, list):
        index = _index(node, override, step, path)
        items = list(node.value)
        if rest:
            items[index] = _put(items[index], override, rest, (*path, step), problems)
        else:
            items[index] = merge(items[index], override.value, problems, (*path, step))
        return replace(node, value=items)
    message = f"holds {describe(plain(node))}, so there is nothing called {step!r} in it"
    raise InputError(override.problem(path, message, f"{join(path)}=value"))


def _index(node: Node, override: Override, step: str, path: tuple[Step, ...]) -> int:
    items = node.value if isinstance(node.value, list) else []
    for index, item in enumerate(items):
        if item_name(item) == step:
            return index
    if step.isascii() and step.isdecimal() and int(step[:9]) < len(items):
        return int(step[:9])
    known = item_names(node) or [str(index) for index in range(len(items))]
    allowed = ", ".join(known) or "nothing: the list is empty"
    raise InputError(override.problem((*path, step), "no such item in the list", allowed, nearest(step, known)))
