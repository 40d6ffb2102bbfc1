"""One plan in many worlds: how much of what comes out is luck, and whose.

Luck has three parts (`RedrawParameters`): who there is, what is posted, and chance. Two independent worlds A and B, and
A with one part taken from B, give each part's share of the variance (Saltelli et al. 2010, table 2): alone,
``S = E((B - E(B)) (AB - A)) / V``, exactly 0 if the part moves nothing, and with all that it does together with others,
``ST = E(A - AB)**2 / 2V``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.lab import Lab
from simulator.ensemble.luck_study import PARTS, A, B, LuckStudy, world_name
from simulator.ensemble.responses import ManyArms, needed, respond
from simulator.ensemble.statistics import LEVEL, mean_interval, resamples, variance_reduction
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.sweep import wilson
from simulator.types import Array

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
DRAWS = 1000
"""Resamples of pairs of worlds behind an interval of a share."""
UNKNOWN = np.full((2, 2), math.nan)
_RESPONSE = {
    "scenario": ("-", "label of the scenario, or two whose difference it is"),
    "outcome": ("-", "kind and metric"),
}
DOCS = {
    "worlds": TableDoc(
        "one row per scenario, outcome and run world",
        {
            "scenario": ("-", "label of the scenario"),
            "outcome": ("-", "kind and metric"),
            "sample": ("-", "number of the pair of worlds"),
            "of": ("-", "A, B, or A with the part of luck that is named taken from B"),
            "value": ("see metric", "in that world"),
        },
    ),
    "shares": TableDoc(
        "one row per response and part of luck",
        {
            **_RESPONSE,
            "part": ("-", "world: people, needs, graph; content: posts and how striking they are; chance: the rest"),
            "first": ("share", "of the variance by this part alone"),
            "first_low": ("share", "lower end of its 95 % interval (percentile bootstrap over pairs of worlds)"),
            "first_high": ("share", "upper end of it"),
            "total": ("share", "of the variance by this part and all that it does together with others"),
            "total_low": ("share", "lower end of its 95 % interval"),
            "total_high": ("share", "upper end of it"),
        },
    ),
    "quantiles": TableDoc(
        "one row per response, over independent worlds",
        {
            **_RESPONSE,
            "mean": ("see metric", "over worlds"),
            "low": ("see metric", "lower end of the 95 % interval of the mean (Student's t)"),
            "high": ("see metric", "upper end of it"),
            "n": ("-", "independent worlds"),
            "sd": ("see metric", "standard deviation between worlds"),
            **{f"q{round(100 * q):02d}": ("see metric", f"{q:.0%} quantile") for q in QUANTILES},
            "below_zero": ("share", "of the worlds in which it is below zero"),
        },
    ),
    "rivals": TableDoc(
        "one row per scenario and pair of brands",
        {
            "scenario": ("-", "label of the scenario"),
            "better": ("-", "brand of the higher quality"),
            "worse": ("-", "brand of the lower quality"),
            "metric": ("-", "by which the winner is told"),
            "worse_wins": ("probability", "that the worse one has more of it in a world; a tie counts half"),
            "low": ("probability", "lower end of its 95 % interval (Wilson 1927)"),
            "high": ("probability", "upper end of it"),
            "n": ("-", "independent worlds"),
        },
    ),
    "comparisons": TableDoc(
        "one row per comparison: how many worlds it takes, and what sharing their luck saves",
        {
            "a": ("-", "scenario, or its runs with campaigns"),
            "b": ("-", "scenario, or its runs without campaigns"),
            "outcome": ("-", "kind and metric"),
            "difference": ("see metric", "mean of a - b over worlds"),
            "sd": ("see metric", "of the difference between worlds that share their luck"),
            "variance_reduction": ("x", "variance of the difference between worlds that share nothing, over that"),
            "needed": ("replications", "to separate it from zero with power 0.8, worlds sharing their luck"),
            "needed_unpaired": ("replications", "the same between independent worlds"),
        },
    ),
}


def luck(spec: LuckStudy, scenarios: ManyArms, lab: Lab) -> dict[str, pd.DataFrame]:
    """Run every world, and say how much of the outcomes is whose luck.

    Raises
    ------
    StudyError
        If fewer than four pairs of worlds could be run whole.
    """
    points = spec.points()
    roles = len({role for one in spec.measured for role in one.roles})
    lab.expected = len(points) * len(scenarios.labels) * roles
    table = respond(lab, scenarios, points, spec.measured, range(1))
    each = _Worlds(spec, scenarios.labels, table)
    if each.whole < 4:
        lab.raise_failures()
    return {
        "worlds": each.table(),
        "shares": pd.DataFrame(_shares(each), columns=list(DOCS["shares"].columns)),
        "quantiles": pd.DataFrame(_quantiles(each), columns=list(DOCS["quantiles"].columns)),
        "rivals": pd.DataFrame(_rivals(each), columns=list(DOCS["rivals"].columns)),
        "comparisons": pd.DataFrame(_comparisons(each), columns=list(DOCS["comparisons"].columns)),
    }


class _Worlds:
    """Values by scenario, outcome, world of the pair and pair; pairs that lack a run are left out."""

    def __init__(self, spec: LuckStudy, labels: Sequence[str], table: pd.DataFrame):
        self.spec, self.labels = spec, tuple(labels)
        values = {
            (scenario, outcome, point): value
            for scenario, outcome, point, value in zip(
                table["scenario"], table["outcome"], table["point"], table["value"], strict=True
            )
        }
        outcomes = [one.label for one in spec.measured]
        keys = [(scenario, outcome) for scenario in labels for outcome in outcomes]
        known = [
            i
            for i in range(spec.worlds)
            if all((*key, world_name(i, of)) in values for key in keys for of in (A, B, *PARTS))
        ]
        self._values = {
            (*key, of): np.array([values[*key, world_name(i, of)] for i in known])
            for key in keys
            for of in (A, B, *PARTS)
        }
        self.samples, self.whole = known, len(known)

    def of(self, scenarios: tuple[str, ...], outcome: str, world: str) -> Array:
        """Values of one scenario, or the difference of two, by pair of worlds."""
        own = [self._values[scenario, outcome, world] for scenario in scenarios]
        return own[0] if len(own) == 1 else own[0] - own[1]

    def independent(self, scenarios: tuple[str, ...], outcome: str) -> Array:
        """The same in worlds that share nothing."""
        return np.concatenate([self.of(scenarios, outcome, world) for world in (A, B)])

    def responses(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every scenario, and every pair of them, with every outcome of the study."""
        for outcome in (one.label for one in self.spec.outcomes):
            yield from (((label,), outcome) for label in self.labels)
            yield from ((pair, outcome) for pair in itertools.combinations(self.labels, 2))

    def table(self) -> pd.DataFrame:
        """All values, one a row."""
        rows = [
            (scenario, outcome, sample, of, value)
            for (scenario, outcome, of), values in self._values.items()
            for sample, value in zip(self.samples, values.tolist(), strict=True)
        ]
        return pd.DataFrame(rows, columns=list(DOCS["worlds"].columns))


def shares_of(a: Array, b: Array, mixed: Array) -> tuple[float, float]:
    """First-order and total share of a part of luck; nan where nothing varies.

    Parameters
    ----------
    a, b, mixed : float64[n], of the worlds A and B, and of A with the part taken from B.
    """
    both = np.concatenate([a, b])
    variance = float(np.var(both, ddof=1))
    if variance == 0:
        return math.nan, math.nan
    first = float(np.mean((b - both.mean()) * (mixed - a)))
    return first / variance, float(np.mean((a - mixed) ** 2)) / (2 * variance)


def _shares(each: _Worlds) -> Iterator[tuple[Any, ...]]:
    for scenarios, outcome in each.responses():
        a, b = (each.of(scenarios, outcome, world) for world in (A, B))
        for part in PARTS:
            mixed = each.of(scenarios, outcome, part)
            first, total = shares_of(a, b, mixed)
            drawn = [shares_of(a[at], b[at], mixed[at]) for at in resamples(each.spec.seed, a.size, DRAWS)]
            ends = np.nanquantile(drawn, (0.5 - LEVEL / 2, 0.5 + LEVEL / 2), axis=0) if first == first else UNKNOWN
            yield " - ".join(scenarios), outcome, part, first, *ends[:, 0].tolist(), total, *ends[:, 1].tolist()


def _quantiles(each: _Worlds) -> Iterator[tuple[Any, ...]]:
    for scenarios, outcome in each.responses():
        values = each.independent(scenarios, outcome)
        own = mean_interval(values)
        quantiles = np.quantile(values, QUANTILES).tolist()
        below = float((values < 0).mean())
        yield " - ".join(scenarios), outcome, own.mean, own.low, own.high, own.n, own.sd, *quantiles, below


def _rivals(each: _Worlds) -> Iterator[tuple[Any, ...]]:
    for label in each.labels:
        for pair in each.spec.rivals:
            better, worse = (
                each.independent((label,), Outcome(metric=pair.metric, kind="level", brand=brand).label)
                for brand in (pair.better, pair.worse)
            )
            share = float(np.mean(np.where(worse == better, 0.5, worse > better)))
            yield label, pair.better, pair.worse, pair.metric, share, *wilson(share, worse.size), worse.size


def _comparisons(each: _Worlds) -> Iterator[tuple[Any, ...]]:
    outcomes: Mapping[str, Outcome] = {one.label: one for one in each.spec.outcomes}
    for one, two in itertools.combinations(each.labels, 2):
        for name in outcomes:
            yield one, two, name, *_saved(*(each.independent((label,), name) for label in (one, two)))
    for label in each.labels:
        for name, outcome in outcomes.items():
            if outcome.kind == "effect":
                level = each.independent((label,), outcome.model_copy(update={"kind": "level"}).label)
                control = level - each.independent((label,), name)
                yield f"{label}, campaign", f"{label}, control", name, *_saved(level, control)


def _saved(a: Array, b: Array) -> tuple[float, ...]:
    """Mean and deviation of a difference, what sharing luck saves, and worlds needed with and without that."""
    difference = mean_interval(a - b)
    alone = math.sqrt(float(np.var(a, ddof=1) + np.var(b, ddof=1)))
    saved = variance_reduction(a, b)
    paired, unpaired = (needed(sd, difference.mean) for sd in (difference.sd, alone))
    return difference.mean, difference.sd, saved, paired, unpaired
