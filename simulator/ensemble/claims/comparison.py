"""One comparison inside a test of a claim, and what several of them say together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.ensemble.responses import needed
from simulator.ensemble.statistics import LEVEL, holm, paired_difference

Sign = Literal["above", "below", "none"]
Answer = Literal["yes", "no", "open"]
Verdict = Literal["supported", "contradicted", "conditional", "unknown", "input"]

SUPPORTED, CONTRADICTED, CONDITIONAL, UNKNOWN, INPUT = "supported", "contradicted", "conditional", "unknown", "input"


@dataclass(frozen=True)
class Comparison:
    """A number that should lie above or below zero, or be exactly zero.

    Attributes
    ----------
    name : what is compared, or under which condition.
    expected : where it should lie.
    mean, low, high, n : over worlds, with the 95 % interval.
    p_value : two-sided, of zero.
    p_holm : the same, adjusted over all comparisons of all claims; nan until that is done.
    needed : worlds that would tell it from zero with power 0.8.
    """

    name: str
    expected: Sign
    mean: float
    low: float
    high: float
    n: int
    p_value: float
    needed: float
    p_holm: float = math.nan

    @property
    def answer(self) -> Answer:
        """Whether it lies where it should; open if that cannot be told from luck."""
        if self.expected == "none":
            return "yes" if self.mean == 0 and self.low == self.high == 0 else "no"
        if math.isnan(self.p_holm) or self.p_holm >= 1 - LEVEL:
            return "open"
        return "yes" if (self.mean > 0) == (self.expected == "above") else "no"

    @property
    def told(self) -> str:
        """It in words."""
        if self.expected == "none":
            return f"{self.name}: {'exactly alike' if self.answer == 'yes' else f'{self.mean:.3g}, not alike'}"
        text = f"{self.name}: {self.mean:.3g} [{self.low:.3g}, {self.high:.3g}]"
        if self.answer != "open":
            return text
        many = f", {self.needed:.0f} worlds would" if math.isfinite(self.needed) else ""
        return f"{text}, not told from luck{many}"


def compared(
    name: str, expected: Sign, a: Mapping[int, float], b: Mapping[int, float] | None = None, seed: int = 1
) -> Comparison:
    """The difference of two series by replication, or one against zero; worlds that lack a value are left out."""
    other = dict.fromkeys(a, 0.0) if b is None else b
    both = sorted(r for r in a.keys() & other.keys() if math.isfinite(a[r]) and math.isfinite(other[r]))
    d = paired_difference(np.array([a[r] for r in both]), np.array([other[r] for r in both]), seed)
    sd = float(np.std([a[r] - other[r] for r in both], ddof=1)) if len(both) > 1 else math.nan
    return Comparison(name, expected, d.mean, d.low, d.high, d.n, d.p_value, needed(sd, d.mean))


def adjusted(every: Sequence[Sequence[Comparison]]) -> list[list[Comparison]]:
    """Comparisons of all tests with Holm's p over all of them together; exact identities take no part."""
    flat = [one for several in every for one in several]
    values = iter(holm([math.nan if one.expected == "none" else one.p_value for one in flat]))
    return [[replace(one, p_holm=next(values)) for one in several] for several in every]


def together(answers: Sequence[Answer]) -> Verdict:
    """What comparisons under several conditions say: the same everywhere, or it depends."""
    if not answers or all(one == "open" for one in answers):
        return "unknown"
    if all(one == "yes" for one in answers):
        return "supported"
    if all(one == "no" for one in answers):
        return "contradicted"
    return "conditional"


def all_of(answers: Sequence[Answer]) -> Verdict:
    """What comparisons that must all hold say: one that fails refutes, one that is open leaves open."""
    if any(one == "no" for one in answers):
        return "contradicted"
    return "supported" if answers and all(one == "yes" for one in answers) else "unknown"


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """What the tests of one claim say together; what was put in, or not represented, takes no part."""
    told = [one for one in verdicts if one not in ("input", "unknown")]
    if not told:
        return "unknown" if "unknown" in verdicts or not verdicts else "input"
    if all(one == "supported" for one in told):
        return "supported"
    return "contradicted" if all(one == "contradicted" for one in told) else "conditional"
