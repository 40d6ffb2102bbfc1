"""Numbers as readers of a language write them: scaled, rounded to what their interval supports, with their unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.app.dashboard.texts import say, unit_word
from simulator.report.quantities import NBSP, rounded, step_for

SCALES = {
    "en": ((1e9, "billion"), (1e6, "million"), (1.0, "")),
    "zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")),
}
FINE = ("share", "x", "probability")
"""Units whose values are small numbers."""


@dataclass(frozen=True)
class Scale:
    """A power of ten that values are divided by, and the unit they then have."""

    factor: float
    unit: str


def scale_for(values: Sequence[float], unit: str, language: str) -> Scale:
    """The scale that suits the largest of some values; shares become percentages."""
    if unit == "share":
        return Scale(0.01, "%")
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    factor, word = next((f, w) for f, w in SCALES[language] if largest >= f or f == 1.0)
    named = unit_word(unit, language)
    return Scale(factor, (word + named) if language == "zh" else " ".join(filter(None, (word, named))))


def amount(mean: float, low: float, high: float, unit: str, language: str, *, signed: bool = False) -> tuple[str, str]:
    """A value with its unit, and its interval in the same unit; an empty interval if there is none."""
    if not math.isfinite(mean):
        return say(language, "word.unknown"), ""
    scale = scale_for([mean, low, high], unit, language)
    mean, low, high = (value / scale.factor for value in (mean, low, high))
    step = step_for(mean, low, high)
    if scale.factor == 1.0 and unit not in FINE:
        step = max(step, 1.0 if abs(mean) >= 10 or mean == round(mean) else 0.1)
    value = rounded(mean, step, signed=signed) + (f"{NBSP}{scale.unit}" if scale.unit else "")
    if not (math.isfinite(low) and math.isfinite(high)):
        return value, ""
    ends = (rounded(low, step, signed=signed), rounded(high, step, signed=signed))
    return value, say(language, "word.interval", low=ends[0], high=ends[1])


def told(mean: float, low: float, high: float, unit: str, language: str, *, signed: bool = False) -> str:
    """The same in one piece; who asks says that one world has no interval."""
    value, interval = amount(mean, low, high, unit, language, signed=signed)
    return f"{value} {interval}" if interval else value


def count(value: float) -> str:
    """A count: whole from ten upwards, with one decimal below unless it is whole."""
    if not math.isfinite(value):
        return "–"
    return rounded(value, 1.0 if abs(value) >= 10 or value == round(value) else 0.1)


def plus(value: float) -> str:
    """A change of a count, with its sign."""
    return rounded(value, 1.0 if abs(value) >= 10 or value == round(value) else 0.1, signed=True)


def percent(share: float) -> str:
    """A share in percent, with two digits."""
    if not math.isfinite(share):
        return "–"
    value = 100.0 * share
    digits = 0 if value >= 9.95 or value == 0 else 1 if value >= 0.95 else 2
    return f"{value:.{digits}f}{NBSP}%"


def exact(value: float, unit: str, language: str, *, signed: bool = False) -> str:
    """A value that is known, without an interval."""
    return amount(value, math.nan, math.nan, unit, language, signed=signed)[0]
