"""Numbers as people read them: scaled, rounded to what the interval supports, with their unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.report.text import FRACTIONS, say
from simulator.report.text import unit as unit_word

MINUS = "−"
NBSP = "\u00a0"
"""Between a number and its unit, so that no line breaks there."""


@dataclass(frozen=True)
class Scale:
    """A power of ten, its name, and the unit it is put before."""

    factor: float
    word: str
    unit: str

    @property
    def name(self) -> str:
        """The scaled unit, such as 'million yuan'; empty for a bare number."""
        return say("word.space").join(part for part in (self.word, unit_word(self.unit) if self.unit else "") if part)


def scale_for(values: list[float], unit: str) -> Scale:
    """The scale that suits the largest of `values`; shares become percentages."""
    if unit == "share":
        return Scale(0.01, "", "%")
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    factor, word = next((one for one in _powers() if largest >= one[0]), (1.0, ""))
    return Scale(factor, word, unit)


def _powers() -> list[tuple[float, str]]:
    """Powers of ten that the language has words for, the largest first."""
    told = (one.split() for one in say("word.powers").split(","))
    return sorted(((10.0 ** int(power), word) for power, word in told), reverse=True)


def step_for(mean: float, low: float, high: float) -> float:
    """The power of ten to round to: two digits of the interval's half width, else three digits of the value."""
    half = (high - low) / 2 if math.isfinite(high - low) else 0.0
    if half > 0:
        return float(10.0 ** (math.floor(math.log10(half)) - 1))
    if mean and math.isfinite(mean):
        return float(10.0 ** (math.floor(math.log10(abs(mean))) - 2))
    return 1.0


def rounded(value: float, step: float, *, signed: bool = False) -> str:
    """`value` rounded to `step`, with thousands separators and a true minus sign."""
    if not math.isfinite(value):
        return "–"
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    near = round(value / step) * step
    sign = MINUS if near < 0 else "+" if signed and near > 0 else ""
    return f"{sign}{abs(near):,.{digits}f}"


@dataclass(frozen=True)
class Quantity:
    """An estimate in words: value with unit, its interval with unit, and without (empty if there is none)."""

    value: str
    interval: str
    ends: str = ""


def quantity(mean: float, low: float, high: float, unit: str, *, signed: bool = False) -> Quantity:
    """Put an estimate and its interval into words, both on one scale and rounded alike.

    Parameters
    ----------
    mean, low, high : float
        In `unit`; `low` and `high` are NaN when there is no interval.
    unit : str
        'share' is shown in percent.
    signed : bool
        Whether a positive value carries a plus sign, as differences do.
    """
    scale = scale_for([mean, low, high], unit)
    mean, low, high = mean / scale.factor, low / scale.factor, high / scale.factor
    step = step_for(mean, low, high)
    if not scale.word and unit not in FRACTIONS:
        step = max(step, 1.0) if max(abs(mean), abs(high) if math.isfinite(high) else 0.0) >= 100 else max(step, 0.1)
    tail = f"{NBSP}{scale.name}" if scale.name else ""
    value = rounded(mean, step, signed=signed) + tail
    if not math.isfinite(low) or not math.isfinite(high):
        return Quantity(value, "")
    ends = say("word.to", low=rounded(low, step, signed=signed), high=rounded(high, step, signed=signed))
    return Quantity(value, ends + tail, ends)


def count(value: float) -> str:
    """A count, whole from ten upwards, with one decimal below unless it is whole."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"


def percent(share: float) -> str:
    """A share in percent with two significant digits; '–' if undefined."""
    if not math.isfinite(share):
        return "–"
    value = 100 * share
    if value == 0 or value >= 99.95:
        return f"{value:.0f}{NBSP}%"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}{NBSP}%"


def p_value(p: float) -> str:
    """A p value with its sign of relation: '= 0.012', or '< 0.001' when smaller."""
    if not math.isfinite(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
