"""A test over what is not known: is there an optimum between two ends, wherever its numbers plausibly lie?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Strict

from simulator.ensemble.claims.base import ClaimTest, Finding, Mode, Seen, Settings, Wanted
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.claims.prior import drawn_settings, judged, named_drivers
from simulator.ensemble.responses import paired
from simulator.ensemble.statistics import bootstrap_interval, mean_interval
from simulator.ensemble.study_schema import setting, wrong
from simulator.ensemble.sweep import chances_above_zero
from simulator.errors import Problem
from simulator.scenario.tree import Step

Three = Annotated[tuple[float, ...], Strict(False)]


class PriorPeak(ClaimTest):
    """In which share of plausible settings a measure is higher at a value of a parameter than at both ends.

    The value between is named beforehand, so none is chosen for having been lucky; an optimum elsewhere may be missed,
    and the share is a lower bound. Of both comparisons the probability that both hold is at least their sum less one
    (Frechet 1935), which is what is counted.
    """

    kind: Literal["prior_peak"] = setting(doc="an optimum inside, over what is not known")
    scenario: str = setting(doc="the scenario")
    set: Settings = setting({}, doc="changes at all values")
    path: str = setting(doc="the parameter; * stands for every item")
    values: Three = setting(doc="one end, a value between, the other end")
    measure: Measure = setting(doc="what is compared")
    expect: Literal["above", "below", "either"] = setting(
        "either", doc="how it should be, with probability .95: an optimum inside, none, or both possible"
    )

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        if len(self.values) != 3 or not self.values[0] < self.values[1] < self.values[2]:
            yield wrong("values", f"are {list(self.values)}", "three that rise: an end, a value between, an end")

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenario over which it is drawn."""
        return (self.scenario,)

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """The three values at every setting drawn."""
        for number, drawn in enumerate(drawn_settings(mode, self.scenarios)):
            for value in self.values:
                yield Wanted(
                    f"{value} {number}", self.scenario, {**self.set, self.path: value}, ("path",), self.measure.roles,
                    mode.point_replications, drawn,
                )  # fmt: skip

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The one that is compared."""
        yield ("measure",), self.measure

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """The share of settings with an optimum inside, and what decides it."""
        kept, height, chances = [], [], []
        for number, values in enumerate(drawn_settings(mode, self.scenarios)):
            low, inside, high = (seen.values(f"{value} {number}", self.measure) for value in self.values)
            over = [mean_interval(np.subtract(*paired(inside, end))) for end in (low, high)]
            if all(one.n > 1 for one in over):
                parts = (np.array([getattr(one, name) for one in over]) for name in ("mean", "low", "n"))
                chances.append(max(0.0, float(chances_above_zero(*parts).sum()) - 1.0))
                height.append(min(one.mean for one in over))
                kept.append(values)
        if not chances:
            return Finding(verdict="unknown", told="nothing could be compared")
        share, (least, most) = float(np.mean(chances)), bootstrap_interval(np.array(chances), seen.seed)
        told = f"an optimum inside at probability {share:.0%} [{least:.0%}, {most:.0%}] over {len(kept)} settings"
        return Finding(
            verdict=judged(self.expect, least, most), told=f"{told}; most decided by {named_drivers(kept, height)}"
        )

    @property
    def experiment(self) -> str:
        """What is compared, over what."""
        ends = f"{self.path} = {self.values[1]:g} against {self.values[0]:g} and {self.values[2]:g}"
        return f"{self.measure.label}: {self.scenario}, {ends}, every guessed number drawn from its plausible range"
