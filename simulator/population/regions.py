"""Regions: shares of the population and income, and the blocks of user keys they own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from simulator.types import Array


@dataclass(frozen=True)
class Regions:
    """Names, population shares and mean income (yuan a year), shape (R,)."""

    names: tuple[str, ...]
    share: Array
    income_yuan: Array

    def starts(self, n: int) -> Array:
        """First user key of each region among `n` users, and `n` at the end; int64, shape (R+1,).

        Regions are contiguous blocks of keys, so that near keys are near people and a graph
        whose neighbours are computed can find a region without memory.
        """
        edges = np.concatenate([[0.0], np.cumsum(self.share)]) * n
        return np.asarray(np.rint(edges), np.int64)

    @property
    def mean_income_yuan(self) -> float:
        return float(np.sum(self.share * self.income_yuan))


@cache
def provinces() -> Regions:
    """The 31 provinces of 2014 (NBS)."""
    text = resources.files("simulator.population").joinpath("provinces.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    table = list(csv.DictReader(lines))
    people = np.array([float(r["population_10k"]) for r in table])
    income = np.array([float(r["income_yuan"]) for r in table])
    share = people / people.sum()
    share[-1] = 1.0 - share[:-1].sum()
    return Regions(tuple(r["region"] for r in table), share, income)
