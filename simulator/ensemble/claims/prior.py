"""A test over what is not known: is one scenario ahead of another, or of zero, wherever its numbers plausibly lie?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from simulator.ensemble.claims.base import ClaimTest, Finding, Mode, Seen, Settings, Wanted
from simulator.ensemble.claims.comparison import Verdict
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.designs import points
from simulator.ensemble.responses import paired
from simulator.ensemble.statistics import bootstrap_interval, holm, mean_interval
from simulator.ensemble.study_schema import setting
from simulator.ensemble.sweep import chances_above_zero, rank_correlation
from simulator.scenario.tree import Step

SURE = 0.95
NAMED = 3
"""So many parameters that decide are named."""


class Prior(ClaimTest):
    """How probable it is that a measure is expected to lie above another scenario's, or above zero."""

    kind: Literal["prior"] = setting(doc="over what is not known")
    scenario: str = setting(doc="the scenario")
    against: str = setting("", doc="the scenario that it is held against; zero by default")
    set: Settings = setting({}, doc="changes of both")
    measure: Measure = setting(doc="what is compared")
    expect: Literal["above", "below", "either"] = setting(
        "above", doc="where it should lie, with probability .95; either: both must be possible"
    )

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """Every scenario at every setting drawn."""
        for number, drawn in enumerate(drawn_settings(mode, self.scenarios)):
            for scenario in self.scenarios:
                yield Wanted(
                    f"{scenario} {number}", scenario, self.set, ("set",), self.measure.roles, mode.point_replications,
                    {name: value for name, value in drawn.items() if name in mode.applying[scenario]},
                )  # fmt: skip

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The one that is compared."""
        yield ("measure",), self.measure

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios over which it is drawn."""
        return (self.scenario, self.against) if self.against else (self.scenario,)

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """The probability over the settings, and what decides it."""
        kept: list[dict[str, float]] = []
        intervals = []
        for number, values in enumerate(drawn_settings(mode, self.scenarios)):
            series = [seen.values(f"{scenario} {number}", self.measure) for scenario in self.scenarios]
            a, b = paired(series[0], series[-1])
            own = mean_interval(a - b if self.against else a)
            if own.n:
                intervals.append(own)
                kept.append(values)
        means = [own.mean for own in intervals]
        chances = chances_above_zero(
            np.array(means), np.array([own.low for own in intervals]), np.array([own.n for own in intervals])
        )
        probability = float(chances.mean())
        low, high = bootstrap_interval(chances, seen.seed)
        told = f"above at probability {probability:.0%} [{low:.0%}, {high:.0%}] over {len(means)} settings"
        verdict = judged(self.expect, low, high)
        if verdict == "conditional":
            told += f"; most decided by {named_drivers(kept, means)}"
        return Finding(verdict=verdict, told=told)

    @property
    def experiment(self) -> str:
        """What is compared, over what."""
        against = f"{self.scenario} against {self.against or 'zero'}"
        return f"{self.measure.label}: {against}, every guessed number drawn from its plausible range"


def drawn_settings(mode: Mode, scenarios: Sequence[str]) -> list[dict[str, float]]:
    """Settings of the priors that do something in one of the scenarios."""
    used = frozenset().union(*(mode.applying[scenario] for scenario in scenarios))
    factors = {name: prior.factor for name, prior in mode.priors.items() if name in used}
    return [dict(point.values) for point in points("latin_hypercube", factors, mode.points, mode.seed)]


def judged(expect: str, low: float, high: float) -> Verdict:
    """What an interval of a probability of lying above says."""
    if expect == "either":
        both = low > 1 - SURE and high < SURE
        one = high < 1 - SURE or low > SURE
        return "supported" if both else "contradicted" if one else "unknown"
    if expect == "below":
        low, high = 1 - high, 1 - low
    if low > SURE:
        return "supported"
    return "contradicted" if high < 1 - SURE else "conditional"


def named_drivers(kept: list[dict[str, float]], means: list[float]) -> str:
    """The parameters whose rank goes most with the measure."""
    found = {name: rank_correlation([values[name] for values in kept], means) for name in kept[0]}
    known = {name: own for name, own in found.items() if own[0] == own[0]}
    adjusted = dict(zip(known, holm([p for _, p in known.values()]), strict=True))
    ordered = sorted(known, key=lambda name: -abs(known[name][0]))[:NAMED]
    told = [f"{name} ({known[name][0]:+.2f}{'' if adjusted[name] < 1 - SURE else ', may be luck'})" for name in ordered]
    return ", ".join(told) or "nothing that varies"
