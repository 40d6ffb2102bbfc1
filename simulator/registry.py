"""Named components, discovered from the files of a package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from simulator.errors import InputError, Problem, nearest

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """All objects of one kind, one per module of `package`, found under a fixed attribute.

    Parameters
    ----------
    package : str
        Dotted name of the package whose modules are searched.
    attribute : str
        Module attribute that holds the component. A module without it is skipped.
    what : str
        The kind in words, for messages.

    Raises
    ------
    InputError
        On lookup of an unknown name; the message lists the known ones.
    """

    def __init__(self, package: str, attribute: str, what: str):
        self._package = package
        self._attribute = attribute
        self.what = what
        self._found: dict[str, T] | None = None

    def _all(self) -> dict[str, T]:
        if self._found is None:
            package = importlib.import_module(self._package)
            found: dict[str, T] = {}
            for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
                component = getattr(importlib.import_module(f"{self._package}.{module}"), self._attribute, None)
                if component is None:
                    continue
                name = component.name
                if name in found:
                    raise TypeError(f"two {self.what}s are called {name!r}")
                found[name] = component
            self._found = found
        return self._found

    def __getitem__(self, name: str) -> T:
        try:
            return self._all()[name]
        except KeyError:
            problem = Problem(
                0, 0, "", f"unknown {self.what} {name!r}", ", ".join(self._all()), nearest(name, self._all())
            )
            raise InputError(problem) from None

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
