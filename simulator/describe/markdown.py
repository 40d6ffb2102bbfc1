"""Markdown, and docstrings as text of a page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

_SECTION = re.compile(r"\n[A-Z][A-Za-z ]+\n-{3,}\n")
"""Where the sections of a NumPy docstring begin."""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, or a line that says there is nothing."""
    lines = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    if not lines:
        return ["None.", ""]
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *lines, ""]


def _cell(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def said(thing: Any) -> str:
    """What the docstring of a module, class or function says before its sections.

    Raises
    ------
    TypeError
        If it says nothing: a description with holes is worse than none.
    """
    text = (inspect.getdoc(thing) or "").strip()
    if not text:
        raise TypeError(f"{named(thing)} has no docstring")
    return _SECTION.split(f"{text}\n")[0].strip().replace("``", "`")


def first_line(thing: Any) -> str:
    """The first line of what a docstring says."""
    return said(thing).splitlines()[0]


def named(thing: Any) -> str:
    """The dotted name of a module, class or function."""
    module = getattr(thing, "__module__", None)
    return f"{module}.{thing.__qualname__}" if module and hasattr(thing, "__qualname__") else str(thing.__name__)


def quoted(things: Iterable[Any]) -> list[str]:
    """What each of some things says of itself, under its name."""
    lines = []
    for thing in things:
        lines += [f"`{named(thing)}`:", "", *(f"> {line}".rstrip() for line in said(thing).splitlines()), ""]
    return lines
