"""YAML as it is read here: values, places, limits, and nothing but InputError for whatever bytes come."""

from __future__ import annotations

import contextlib
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenario import yaml
from simulator.scenario.scalars import scalar
from simulator.scenario.tree import Node, plain, walk


def read(text: str | bytes) -> object:
    return plain(yaml.parse(text, "f"))


def refused(text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        yaml.parse(text, "f")
    return "\n".join(str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("-7", -7),
        ("+7", 7),
        ("010", 10),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        (".5", 0.5),
        ("5.", 5.0),
        ("1_0.5", 10.5),
        (".inf", math.inf),
        ("-.inf", -math.inf),
        ("1e999", math.inf),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2014-06-18", "2014-06-18"),
        ("1,000", "1,000"),
        ("5%", "5%"),
        ("0x10", "0x10"),
        ("nan", "nan"),
        ("_1", "_1"),
        (".", "."),
        ("1e", "1e"),
        ("-", "-"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(scalar(".nan"))  # type: ignore[arg-type]


def test_quoted_text_stays_text_and_keys_are_text() -> None:
    assert read("a: '1'\n2: \"true\"\ntrue: null\n") == {"a": "1", "2": "true", "true": None}


def test_every_value_and_key_knows_its_place() -> None:
    tree = yaml.parse("a:\n  b: [1, x]\nc: |\n  text\n", "f")
    places = {path: (node.key_line, node.key_column, node.line, node.column) for path, node in walk(tree)}
    assert places == {
        (): (0, 0, 1, 1),
        ("a",): (1, 1, 2, 3),
        ("a", "b"): (2, 3, 2, 6),
        ("a", "b", 0): (0, 0, 2, 7),
        ("a", "b", 1): (0, 0, 2, 10),
        ("c",): (3, 1, 3, 4),
    }


def test_a_byte_order_mark_and_line_ends_of_any_system_are_accepted() -> None:
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_anchors_repeat_a_block_and_keep_its_places() -> None:
    tree = yaml.parse("a: &x {k: 1}\nb: *x\n", "f")
    assert plain(tree) == {"a": {"k": 1}, "b": {"k": 1}}
    inner = tree.child("b")
    assert isinstance(inner, Node)
    assert (inner.line, inner.key_line) == (2, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b: c", "f:1:5: a second ':' in one line, or a line that is indented too far"),
        ("a:\n  b: 1\n c: 2", "f:3:2: this line is indented differently from the lines of the same block above it"),
        ("a: [1, 2\nb: 3", "f:2:2: the list that opens with '[' in line 1 is not closed, or lacks a comma"),
        ("a: 'x\nb: 2\n", "f:1:4: the quote that opens here is never closed"),
        ('a: "C:\\data"', "f:1:8: a backslash in double quotes starts an escape"),
        ('a: "C:\\Users"', "f:1:9: a backslash in double quotes starts an escape"),
        ('a: "\\U00110000"', "f:1:1: is not valid YAML from here on"),
        ('a: "\\ud800"', "f:1:4: a: the escape of U+D800 stands for no printable character"),
        ('a: "\\e[31m"', "f:1:4: a: the escape of U+001B stands for no printable character"),
        ("a: @b", "f:1:4: '@' cannot stand here; allowed: text in quotes"),
        ("a:\tb", "f:1:3: a tab cannot stand here; allowed: spaces"),
        ("a: 1\nbcd\ne: 3", "f:2:1: this line has no ':'"),
        ("a: - b", "f:1:4: a list item '- ' cannot stand here"),
        ('a: "x" y', "f:1:8: this text does not belong here"),
        ("a: {{x}}", "f:1:5: a: a block or list cannot be a key"),
        ("a: 1\n---\nb: 1", "f:2:1: a second document begins here"),
        ("#", "is empty"),
        (": 1", "f:1:1: a key is missing before the ':'"),
        ("a: &x [*x]", "f:1:8: a.0: *x stands for nothing: no &x above it"),
        ("a: *", "expected alphabetic or numeric character, but found the end of the text"),
        ("b: &base {x: 1}\na: {<<: *base}", "f:2:5: a: blocks are not merged by '<<'; allowed: extends: parent.yaml"),
        ("a: !!python/object/apply:os.system [x]", "f:1:4: a: the tag '!!python/object/apply:os.system' is not read"),
        ("a: " + "9" * 65, "f:1:4: a: a number of 65 digits; allowed: at most 64 digits"),
        ("a: " + "x" * 20_000, "f:1:10001: this line has more than 10000 characters"),
        ("a: \ud800", "f:1:4: holds the unprintable character U+D800"),
    ],
)
def test_what_is_malformed_is_told_in_words(text: str, message: str) -> None:
    assert message in refused(text)


def test_all_repeated_keys_and_tags_are_told_at_once() -> None:
    assert refused("a: 1\na: 2\nb: !x 3\nc: {d: 1, d: 2}\n").splitlines() == [
        "f:2:1: the key 'a' occurs twice, first in line 1; allowed: each key once in a block",
        "f:3:4: b: the tag '!x' is not read; allowed: the bare value, in quotes if it is text",
        "f:4:11: c: the key 'd' occurs twice, first in line 4; allowed: each key once in a block",
    ]


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
SPIRAL = "".join(f"a{i}: &a{i} [{f'*a{i - 1}' if i else 1}]\n" for i in range(40))
HOSTILE = {
    "bomb": (BOMB, "holds more than 20000 values"),
    "spiral": (SPIRAL, "is nested deeper than 32 levels"),
    "brackets": ("[" * 9000, "is nested deeper than 32 levels"),
    "dashes": ("- " * 4000, "is nested deeper than 32 levels"),
    "braces": ("{" * 9000, "a block or list cannot be a key"),
    "staircase": ("".join(" " * i + "a:\n" for i in range(1000)), "is nested deeper than 32 levels"),
    "items": ("- 1\n" * 200_000, "holds more than 20000 values"),
    "keys": ("".join(f"k{i}:\n" for i in range(100_000)), "holds more than 20000 values"),
    "tags": ("- " + "!" * 9000 + "\n", "is not read"),
    "tags of one line": ("!" * (1 << 20), "more than 10000 characters"),
    "documents": ("---\n" * 200_000, "a second document begins here"),
    "tabs": ("\ta\n" * 300_000, "a tab indents this line"),
    "large": ("a" * (1 << 20) + "b", "is larger than 1 MiB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_soon(name: str) -> None:
    text, message = HOSTILE[name]
    began = time.process_time()
    assert message in refused(text)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("levels", [31, 32])
def test_the_limit_of_depth_is_exact(levels: int) -> None:
    assert read("[" * levels + "]" * levels) is not None
    assert "deeper" in refused("[" * 33 + "]" * 33)


def _only_input_errors(source: str | bytes) -> None:
    with contextlib.suppress(InputError):
        plain(yaml.parse(source, "f"))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_else(data: bytes) -> None:
    _only_input_errors(data)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=120) | st.text(alphabet="ab:-?*&!|>'\"%@`{}[],# \n\\<~0.u", max_size=60))
def test_arbitrary_text_raises_nothing_else(text: str) -> None:
    _only_input_errors(text)
