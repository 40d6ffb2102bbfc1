"""A second exposure helps a repost, further ones do not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.types import Array
from simulator.validation.cascades import ORDINARY
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern

MOST = 4
"""Exposures are counted one by one up to three, then together."""


def within_post(dose: pd.DataFrame, over: int, under: int) -> float:
    """Chance of a repost at exposure `over` over that at `under`, within posts.

    Posts differ in quality, and good ones are seen more often, so the pooled ratio is above 1 even where the dose
    does not matter. The ratio of Mantel & Haenszel 1959 compares within each post:
    sum(a n0 / N) / sum(b n1 / N), with a reposts of n1 sights at `over`, b of n0 at `under`, N = n0 + n1.

    Parameters
    ----------
    dose : root_key, exposures, seen (sights), reposted (of them).

    Returns
    -------
    float
        nan if no post was reposted at `under`.
    """
    exposures = np.minimum(dose["exposures"], MOST)
    table = dose.assign(exposures=exposures).pivot_table(
        index="root_key", columns="exposures", values=["seen", "reposted"], aggfunc="sum", fill_value=0.0
    )
    if not {(one, m) for one in ("seen", "reposted") for m in (over, under)} <= set(table.columns):
        return float("nan")
    a, n1, b, n0 = (table[one, m].to_numpy(np.float64) for m in (over, under) for one in ("reposted", "seen"))
    whole = np.maximum(n0 + n1, 1.0)
    below = float((b * n1 / whole).sum())
    return float((a * n0 / whole).sum()) / below if below > 0 else float("nan")


def pooled(dose: pd.DataFrame, over: int, under: int) -> float:
    """The same ratio over all posts together."""
    counts = dose.assign(exposures=np.minimum(dose["exposures"], MOST)).groupby("exposures")[["seen", "reposted"]].sum()
    chance = counts["reposted"] / counts["seen"]
    return float(chance.get(over, np.nan) / chance.get(under, np.nan))


def _second(run: Run) -> float:
    return within_post(run.table("ordinary_dose"), 2, 1)


def _later(run: Run) -> float:
    return within_post(run.table("ordinary_dose"), MOST, 2)


def _seconds(context: Context) -> Array:
    return context.values(ORDINARY, _second)


def _laters(context: Context) -> Array:
    return context.values(ORDINARY, _later)


def _note(context: Context) -> str:
    dose = context.runs(ORDINARY)[0].table("ordinary_dose")
    return f"pooled over posts {pooled(dose, 2, 1):.2f} and {pooled(dose, MOST, 2):.2f} (first run)"


PATTERN = Pattern(
    "6",
    "Reposting peaks at the second exposure",
    "dose response",
    "the chance grows past three exposures",
    "Bao, Shen, Chen & Cheng 2013, PLoS ONE",
    (
        Part(
            "6a",
            "chance at the 2nd over the 1st exposure, within post",
            "input",
            Band(1.1, 2.5),
            "x",
            _seconds,
            note=_note,
        ),
        Part("6b", "chance at the 4th and later over the 2nd, within post", "input", Band(high=1.05), "x", _laters),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
