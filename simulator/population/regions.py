"""Regions: shares of the population and income, and the blocks of user keys they own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np

from simulator.errors import nearest
from simulator.types import Array


@dataclass(frozen=True)
class Regions:
    """Names, shares of the users and mean income (yuan a year) of the people, shape (R,).

    Attributes
    ----------
    people : shares of the people, where users are not shared out as people are.
    """

    names: tuple[str, ...]
    share: Array
    income_yuan: Array
    people: Array | None = None

    def starts(self, n: int) -> Array:
        """First user key of each region among `n` users, and `n` at the end; int64, shape (R+1,).

        Regions are contiguous blocks of keys, so that near keys are near people and a graph
        whose neighbours are computed can find a region without memory.
        """
        edges = np.concatenate([[0.0], np.cumsum(self.share)]) * n
        return np.asarray(np.rint(edges), np.int64)

    @property
    def mean_income_yuan(self) -> float:
        """Of the people, users or not."""
        return float(np.sum((self.share if self.people is None else self.people) * self.income_yuan))

    def weighted(self, factor: Array) -> Regions:
        """The same regions with so many times as many users, relative to each other."""
        share = self.share * factor
        share = share / share.sum()
        share[-1] = 1.0 - share[:-1].sum()
        return replace(self, share=share, people=self.share if self.people is None else self.people)


@cache
def provinces() -> Regions:
    """The 31 provinces of 2014 (NBS)."""
    table = _table()
    people = np.array([float(r["population_10k"]) for r in table])
    income = np.array([float(r["income_yuan"]) for r in table])
    share = people / people.sum()
    share[-1] = 1.0 - share[:-1].sum()
    return Regions(tuple(r["region"] for r in table), share, income)


@cache
def netizens() -> Regions:
    """The provinces by their users of the internet, end of 2013 (CNNIC)."""
    return provinces().weighted(np.array([float(r["internet_share"]) for r in _table()]))


@cache
def _table() -> list[dict[str, str]]:
    text = resources.files("simulator.population").joinpath("provinces.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def by_region(what: str, given: Mapping[str, float], low: float, high: float) -> None:
    """Refuse numbers by region that name no region or lie outside their range.

    Raises
    ------
    ValueError
        With what is allowed.
    """
    known_regions(what, given)
    for name, value in given.items():
        if not low <= value <= high:
            raise ValueError(f"{what}.{name} is {value:g}; allowed: {low:g} to {high:g}")


def known_regions(what: str, names: Mapping[str, float] | tuple[str, ...]) -> None:
    """Refuse names of no region.

    Raises
    ------
    ValueError
        With the name meant, if one is near.
    """
    known = provinces().names
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise ValueError(f"{what} names no region {name!r}" + (f"; did you mean {near!r}?" if near else ""))
