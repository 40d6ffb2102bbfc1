"""What marketing brings: of one comparison the return on average, of a sweep over budgets that of the next yuan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from simulator.report.tables import StudyTables, kept

BUDGET = "budget_yuan"
GAIN = ("effect contribution_campaigning_yuan", "effect contribution_yuan")
SPEND = ("effect marketing_spend_yuan", "level marketing_spend_yuan")


@dataclass(frozen=True)
class Step:
    """From one budget to the next: what more was spent, and what each yuan of it added, with its interval."""

    scenario: str
    low_spend: float
    high_spend: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Point:
    """A budget: mean spend, mean gain, and the interval of the gain."""

    scenario: str
    budget: float
    spend: float
    gain: float
    low: float
    high: float


def ratio(y: np.ndarray, x: np.ndarray, level: float) -> tuple[float, float, float]:
    """Mean of y over mean of x with Student's t and the ratio estimator's error, sd(y - R x) / (mean(x) sqrt(n)).

    Cochran 1977, Sampling Techniques, section 6.4. NaN where nothing more was spent; no interval for one pair.
    """
    n = len(y)
    if not n or x.sum() <= 0:
        return math.nan, math.nan, math.nan
    own = float(y.sum() / x.sum())
    if n < 2:
        return own, math.nan, math.nan
    sd = float(np.sqrt(np.square(y - own * x).sum() / (n - 1)))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * sd / math.sqrt(n) / float(x.mean())
    return own, own - half, own + half


@kept
def budget_factor(tables: StudyTables) -> str:
    """The factor of the sweep that sets a marketing budget, if it varies; empty if none does."""
    sweep = tables.of_kind("sweep")
    if sweep is None or "sweep.responses" not in tables:
        return ""
    rows = tables["sweep.responses"]
    outcomes = set(rows["outcome"])
    if not outcomes & set(GAIN) or not outcomes & set(SPEND):
        return ""
    factors: dict[str, Any] = dict(sweep.asked.get("factors") or {})
    for name, factor in factors.items():
        paths = factor.get("path", "")
        paths = [paths] if isinstance(paths, str) else list(paths)
        if any(str(path).endswith(BUDGET) for path in paths) and name in rows and len(rows[name].dropna().unique()) > 1:
            return str(name)
    return ""


def _wide(tables: StudyTables, factor: str, outcomes: tuple[str, ...]) -> pd.DataFrame:
    """One outcome by scenario and budget (rows) and replication (columns); other factors at their first value."""
    rows = tables["sweep.responses"]
    name = next(one for one in outcomes if (rows["outcome"] == one).any())
    rows = rows[rows["outcome"] == name]
    others = [c for c in rows if c not in ("scenario", "point", factor, "replication", "outcome", "value")]
    for other in others:
        rows = rows[rows[other].isna() | (rows[other] == rows[other].dropna().min())]
    return rows.pivot_table(index=["scenario", factor], columns="replication", values="value", sort=True)


@kept
def by_budget(tables: StudyTables) -> tuple[list[Point], list[Step]]:
    """Points and steps of the sweep over budgets, by scenario."""
    factor = budget_factor(tables)
    gain, spend = _wide(tables, factor, GAIN), _wide(tables, factor, SPEND)
    points, steps = [], []
    for scenario in dict.fromkeys(gain.index.get_level_values(0)):
        budgets = sorted(gain.loc[scenario].index)
        before = None
        for budget in budgets:
            y, x = (table.loc[(scenario, budget)].to_numpy(float) for table in (gain, spend))
            gained = ratio(y, np.ones(len(y)), tables.level)
            points.append(Point(str(scenario), float(budget), float(x.mean()), *gained))
            if before is not None:
                more, least = ratio(y - before[0], x - before[1], tables.level), float(before[1].mean())
                steps.append(Step(str(scenario), least, float(x.mean()), *more))
            before = (y, x)
    return points, steps
