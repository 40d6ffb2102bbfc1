"""YAML files read as trees with the place of every key and value, safely and within limits.

The parser's events are turned into nodes here, so that nothing is ever constructed from a tag, keys that occur twice
are seen, and aliases are counted before they are expanded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from simulator.errors import InputError, Problem, nearest
from simulator.scenario.scalars import MAX_DIGITS, scalar
from simulator.scenario.tree import Content, Node, Scalar, join
from simulator.scenario.yaml_errors import explain

MAX_BYTES = 1 << 20
REMEMBERED = 1 << 16
"""Bytes of a text whose tree is remembered."""
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_LINE = 10_000
MAX_PATH = 80
TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels of blocks and lists"
MAX_SHOWN = 20
"""At most so many problems of one kind are shown for a file."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TABBED = re.compile(r"^( *)\t[ \t]*[^ \t#\r\n]", re.MULTILINE)
_BOMS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def content(path: Path, shown: str = "") -> bytes:
    """The bytes of a file, or the first of them if there are more than `MAX_BYTES`.

    Parameters
    ----------
    path : the file.
    shown : its name in messages; the path itself if empty.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    """
    shown = shown or str(path)
    try:
        if path.is_dir():
            raise InputError(Problem(0, 0, "", "is a folder", "the path of a YAML file", file=shown))
        if path.exists() and not path.is_file():
            raise InputError(Problem(0, 0, "", "is not a regular file", "the path of a YAML file", file=shown))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(0, 0, "", f"cannot be read: {reason}", file=shown)) from None
    return data


def parse(source: bytes | str, file: str = "", *, place: bool = True) -> Node:
    """The tree of a text.

    Parameters
    ----------
    source : the text, or its bytes in UTF-8.
    file : the file's name in messages.
    place : whether lines and columns mean anything to the reader; a value of the command line has none.

    Raises
    ------
    InputError
        With every problem that can be found in one pass.
    """
    make = _parsed if len(source) <= REMEMBERED else _parsed.__wrapped__
    tree: Node = make(source, file, place)
    return tree


@lru_cache(maxsize=256)
def _parsed(source: bytes | str, file: str, place: bool) -> Node:
    """See `parse`. A study loads the same few files thousands of times; nobody changes a tree."""
    text = _text(source, file)
    problems = _tabs(text, file)
    if problems:
        raise InputError(problems)
    builder = _Builder(file, place)
    try:
        tree = builder.build(text)
    except MarkedYAMLError as error:
        builder.problems.append(explain(error, file, place))
    except RecursionError:
        builder.fail(*TOO_DEEP)
    except (YAMLError, ValueError, OverflowError, LookupError, AttributeError, TypeError):
        # The parser lets plain exceptions through for some malformed escapes and directives.
        line, column = builder.reached if place else (0, 0)
        message = "is not valid YAML from here on: an escape, a tag or a directive cannot be read"
        builder.problems.append(Problem(line, column, "", message, "plain 'key: value' lines", file=file))
    if builder.problems:
        raise InputError(builder.problems)
    return tree


def _text(source: bytes | str, file: str) -> str:
    if len(source) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES >> 20} MiB, the most that is read"
        raise InputError(Problem(0, 0, "", message, "a scenario in YAML", file=file))
    if isinstance(source, bytes):
        source = _decoded(source, file)
    source = source.removeprefix("\ufeff")
    found = _UNPRINTABLE.search(source)
    if found:
        line, column = _position(source, found.start())
        code = f"U+{ord(found[0]):04X}"
        what = "is not text: it holds a zero byte" if found[0] == "\0" else f"holds the unprintable character {code}"
        raise InputError(Problem(line, column, "", what, "a text file in UTF-8", file=file))
    long = next((n for n, line in enumerate(source.splitlines(), 1) if len(line) > MAX_LINE), 0)
    if long:
        message = f"this line has more than {MAX_LINE} characters"
        raise InputError(Problem(long, MAX_LINE + 1, "", message, f"lines of at most {MAX_LINE} characters", file=file))
    if not source.strip():
        raise InputError(Problem(1, 1, "", "is empty", "at least one 'key: value' line", file=file))
    return source


def _paired(text: str) -> str:
    """Text whose surrogate pairs, the way JSON escapes rare characters, are single characters; halves are kept."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _decoded(data: bytes, file: str) -> str:
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            raise InputError(Problem(1, 1, "", f"is text in {name}", "text saved as UTF-8", file=file))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _position(data[: error.start].decode("utf-8"), error.start)
        what = f"is not text in UTF-8: byte 0x{data[error.start]:02X} cannot be read"
        raise InputError(Problem(line, column, "", what, "a text file saved as UTF-8", file=file)) from None


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _tabs(text: str, file: str) -> list[Problem]:
    problems = []
    for found in _TABBED.finditer(text):
        line, column = _position(text, found.end(1))
        problems.append(Problem(line, column, "", "a tab indents this line", "spaces", file=file))
        if len(problems) == MAX_SHOWN:
            break
    return problems


@dataclass
class _Open:
    """A block or list whose end has not been read."""

    node: Node
    anchor: str | None
    key: Node | None = None
    size: int = 1
    height: int = 1
    waits_for_key: bool = True
    skip: bool = False


class _Builder:
    """Turns parser events into a tree, counting what aliases expand to."""

    def __init__(self, file: str, place: bool):
        self.file = file
        self.place = place
        self.problems: list[Problem] = []
        self.reached = (1, 1)
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.total = 0
        self.root: Node | None = None

    def build(self, text: str) -> Node:
        documents = 0
        for event in YAML(typ="safe", pure=True).parse(text):
            mark = event.start_mark
            self.reached = (mark.line + 1, mark.column + 1)
            if isinstance(event, ev.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fail("a second document begins here", "one document a file, no '---' after the first lines")
            elif isinstance(event, (ev.MappingStartEvent, ev.SequenceStartEvent)):
                self.open(event)
            elif isinstance(event, (ev.MappingEndEvent, ev.SequenceEndEvent)):
                self.close()
            elif isinstance(event, ev.ScalarEvent):
                self.add(self.node(self.value(event)), 1, 0, event.anchor)
            elif isinstance(event, ev.AliasEvent):
                self.alias(event.anchor)
        if self.root is None:
            self.fail("is empty", "at least one 'key: value' line")
        return self.root  # type: ignore[return-value]

    def node(self, value: Content) -> Node:
        line, column = self.reached if self.place else (0, 0)
        return Node(value, self.file, line, column)

    def path(self) -> str:
        steps: list[str | int] = []
        for level in self.stack:
            if isinstance(level.node.value, list):
                steps.append(len(level.node.value))
            elif level.key is not None:
                steps.append(str(level.key.value))
        return join(steps)

    def problem(self, message: str, allowed: str = "", near: str = "") -> Problem:
        line, column = self.reached if self.place else (0, 0)
        path = self.path()
        path = path if len(path) <= MAX_PATH else f"{path[:MAX_PATH]}..."
        return Problem(line, column, path, message, allowed, near, self.file)

    def fail(self, message: str, allowed: str = "") -> None:
        """Stop here: what follows would not make sense or not be safe to read."""
        raise InputError([*self.problems, self.problem(message, allowed)])

    def note(self, message: str, allowed: str = "", near: str = "") -> None:
        if len(self.problems) < MAX_SHOWN:
            self.problems.append(self.problem(message, allowed, near))

    def value(self, event: Any) -> Scalar:
        text: str = event.value
        self.refuse_tag(event, "the bare value, in quotes if it is text")
        text = _paired(text)
        found = _UNPRINTABLE.search(text)
        if found:
            self.note(f"the escape of U+{ord(found[0]):04X} stands for no printable character", "printable characters")
            return ""
        if not event.implicit[0]:
            return text
        if self.stack and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].waits_for_key:
            return text
        try:
            return scalar(text)
        except ValueError as error:
            self.note(str(error), f"at most {MAX_DIGITS} digits")
            return None

    def refuse_tag(self, event: Any, allowed: str) -> None:
        tag = str(event.ctag or "").replace("tag:yaml.org,2002:", "!!")
        if tag not in ("", "!"):
            self.note(f"the tag {tag[:40]!r} is not read", allowed)

    def open(self, event: Any) -> None:
        self.refuse_tag(event, "the bare list or block")
        if len(self.stack) >= MAX_DEPTH:
            self.fail(*TOO_DEEP)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.node.value, dict) and top.waits_for_key:
            self.fail("a block or list cannot be a key", "text as key; text with { or [ in quotes")
        empty: Content = {} if isinstance(event, ev.MappingStartEvent) else []
        self.stack.append(_Open(self.node(empty), event.anchor))

    def close(self) -> None:
        done = self.stack.pop()
        self.add(done.node, done.size, done.height, done.anchor)

    def alias(self, name: str) -> None:
        if name not in self.anchors:
            close = nearest(name, self.anchors)
            self.note(f"*{name} stands for nothing: no &{name} above it", ", ".join(self.anchors), close)
            self.add(self.node(None), 1, 0, None)
            return
        node, size, height = self.anchors[name]
        if len(self.stack) + height > MAX_DEPTH:
            self.fail(*TOO_DEEP)
        self.total += size
        line, column = self.reached if self.place else (0, 0)
        self.add(replace(node, line=line, column=column), size, height, None)

    def add(self, node: Node, size: int, height: int, anchor: str | None) -> None:
        """Hand a finished value to the block or list it belongs to."""
        self.total += 1
        if self.total > MAX_NODES or size > MAX_NODES:
            message = f"holds more than {MAX_NODES} values"
            self.fail(message, f"at most {MAX_NODES} values, what *aliases repeat included")
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            if top.waits_for_key:
                self.key(top, node)
                return
            if top.key is not None and not top.skip:
                top.node.value[str(top.key.value)] = node.keyed(self.file, top.key.line, top.key.column)
            top.key, top.waits_for_key = None, True
        top.size += size
        top.height = max(top.height, height + 1)

    def key(self, top: _Open, key: Node) -> None:
        known = top.node.value
        name = key.value
        top.skip = True
        if isinstance(name, (dict, list)):
            self.fail("a block or list cannot be a key", "text as key; text with { or [ in quotes")
        elif name is None or name == "":
            self.note("a key is missing before the ':'", "'key: value'")
        elif name == "<<":
            self.note("blocks are not merged by '<<'", "extends: parent.yaml, or the keys written out")
        elif isinstance(known, dict) and str(name) in known:
            first = known[str(name)]
            self.note(f"the key {str(name)!r} occurs twice, first in line {first.key_line}", "each key once in a block")
        else:
            top.skip = False
        top.key, top.waits_for_key = replace(key, value=str(name)), False
