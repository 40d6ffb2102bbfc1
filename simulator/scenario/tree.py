"""A tree of values that know where they were written, and how two such trees are merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from simulator.errors import Problem

Scalar = str | int | float | bool | None
Content: TypeAlias = "Scalar | dict[str, Node] | list[Node]"
Step = str | int

SELECTORS = ("generator", "file")
"""Keys that say what a block is. A child that changes one replaces the block: the old parameters do not fit it."""


@dataclass(frozen=True)
class Node:
    """A value of a file with its place, and the place of its key if it has one.

    Lines and columns count from 1; 0 means that there is none, as for a value of the command line.
    """

    value: Content
    file: str = ""
    line: int = 0
    column: int = 0
    key_file: str = ""
    key_line: int = 0
    key_column: int = 0

    def keyed(self, file: str, line: int, column: int) -> Node:
        """The same value under a key that was written at the given place."""
        return replace(self, key_file=file, key_line=line, key_column=column)

    def problem(self, path: Sequence[Step], message: str, allowed: str = "", near: str = "") -> Problem:
        """A problem with the value itself."""
        return Problem(self.line, self.column, join(path), message, allowed, near, self.file)

    def key_problem(self, path: Sequence[Step], message: str, allowed: str = "", near: str = "") -> Problem:
        """A problem with the key, or with the value if it has no key of its own."""
        if not self.key_file:
            return self.problem(path, message, allowed, near)
        return Problem(self.key_line, self.key_column, join(path), message, allowed, near, self.key_file)

    def place(self) -> str:
        """``file:line:column``, or the file alone where there is no line."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def children(self) -> list[tuple[Step, Node]]:
        """The entries of a block or list with their keys or indices; none of a scalar."""
        if isinstance(self.value, dict):
            return list(self.value.items())
        return list(enumerate(self.value)) if isinstance(self.value, list) else []

    def child(self, step: Step) -> Node | None:
        """The entry under a key or an index, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and 0 <= step < len(self.value):
            return self.value[step]
        return None


def join(path: Sequence[Step]) -> str:
    """A path as people write it: keys joined by dots, list items by their index."""
    return ".".join(str(step) for step in path)


def named(root: Node, path: Sequence[Step]) -> tuple[Step, ...]:
    """A path with list items by their name where they have one, as `--set` takes it."""
    shown: list[Step] = []
    here: Node | None = root
    for step in path:
        here = here.child(step) if here is not None else None
        name = item_name(here) if here is not None and isinstance(step, int) else None
        shown.append(name or step)
    return tuple(shown)


def locate(node: Node, loc: Sequence[Step]) -> tuple[tuple[Step, ...], Node]:
    """The deepest node on the way to a location. Steps that are no keys, such as union members, are passed over."""
    path: tuple[Step, ...] = ()
    for step in loc:
        inner = node.child(step)
        if inner is not None:
            path, node = (*path, step), inner
    return path, node


def plain(node: Node) -> Any:
    """The bare value, without places: dict, list, str, int, float, bool or None."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def walk(node: Node, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Node]]:
    """Every node with its path, parents first."""
    yield path, node
    for step, child in node.children():
        yield from walk(child, (*path, step))


def from_plain(value: Any, file: str) -> Node:
    """A tree of plain values that all come from one place."""
    if isinstance(value, Mapping):
        return Node({str(key): from_plain(inner, file).keyed(file, 0, 0) for key, inner in value.items()}, file)
    if isinstance(value, (list, tuple)):
        return Node([from_plain(inner, file) for inner in value], file)
    return Node(value, file)


def put(node: Node, path: Sequence[Step], new: Node) -> Node:
    """The tree with the value at a path replaced. All but the last step must exist."""
    if not path:
        return replace(new, key_file=node.key_file, key_line=node.key_line, key_column=node.key_column)
    step, rest = path[0], path[1:]
    inner = node.child(step) or new
    if isinstance(node.value, dict):
        return replace(node, value={**node.value, str(step): put(inner, rest, new)})
    items = list(node.value) if isinstance(node.value, list) else []
    items[int(step)] = put(inner, rest, new)
    return replace(node, value=items)


def item_name(node: Node) -> str | None:
    """The name of a list item, or None if it carries none."""
    if isinstance(node.value, dict) and "name" in node.value:
        name = node.value["name"].value
        if name is not None and not isinstance(name, (dict, list)):
            return str(name)
    return None


def item_names(node: Node) -> list[str] | None:
    """The names of the items of a list, or None unless it is a list in which every item has one."""
    if not isinstance(node.value, list) or not node.value:
        return None
    names = [name for name in map(item_name, node.value) if name is not None]
    return names if len(names) == len(node.value) else None


def repeated_names(node: Node) -> list[Problem]:
    """One problem for every list item of a file that has the name of an earlier item of its list."""
    problems: list[Problem] = []
    for path, inner in walk(node):
        names = item_names(inner)
        if names is None or not isinstance(inner.value, list):
            continue
        first: dict[str, Node] = {}
        for index, (name, item) in enumerate(zip(names, inner.value, strict=True)):
            named = item.child("name") or item
            if name in first:
                where = f"two items of this list are called {name!r}, the first in line {first[name].line}"
                problems.append(named.problem((*path, index, "name"), where, "a name that differs from the others"))
            else:
                first[name] = named
    return problems


def merge(parent: Node, child: Node, problems: list[Problem], path: tuple[Step, ...] = ()) -> Node:
    """What a child says on top of its parent.

    Blocks of keys merge key by key, at any depth. Lists in which every item has a `name` merge by that name: known
    items merge and keep the parent's order, new ones follow, and an item with `remove: true` is taken out. Everything
    else is replaced: numbers, text, other lists, a block by null (which takes it away) and a block whose `generator`
    or `file` changes.

    Parameters
    ----------
    parent, child : the two trees. Neither is changed.
    problems : takes what is wrong, such as the removal of an item that is not there.
    path : where the two stand, for messages.
    """
    if isinstance(parent.value, dict) and isinstance(child.value, dict):
        if any(_differs(parent, child, key) for key in SELECTORS):
            return child
        merged = dict(parent.value)
        for key, entry in child.value.items():
            merged[key] = merge(merged[key], entry, problems, (*path, key)) if key in merged else entry
        return replace(child, value=merged)
    if item_names(child) is not None and (item_names(parent) is not None or parent.value == []):
        return _merge_named(parent, child, problems, path)
    return child


def _differs(parent: Node, child: Node, key: str) -> bool:
    new = child.child(key)
    if new is None:
        return False
    old = parent.child(key)
    others = [parent.child(other) for other in SELECTORS if other != key]
    return any(others) if old is None else old.value != new.value


def _merge_named(parent: Node, child: Node, problems: list[Problem], path: tuple[Step, ...]) -> Node:
    old, new = parent.value, child.value
    if not isinstance(old, list) or not isinstance(new, list):
        return child
    merged = {item_name(item) or "": item for item in old}
    for index, item in enumerate(new):
        name = item_name(item) or ""
        mark = item.child("remove")
        if mark is None:
            merged[name] = merge(merged[name], item, problems, (*path, name)) if name in merged else item
        elif mark.value is not True:
            problems.append(mark.problem((*path, index, "remove"), "can only be true", "remove: true"))
        elif name not in merged:
            known = ", ".join(merged) or "none"
            problems.append(mark.key_problem((*path, index, "remove"), f"there is no {name!r} to remove", known))
        else:
            del merged[name]
    return replace(child, value=list(merged.values()))
