"""A test that an observed pattern already makes: its parts are measured by validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from simulator.ensemble.claims.base import ClaimTest, Finding, Mode, Seen
from simulator.ensemble.claims.comparison import Answer, together
from simulator.ensemble.study_schema import Texts, setting


@dataclass(frozen=True)
class Measured:
    """What validation says of one part of a pattern.

    Attributes
    ----------
    kind : "judged", "fitted" or "input".
    status : "pass", "fail", "inconclusive" or "not run".
    told : mean, interval and band in words.
    """

    kind: str
    status: str
    told: str


class MeasuresPatterns(Protocol):
    """Whoever can measure patterns; validation, which stands above this layer."""

    def __call__(self, ids: Sequence[str]) -> Mapping[str, Measured]:
        """Measure some parts of patterns."""
        ...


class PatternTest(ClaimTest):
    """Parts of observed patterns. What echoes a number put in, or was fitted to be so, supports nothing by being so."""

    kind: Literal["pattern"] = setting(doc="parts of observed patterns")
    parts: Texts = setting(doc="their ids, such as 13a")

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """What validation found."""
        found = {part: seen.patterns[part] for part in self.parts}
        told = "; ".join(f"{part} {one.status}: {one.told}" for part, one in found.items())
        failed_fit = ("fitted", "fail")
        counting = [one for one in found.values() if one.kind == "judged" or (one.kind, one.status) == failed_fit]
        if not counting:
            return Finding(verdict="input", told=told, tested=False)
        meaning: dict[str, Answer] = {"pass": "yes", "fail": "no"}
        answers = [meaning.get(one.status, "open") for one in counting]
        return Finding(verdict=together(answers), told=told)

    @property
    def experiment(self) -> str:
        """The rows of the scorecard."""
        return f"rows {', '.join(self.parts)} of simulator validate"
