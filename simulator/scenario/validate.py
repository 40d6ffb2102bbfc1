"""A tree validated against a pydantic model, every error told in the words of the file."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.errors import InputError, Problem, nearest
from simulator.scenario.declared import Declared, declared
from simulator.scenario.scalars import describe
from simulator.scenario.tree import Node, Step, locate, named, plain

Model = TypeVar("Model", bound=BaseModel)

MAX_KEYS = 40
"""So many known keys are listed at most."""

MISSING = "missing key"
"""How the message about a key that must be there begins."""

_BLOCKS = ("model_type", "dict_type", "model_attributes_type", "dataclass_type")
_RANGE = ("greater_than_equal", "less_than_equal", "greater_than", "less_than", "multiple_of")
_NUMBERS = ("int_type", "int_parsing", "float_type", "float_parsing", "int_parsing_size")
_TAGS = ("union_tag_invalid", "union_tag_not_found")
_LISTS = ("list_type", "tuple_type", "set_type", "frozen_set_type")
_UNKNOWN = ("literal_error", "enum")


def validate(node: Node, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Build a model from a tree.

    Values are taken as JSON has them: whole numbers where floats are expected, lists where tuples are, and nothing else
    is converted, so `true` is never a number and `"5"` is never one.

    Parameters
    ----------
    node : the tree of a file, places included.
    model : what it must be.

    Returns
    -------
    instance : the model, or None if there are problems.
    problems : everything that is wrong, one problem a place.
    """
    if not isinstance(node.value, dict):
        message = f"must be a block of 'key: value' lines; given {describe(plain(node))}"
        return None, [node.problem((), message, "keys such as " + ", ".join(list(model.model_fields)[:5]))]
    try:
        return model.model_validate_json(json.dumps(plain(node))), []
    except ValidationError as error:
        return None, translate(error, node, model)
    except InputError as error:
        return None, [placed(problem, node) for problem in error.problems]


def translate(error: ValidationError, node: Node, model: type[BaseModel]) -> list[Problem]:
    """Everything pydantic found, with the places of the tree, one problem a path.

    A value that fits no member of a union is one problem, not one for every member.
    """
    found: dict[tuple[Step, ...], Problem] = {}
    for detail in error.errors(include_url=False):
        path, here = locate(node, detail["loc"])
        wrong = _problem(detail, path, here, node, model)
        key = (*path, detail["loc"][-1]) if detail["type"] in ("missing", "extra_forbidden") else path
        found.setdefault(key, wrong)
    return list(found.values())


def placed(problem: Problem, root: Node) -> Problem:
    """A problem that knows only its path, with the place of that path in the tree."""
    steps: list[Step] = [int(step) if step.isdecimal() else step for step in problem.path.split(".") if step]
    _, here = locate(root, steps)
    return here.problem(named(root, steps), problem.message, problem.allowed, problem.nearest)


def unknown_key(path: Sequence[Step], here: Node, known: Sequence[str]) -> Problem:
    """The problem of a key that nothing reads."""
    listed = ", ".join(known[:MAX_KEYS]) + (f" and {len(known) - MAX_KEYS} more" if len(known) > MAX_KEYS else "")
    if path[-1] in known:
        return here.key_problem(path, "does not go with the other keys of this block", listed)
    return here.key_problem(path, "unknown key", listed, nearest(str(path[-1]), known))


def unknown_name(path: Sequence[Step], here: Node, what: str, known: Sequence[str]) -> Problem:
    """The problem of a value that should be one of some names."""
    near = nearest(str(here.value), known)
    return here.problem(path, f"unknown {what}; given {describe(plain(here))}", ", ".join(known) or "none", near)


def _problem(detail: ErrorDetails, path: tuple[Step, ...], here: Node, root: Node, model: type[BaseModel]) -> Problem:
    kind, given, shown = detail["type"], describe(plain(here)), named(root, path)
    at = declared(model, path, root) or Declared(None)
    if kind == "extra_forbidden":
        return unknown_key(shown, here, _known_beside(model, path, root))
    if kind == "missing":
        return _missing(detail, shown, here, declared(model, (*path, detail["loc"][-1]), root) or Declared(None))
    if kind in _UNKNOWN:
        return unknown_name(shown, here, "value", [word for word in at.words() if word != "null"])
    if kind in _TAGS:
        return _wrong_tag(shown, here, at)
    if kind in _BLOCKS:
        keys = at.keys()[:MAX_KEYS]
        switch = " (write {enabled: true} or {enabled: false})" if "enabled" in keys else ""
        return here.problem(shown, f"must be a block of keys; given {given}{switch}", ", ".join(keys) or at.allowed())
    if kind in _LISTS:
        return here.problem(shown, f"must be a list; given {given}", "items in lines that begin with '- '")
    if kind in ("value_error", "assertion_error"):
        return here.key_problem(shown, _own_words(detail))
    return here.problem(shown, _wrong_value(kind, here, at) or _own_words(detail), at.allowed())


def _wrong_tag(shown: tuple[Step, ...], here: Node, at: Declared) -> Problem:
    """A block that may be of several kinds, and is of none of them."""
    words = at.choices()
    if not isinstance(here.value, dict):
        return here.problem(shown, f"must be a block of keys; given {describe(plain(here))}", ", ".join(words))
    for key, known in words.items():
        given = here.child(key)
        if given is not None:
            return unknown_name((*shown, key), given, key, known)
    return here.key_problem(shown, f"does not say which {' or '.join(words)}", at.allowed())


def _wrong_value(kind: str, here: Node, at: Declared) -> str:
    """What is wrong with a single value, or an empty string for a kind of error that has no words here."""
    given = f"; given {describe(plain(here))}"
    if kind in _RANGE:
        return f"out of range{given}"
    if kind == "finite_number":
        return f"must be a finite number{given}"
    if kind == "int_from_float" or (kind == "int_type" and isinstance(here.value, float)):
        return f"must be a whole number, without a point or exponent{given}{_rounded(here)}"
    if kind in _NUMBERS:
        return f"must be {at.number_word()}{given}{_hint(here)}"
    if kind == "bool_type":
        return f"must be true or false{given}"
    if kind == "string_type":
        return f"must be text{given}{' (put it in quotes)' if isinstance(here.value, (int, float)) else ''}"
    return ""


def _known_beside(model: type[BaseModel], path: tuple[Step, ...], root: Node) -> list[str]:
    block = declared(model, path[:-1], root)
    return block.keys() if block else []


def _missing(detail: ErrorDetails, shown: tuple[Step, ...], here: Node, at: Declared) -> Problem:
    meaning = f" ({at.doc})" if at.doc else ""
    return here.key_problem((*shown, detail["loc"][-1]), f"{MISSING}{meaning}", at.allowed())


def _own_words(detail: ErrorDetails) -> str:
    """Pydantic's words, for the rare kinds that have none here; what a validator of the model said is kept."""
    message: str = detail["msg"]
    for opening in ("Value error, ", "Assertion failed, "):
        if message.startswith(opening):
            return message[len(opening) :]
    for opening in ("Input should ", "Value should ", "String should ", "List should "):
        if message.startswith(opening):
            return f"must {message[len(opening) :]}"
    return message


def _hint(here: Node) -> str:
    """How a number that was written as text should look."""
    value: Any = here.value
    if not isinstance(value, str):
        return ""
    bare = value.strip().replace(",", "").replace(" ", "").lstrip("¥￥$€")
    percent = bare.endswith(("%", "％"))
    try:
        meant = float(bare.rstrip("%％"))
    except ValueError:
        return ""
    if not math.isfinite(meant):
        return ""
    meant = meant / 100 if percent else meant
    return f" (write {meant:.12g}, without quotes, commas, signs or units)"


def _rounded(here: Node) -> str:
    value = here.value
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return f" (write {value:.0f})" if whole else ""
