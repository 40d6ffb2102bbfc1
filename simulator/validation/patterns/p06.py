"""A second exposure helps a repost, further ones do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simulator.types import Array
from simulator.validation.cascades import ORDINARY
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern

FLAT = replace(
    ORDINARY,
    label="ordinary posts, every dose alike",
    settings=(
        *ORDINARY.settings,
        "platforms.public_feed.affordances.repost={dose_2: 1.0, dose_3: 1.0, dose_4: 1.0}",
    ),
    tables=("ordinary_dose",),
)
"""The same week with a repost hazard that does not know how often a post was seen."""


def response(dose: pd.DataFrame) -> tuple[float, float, float]:
    """Chance of a repost at the first, the second, and the fourth and any later exposure.

    Parameters
    ----------
    dose : exposures (1, 2, ...), seen (pairs of user and root that reached so many), reposted (of these, at it).
    """
    counts = dose.groupby("exposures")[["seen", "reposted"]].sum()
    first, second = (counts.reindex([m]).fillna(0).sum() for m in (1, 2))
    later = counts[counts.index >= 4].sum()
    return tuple(float(c["reposted"] / c["seen"]) if c["seen"] > 0 else float("nan") for c in (first, second, later))  # type: ignore[return-value]


def _response(run: Run) -> tuple[float, float, float]:
    return response(run.table("ordinary_dose"))


def _within(context: Context, over: int, under: int) -> Array:
    """Ratio of two chances, over what the ratio is when all doses are alike: what posts differ in falls out."""
    dosed, flat = (np.array(context.each(one, _response)) for one in (ORDINARY, FLAT))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((dosed[:, over] / dosed[:, under]) / (flat[:, over] / flat[:, under]))


def _second(context: Context) -> Array:
    return _within(context, 1, 0)


def _later(context: Context) -> Array:
    return _within(context, 2, 1)


def _note(context: Context) -> str:
    flat = np.array(context.each(FLAT, _response)).mean(axis=0)
    return f"pooled over posts, a flat dose alone gives {flat[1] / flat[0]:.2f} and {flat[2] / flat[1]:.2f}"


PATTERN = Pattern(
    "6",
    "Reposting peaks at the second exposure",
    "dose response",
    "the chance grows past three exposures",
    "Bao, Shen, Chen & Cheng 2013, PLoS ONE",
    (
        Part("6a", "chance at the 2nd over the 1st exposure, within post", "input", Band(1.1, 2.5), "x", _second,
             note=_note),
        Part("6b", "chance at the 4th and later over the 2nd, within post", "input", Band(high=1.05), "x", _later),
    ),
    experiments=(ORDINARY, FLAT),
    cascades=True,
)  # fmt: skip
