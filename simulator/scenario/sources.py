"""The files of a scenario: found, read, hashed and merged with the parents they extend."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulator.errors import InputError, Problem, nearest
from simulator.scenario import library, yaml
from simulator.scenario.scalars import describe
from simulator.scenario.tree import Node, merge, plain, repeated_names

OWN_KEYS = ("name", "title", "description")
"""What a file says about itself. A child does not inherit it."""

MOST_PARENTS = 32
"""Files on the way from a scenario to the one that extends none."""


@dataclass
class Sources:
    """Everything that was read for one scenario, and what was wrong with it.

    Attributes
    ----------
    hashes : dict of str to str
        SHA-256 of each file by its name, free of the folders of this machine.
    folders : dict of str to Path
        The folder of each file by the name messages use, to which its relative paths refer.
    problems : list of Problem
    incomplete : bool
        Whether a parent could not be found, so that keys may be missing for that reason alone.
    """

    hashes: dict[str, str] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    incomplete: bool = False

    def read(self, path: Path) -> Node:
        """The tree of a file, which is remembered.

        Raises
        ------
        InputError
            If it cannot be read as YAML.
        """
        name = display(path)
        data = yaml.content(path, name)
        tree = yaml.parse(data, name)
        self.folders[name] = path.resolve().parent
        self.hashes[self._portable(path)] = hashlib.sha256(data).hexdigest()
        if not isinstance(tree.value, dict):
            message = f"must hold 'key: value' lines; given {describe(plain(tree))}"
            raise InputError(tree.problem((), message, "'key: value', with a space after the ':'"))
        self.problems += repeated_names(tree)
        return tree

    def with_parents(self, path: Path, below: tuple[Path, ...] = ()) -> Node:
        """The tree of a file merged onto the tree of the file it extends, and so on upwards."""
        tree = self.read(path)
        entries = dict(tree.value) if isinstance(tree.value, dict) else {}
        extends = entries.pop("extends", None)
        tree = replace(tree, value=entries)
        if extends is None:
            return tree
        found = self._parent(extends, path, (*below, path))
        if found is None:
            self.incomplete = True
            return tree
        parent = self.with_parents(found, (*below, path))
        inherited = parent.value if isinstance(parent.value, dict) else {}
        kept = {key: entry for key, entry in inherited.items() if key not in OWN_KEYS}
        return merge(replace(parent, value=kept), tree, self.problems)

    def _parent(self, extends: Node, child: Path, chain: tuple[Path, ...]) -> Path | None:
        """The file that `extends:` names, or None with a problem."""
        name = extends.value
        if not isinstance(name, str) or not name.strip():
            message = f"must be the name of one file; given {describe(plain(extends))}"
            self.problems.append(extends.problem(("extends",), message, "a file, or a shipped scenario"))
            return None
        beside = child.parent / name
        found = beside if present(beside) else library.path(name)
        if found is None:
            known = library.names()
            message = f"there is no file {display(beside)!r} and no shipped scenario {name!r}"
            allowed = f"a file beside this one, or one of {', '.join(known) or 'no shipped scenarios'}"
            self.problems.append(extends.problem(("extends",), message, allowed, nearest(Path(name).stem, known)))
            return None
        if len(chain) > MOST_PARENTS:
            message = f"goes on for more than {MOST_PARENTS} files, {display(chain[0])} first"
            self.problems.append(extends.problem(("extends",), message, f"at most {MOST_PARENTS} parents above a file"))
            return None
        if found.resolve() in [step.resolve() for step in chain]:
            circle = "goes in a circle: " + " -> ".join(display(step) for step in (*chain, found))
            self.problems.append(extends.problem(("extends",), circle, "a file that does not extend this one"))
            return None
        return found

    def _portable(self, path: Path) -> str:
        shipped = library.folder().resolve()
        full = path.resolve()
        name = full.relative_to(shipped).as_posix() if full.is_relative_to(shipped) else path.name
        return name if name not in self.hashes else display(path)


def find(name: str | Path) -> Path:
    """The file of a scenario given by path, or by the name of a shipped one.

    Raises
    ------
    InputError
        If there is neither; the message lists the shipped ones.
    """
    text = str(name)
    path = Path(text)
    if text and present(path):
        return path
    shipped = library.path(text)
    if shipped is not None:
        return shipped
    if text and path.exists():
        return path
    known = library.names()
    allowed = f"the path of a YAML file, or one of {', '.join(known) or 'no shipped scenarios'}"
    message = "there is no such file, and no shipped scenario of that name"
    raise InputError(Problem(0, 0, "", message, allowed, nearest(path.stem, known), text or "''"))


def present(path: Path) -> bool:
    """Whether there is a file; one that cannot be looked at counts, so that reading it says why."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return True


def display(path: Path) -> str:
    """A path as messages show it: short inside the working folder, in full outside."""
    try:
        full = path.resolve()
        return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)
    except (OSError, ValueError, RuntimeError):
        return str(path)
