"""Unquoted scalars of YAML 1.2, and how messages write values."""

from __future__ import annotations

import re

from simulator.scenario.tree import Scalar

MAX_DIGITS = 64

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*")
_FLOAT = re.compile(r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def scalar(text: str) -> Scalar:
    """The value of an unquoted scalar: YAML 1.2, with `_` allowed between digits.

    `1_000` is a whole number; `1e3`, `.5` and `.inf` are floats; `yes`, `on`, `010:20` and dates are text.

    Raises
    ------
    ValueError
        If a whole number has more than `MAX_DIGITS` digits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number of {len(text)} digits")
        return int(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    special = _NOT_FINITE.fullmatch(text)
    if special:
        return float("nan") if special[3] else float(f"{special[1]}inf")
    return text


def plain_number(text: str) -> int | float | None:
    """The value of a text that is a finite number and nothing else; None of any other."""
    if len(text) > MAX_DIGITS or not (_INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)):
        return None
    value = scalar(text)
    return value if isinstance(value, int | float) and value - value == 0 else None


def describe(value: object) -> str:
    """A value as messages quote it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, str):
        return f"the text {value[:57] + '...' if len(value) > 60 else value!r}"
    if isinstance(value, float):
        return number(value)
    return str(value)


def number(value: float) -> str:
    """A number as it can be written into a file, without an exponent where it is readable."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)
