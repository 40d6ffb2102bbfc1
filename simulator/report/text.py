"""Every sentence and name that a reader of the report sees, by language.

The words stand in ``words/<language>.toml``: a table a section, a key a text. Values are filled in with `str.format`;
they are never markup. A further language is a further file with the same keys and placeholders.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from simulator.errors import InputError, Problem, nearest

_FILES = resources.files("simulator.report") / "words"
_WITH_WORDS = sorted(file.name.removesuffix(".toml") for file in _FILES.iterdir() if file.name.endswith(".toml"))
LANGUAGES = tuple(sorted(_WITH_WORDS, key=lambda name: name != "en"))
"""English, and what else there are words for."""
_current: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


@dataclass(frozen=True)
class Metric:
    """How an outcome is named, and in which unit it is counted."""

    label: str
    unit: str


UNITS = {
    "contribution_campaigning_yuan": "yuan",
    "contribution_rivals_yuan": "yuan",
    "return_on_marketing": "yuan per yuan",
    "adopters": "people",
}
"""Units of outcomes that are no metric of a run."""
UNITS_BY_SUFFIX = {"_yuan": "yuan", "_fen": "fen", "_share": "share", "_people": "people", "_days": "days"}
FRACTIONS = ("share", "yuan per yuan", "steps", "-1..1", "stars", "x", "posts each")
"""Units whose values are read with decimals, however large."""

STAGE_ORDER = ("exposed", "aware", "interested", "intent", "reserved", "paid", "kept")


@contextmanager
def language(name: str) -> Iterator[None]:
    """Speak a language inside the block.

    Raises
    ------
    InputError
        If the report does not speak it.
    """
    if name not in LANGUAGES:
        message = f"there is no report in the language {name!r}"
        raise InputError(Problem(0, 0, "", message, ", ".join(LANGUAGES), nearest(name, LANGUAGES)))
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def spoken() -> str:
    """The language being spoken."""
    return _current.get()


@cache
def catalogue(name: str) -> Mapping[str, str]:
    """All texts of a language by ``section.key``."""
    tables = tomllib.loads((_FILES / f"{name}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, table in tables.items() for key, text in table.items()}


def say(key: str, **values: Any) -> str:
    """The text under `key` with `values` filled in.

    Raises
    ------
    KeyError
        If there is no such text or a value is missing: a defect, never a user's error.
    """
    return catalogue(_current.get())[key].format(**values)


def named(section: str, name: str, otherwise: str | None = None) -> str:
    """What something is called; what nobody has named keeps its own name, as words."""
    return catalogue(_current.get()).get(f"{section}.{name}", human(name) if otherwise is None else otherwise)


def metric(name: str) -> Metric:
    """Name and unit of an outcome; an unknown one is named by its column, its unit read from the suffix."""
    suffix = next((suffix for suffix in UNITS_BY_SUFFIX if name.endswith(suffix)), "")
    label = named("metric", name, human(name.removesuffix(suffix)))
    return Metric(label, _declared_units().get(name) or UNITS_BY_SUFFIX.get(suffix, ""))


@cache
def _declared_units() -> Mapping[str, str]:
    from simulator.metrics import METRICS

    return {name: one.unit for name, one in METRICS.items()} | UNITS


def unit(name: str) -> str:
    """A unit as people read it."""
    return named("unit", name, name)


def affordance(name: str) -> str:
    """Name of an affordance inside a sentence."""
    return named("affordance", name, name.replace("_", " "))


def setting(name: str, key: str) -> str:
    """Name of a setting of an affordance inside a sentence."""
    fallback = say("presets.of", what=key.replace("_", " "), name=affordance(name))
    return named("setting", f"{name}.{key}", fallback)


def stage(name: str) -> str:
    """Name of a funnel stage."""
    return named("stage", name)


def human(name: str) -> str:
    """A column or component name as words."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def listing(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return say("word.last", first=say("word.comma").join(words[:-1]), last=words[-1])


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence, with semicolons between them."""
    return say("word.semicolon").join(parts)


def sentences(parts: Sequence[str]) -> str:
    """Sentences one after the other; empty ones are left out."""
    return say("word.space").join(part for part in parts if part)
