"""The data files a scenario names, such as edge lists: found and hashed, so that where they are changes no result."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.errors import InputError, Problem
from simulator.scenario.sources import present
from simulator.scenario.tree import Node, Step, named, put

Pattern = Sequence[str]
"""A path in which ``*`` stands for any one key or index."""


def locate_data(
    tree: Node, patterns: Sequence[Pattern], folders: Mapping[str, Path], problems: list[Problem]
) -> tuple[Node, dict[str, Path]]:
    """Find the data files of a tree.

    Parameters
    ----------
    tree : the scenario.
    patterns : which values name data files.
    folders : the folder to which the paths in each scenario file refer; others refer to the working folder.
    problems : takes one problem for each missing file.

    Returns
    -------
    tree : with absolute paths.
    paths : the absolute path of each file by the name the scenario gives it.
    """
    paths: dict[str, Path] = {}
    absolute = tree
    for pattern in patterns:
        for path, node in matching(tree, pattern):
            if not isinstance(node.value, str) or not node.value:
                continue
            name = node.value
            there = Path(os.path.abspath(folders.get(node.file, Path.cwd()) / name))
            if not present(there):
                message = f"there is no file {str(there)!r}"
                allowed = "an existing file; a relative path starts at the folder of the file that names it"
                problems.append(node.problem(named(tree, path), message, allowed))
                continue
            if paths.setdefault(name, there) != there:
                paths[str(there)] = there
            absolute = put(absolute, path, replace(node, value=str(there)))
    return absolute, paths


def relabel(value: Any, paths: Mapping[str, Path]) -> Any:
    """Plain values with each absolute path of a data file replaced by the name the scenario gives it."""
    names = {str(paths[name]): name for name in reversed(list(paths))}
    return _relabel(value, names)


def hashes(paths: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of files of any size, in hexadecimal, by name.

    Raises
    ------
    InputError
        With every file that cannot be read.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for name, path in paths.items():
        try:
            with path.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(Problem(0, 0, "", f"cannot be read: {reason}", file=str(path)))
    if problems:
        raise InputError(problems)
    return found


def matching(node: Node, pattern: Pattern, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Node]]:
    """The nodes whose path fits a pattern."""
    if not pattern:
        yield path, node
        return
    for step, child in node.children():
        if pattern[0] in ("*", str(step)):
            yield from matching(child, pattern[1:], (*path, step))


def _relabel(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _relabel(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_relabel(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value
