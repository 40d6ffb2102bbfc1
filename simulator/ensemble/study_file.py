"""Study files read: YAML to a validated study, or every error in it with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from simulator.ensemble import study_library as library
from simulator.errors import InputError, Problem, nearest
from simulator.scenario import yaml
from simulator.scenario.scalars import describe
from simulator.scenario.sources import display, present
from simulator.scenario.tree import Node, Step, from_plain, locate, plain
from simulator.scenario.validate import validate

S = TypeVar("S", bound=BaseModel)
KIND = "kind"


@dataclass(frozen=True)
class StudyFile(Generic[S]):
    """A study and where it was written.

    Attributes
    ----------
    spec : the validated study.
    tree : its text as a tree of values with places.
    folder : relative paths in the study start here.
    """

    spec: S
    tree: Node
    folder: Path

    def problem(self, path: Sequence[Step], message: str, allowed: str = "", near: str = "") -> Problem:
        """A problem at a path of the study."""
        return at(self.tree, path, Problem(0, 0, "", message, allowed, near))


def read_study(source: str | Path, model: type[S], kinds: Mapping[str, str]) -> StudyFile[S]:
    """Read a study file.

    Parameters
    ----------
    source : path of a file, or name of a shipped study with or without ``.yaml``.
    model : the kind of study that is expected; its field ``kind`` names it.
    kinds : the commands by kind of study, for whoever confuses them.

    Raises
    ------
    InputError
        With everything that is wrong in the file.
    """
    return read_file(find(source), model, kinds)


def read_file(path: Path, model: type[S], kinds: Mapping[str, str]) -> StudyFile[S]:
    """Read a file that says of which kind it is; see `read_study`."""
    shown = display(path)
    tree = yaml.parse(yaml.content(path, shown), shown)
    if not isinstance(tree.value, dict):
        message = f"must hold 'key: value' lines; given {describe(plain(tree))}"
        raise InputError(tree.problem((), message, "'key: value', with a space after the ':'"))
    _check_kind(tree, model, kinds, path)
    if "name" in model.model_fields:
        tree = replace(tree, value={"name": Node(path.stem, shown), **tree.value})
    spec, problems = validate(tree, model)
    if spec is not None:
        problems += [at(tree, steps, problem) for steps, problem in findings(spec)]
    if problems or spec is None:
        raise InputError(problems)
    return StudyFile(spec, tree, path.resolve().parent)


def study_of(spec: S, folder: Path | None = None) -> StudyFile[S]:
    """A study made in Python, as if it had been read.

    Raises
    ------
    InputError
        With everything that is wrong in it.
    """
    tree = from_plain(spec.model_dump(mode="json"), "")
    problems = [at(tree, steps, problem) for steps, problem in findings(spec)]
    if problems:
        raise InputError(problems)
    return StudyFile(spec, tree, folder or Path.cwd())


def findings(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Problem]]:
    """What the blocks of a study find wrong in themselves, with the path of each."""
    if isinstance(value, BaseModel):
        own = getattr(value, "findings", None)
        for problem in own() if own is not None else ():
            yield (*path, *(problem.path.split(".") if problem.path else ())), problem
        for name in type(value).model_fields:
            yield from findings(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from findings(inner, (*path, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from findings(inner, (*path, index))


def at(tree: Node, path: Sequence[Step], problem: Problem) -> Problem:
    """A problem with the place of a path of the tree, or of the deepest block on the way to it."""
    steps = [int(step) if isinstance(step, str) and step.isdecimal() else step for step in path]
    found, here = locate(tree, steps)
    make = here.problem if len(found) == len(steps) and not isinstance(here.value, dict) else here.key_problem
    return make(tuple(path), problem.message, problem.allowed, problem.nearest)


def find(name: str | Path) -> Path:
    """The file of a study given by path, or by the name of a shipped one.

    Raises
    ------
    InputError
        If there is neither; the message lists the shipped ones.
    """
    path = Path(str(name))
    if str(name) and present(path):
        return path
    shipped = library.path(str(name))
    if shipped is not None:
        return shipped
    if str(name) and path.exists():
        return path
    known = library.names()
    allowed = f"the path of a YAML file, or one of {', '.join(known) or 'no shipped studies'}"
    message = "there is no such file, and no shipped study of that name"
    raise InputError(Problem(0, 0, "", message, allowed, nearest(path.stem, known), str(name) or "''"))


def _check_kind(tree: Node, model: type[BaseModel], kinds: Mapping[str, str], path: Path) -> None:
    """Refuse a study of another kind, and say which command runs it."""
    given, expected = tree.child(KIND), str(model.model_fields[KIND].default)
    if given is None:
        looks = " (a scenario is run by 'simulator run')" if tree.child("market") or tree.child("platforms") else ""
        raise InputError(
            tree.problem((KIND,), f"the file does not say what kind of study it is{looks}", f"kind: {expected}")
        )
    if given.value == expected:
        return
    command = kinds.get(str(given.value))
    if command is not None:
        raise InputError(
            given.problem((KIND,), f"is {given.value}; run it by 'simulator {command} {path.name}'", expected)
        )
    message = f"unknown kind of study; given {describe(plain(given))}"
    raise InputError(given.problem((KIND,), message, ", ".join(kinds), nearest(str(given.value), kinds)))
