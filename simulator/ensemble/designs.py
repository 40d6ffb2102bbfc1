"""Which settings of its factors a study visits: grids, space-filling samples, one factor at a time."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.stats import qmc

from simulator.ensemble.search import spread
from simulator.ensemble.study_schema import Factor
from simulator.scenario.scalars import number
from simulator.types import Array

Design = Literal["compare", "grid", "subexperiments", "latin_hypercube", "sobol", "one_at_a_time"]
Levels = Mapping[str, Sequence[Any]]
SAMPLED = ("latin_hypercube", "sobol")
"""Designs that take a number of points from ranges."""

DIGITS = 12
"""Significant digits of a sampled value: enough to be told apart, few enough to be the same on every machine."""


@dataclass(frozen=True)
class Point:
    """One setting.

    Attributes
    ----------
    label : unique in the study; empty for the scenarios as they are.
    values : by factor. What is not named stays as the scenario has it.
    """

    label: str
    values: Mapping[str, Any]


def points(
    design: Design, factors: Mapping[str, Factor], n: int, seed: int, subexperiments: Sequence[Levels] = ()
) -> list[Point]:
    """The settings of a design, in a fixed order.

    Parameters
    ----------
    design : "compare" has one setting, the scenarios as they are; "grid" has all combinations of the levels;
        "latin_hypercube" (McKay et al. 1979) and "sobol" (scrambled) spread `n` settings over the ranges;
        "one_at_a_time" has the scenarios as they are, then each factor's levels alone; "subexperiments" has all
        combinations inside each of several parts of the whole grid, each setting once.
    factors : by name.
    n : settings of a sampled design.
    seed : of a sampled design.
    subexperiments : of that design: values by factor.
    """
    if design == "compare":
        return [Point("", {})]
    if design == "grid":
        return _grid({name: one.levels for name, one in factors.items()})
    if design == "subexperiments":
        every = [point for part in subexperiments for point in _grid(part)]
        return list({point.label: point for point in every}.values())
    if design == "one_at_a_time":
        alone = [_told({name: level}) for name, one in factors.items() for level in one.levels]
        return [Point("as it is", {}), *alone]
    return sampled(factors, _shares(design, len(factors), n, seed))


def sampled(factors: Mapping[str, Factor], shares: Array) -> list[Point]:
    """Settings at given shares (float64[n, d]) of the ranges."""
    return [Point(f"point {number}", values_at(factors, own)) for number, own in enumerate(shares)]


def values_at(factors: Mapping[str, Factor], shares: Array) -> dict[str, float]:
    """The value of each factor at its share of the range, rounded to `DIGITS`."""
    found = {}
    for (name, one), share in zip(factors.items(), shares, strict=True):
        low, high = one.bounds
        found[name] = min(max(float(f"{one.at(float(share)):.{DIGITS}g}"), low), high)
    return found


def _grid(levels: Levels) -> list[Point]:
    """All combinations."""
    return [_told(dict(zip(levels, chosen, strict=True))) for chosen in itertools.product(*levels.values())]


def _shares(design: str, dimensions: int, n: int, seed: int) -> Array:
    if design == "sobol":
        return spread(dimensions, n, seed)
    return np.asarray(qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(n))


def _told(values: Mapping[str, Any]) -> Point:
    return Point(", ".join(f"{name}={_short(value)}" for name, value in values.items()), values)


def _short(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
