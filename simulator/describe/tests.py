"""The tests of the project by kind, read from their source without running or importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.errors import InputError, Problem

KINDS = {
    "exact": "probabilities 0 and 1, closed forms, conservation: equality to the last digit or to rounding",
    "twin": "a kernel against a slow, readable twin of its own, or the two engines against each other, value for value",
    "property": "what must hold for any input, tried on many",
    "statistical": "a stated false-alarm rate and a stated smallest error that is caught",
    "determinism": "the same tables for any threads, workers, order, compiler or resume",
    "unit": "single functions and messages",
    "smoke": "documents, studies and benchmarks run as they stand",
    "ui": "pages in a browser",
}
TWINS = ("naive", "AgentEngine")
"""Names by which a test knows a twin; so does the word "agents" for the engine."""


@dataclass(frozen=True)
class Test:
    """A test: its kind, file, name, what it says it holds, and whether it runs over many cases."""

    __test__ = False

    kind: str
    file: str
    name: str
    says: str
    many: bool


def catalogue(folder: Path) -> list[Test]:
    """Every test below a folder, by kind, file and line.

    Raises
    ------
    InputError
        If the folder holds no test, or a file is no Python.
    """
    found = [test for file in sorted(folder.rglob("test_*.py")) for test in _tests(file, folder)]
    if not found:
        allowed = "the folder `tests` of a checkout; an installed package has none"
        raise InputError(Problem(0, 0, "", f"{folder} holds no tests", allowed))
    return sorted(found, key=lambda test: list(KINDS).index(test.kind))


def _tests(file: Path, folder: Path) -> Iterator[Test]:
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except (SyntaxError, ValueError) as error:
        raise InputError(Problem(getattr(error, "lineno", 0) or 0, 0, "", "is no Python", file=str(file))) from None
    place = file.relative_to(folder)
    twins = _twins(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            kind = _kind(node, place, twins)
            says = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
            says = says or node.name.removeprefix("test_").replace("_", " ")
            many = any("parametrize" in ast.unparse(one) or "given" in ast.unparse(one) for one in node.decorator_list)
            yield Test(kind, place.as_posix(), node.name, says, many)


def _twins(tree: ast.Module) -> set[str]:
    """The names under which a module knows twins: imported, or functions of its own that use what is."""
    names = set(TWINS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "naive" in (node.module or ""):
            names |= {alias.asname or alias.name for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_") and _uses(node, names):
            names.add(node.name)
    return names


def _kind(node: ast.FunctionDef, place: Path, twins: set[str]) -> str:
    folder = place.parts[0]
    if _uses(node, twins):
        return "twin"
    if any("given" in ast.unparse(one) for one in node.decorator_list):
        return "property"
    return folder if folder in KINDS else "unit"


def _uses(node: ast.AST, names: set[str]) -> bool:
    """Whether a function uses one of some names, or asks for the readable engine."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in names:
            return True
        if isinstance(inner, ast.arg) and inner.arg in names:
            return True
        if isinstance(inner, ast.Constant) and inner.value == "agents":
            return True
    return False
