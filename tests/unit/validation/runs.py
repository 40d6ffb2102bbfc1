"""Runs made by hand, for patterns to be measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simulator.validation.context import Context, Run
from simulator.validation.experiments import Effort, Experiment
from simulator.validation.pattern import NotRunError

EFFORT = Effort("test", 2, 2, 2, 400, (400,))


@dataclass(frozen=True)
class HandMade:
    """A run with the tables given."""

    tables: Mapping[str, pd.DataFrame]
    days: int = 7
    users: int = 1000
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scenario(self) -> Mapping[str, Any]:
        return {"market": {"days": self.days, "users": self.users, "tick_minutes": 60}, **self.more}

    def table(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            raise NotRunError(f"no {name}")
        return self.tables[name]


def context(runs: Mapping[Experiment, Sequence[Run]], **more: Any) -> Context:
    """A context in which these experiments have been run."""
    return Context(EFFORT, 1, 400, {one.label: made for one, made in runs.items()}, **more)


def posts(trees: Sequence[Sequence[int]], minutes: Sequence[Sequence[int]] | None = None) -> pd.DataFrame:
    """The table `ordinary_posts` of trees given by parents (-1 first, for the root), in the contract's types."""
    rows = []
    for number, parents in enumerate(trees):
        key = [1000 * (number + 1) + node for node in range(len(parents))]
        depth = [0] * len(parents)
        for node, parent in enumerate(parents):
            depth[node] = 0 if parent < 0 else depth[parent] + 1
            minute = minutes[number][node] if minutes else node
            above = 0 if parent < 0 else key[parent]
            rows.append((key[node], key[0], above, node, minute, depth[node], 0 if parent < 0 else 1))
    names = ["post_key", "root_key", "parent_key", "author", "minute", "depth", "exposures"]
    kinds = [np.uint64, np.uint64, np.uint64, np.uint32, np.int64, np.int32, np.uint8]
    return pd.DataFrame(rows, columns=names).astype(dict(zip(names, kinds, strict=True)))


def star(reposts: int) -> list[int]:
    """A root and its direct reposts."""
    return [-1] + [0] * reposts


def chain(reposts: int) -> list[int]:
    """Every post reposts the one before it."""
    return list(range(-1, reposts))
