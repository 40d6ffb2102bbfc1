"""People are there at noon and, most of all, late in the evening."""

from __future__ import annotations

import math

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context, Run, ticks_per_day
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern

DAY = Experiment("time of day", "public_feed", ("market.days=7",), role="control", tables=("visits",))
HOURS = 24
APART = 3
"""Hours between two peaks at least."""


def peaks(by_hour: Array) -> tuple[float, float]:
    """Middle of the busiest hour, and of the busiest other hour that is above both its neighbours; nan if flat.

    Parameters
    ----------
    by_hour : visits by hour of the day, shape (24,).
    """
    count = np.asarray(by_hour, np.float64)
    if np.ptp(count) == 0:
        return math.nan, math.nan
    first = int(np.argmax(count))
    away = np.abs(np.arange(count.size) - first)
    away = np.minimum(away, count.size - away) >= APART
    local = (count > np.roll(count, 1)) & (count > np.roll(count, -1)) & away
    second = int(np.argmax(np.where(local, count, -1.0))) + 0.5 if local.any() else math.nan
    return first + 0.5, second


def _peaks(run: Run) -> tuple[float, float]:
    visits = run.table("visits")
    hour = visits["tick"] % ticks_per_day(run) * HOURS // ticks_per_day(run)
    return peaks(visits.groupby(hour)["visits"].sum().to_numpy())


def _first(context: Context) -> Array:
    return np.array(context.each(DAY, _peaks))[:, 0]


def _second(context: Context) -> Array:
    return np.array(context.each(DAY, _peaks))[:, 1]


PATTERN = Pattern(
    "26",
    "The day peaks late in the evening and before or at noon",
    "sessions",
    "activity is flat over the day",
    "Weibo rumour data (Song et al. 2018); trade press 2015",
    (
        Part("26a", "busiest hour of the day", "input", Band(21, 23), "h", _first),
        Part("26b", "second peak", "input", Band(10, 13), "h", _second),
    ),
    experiments=(DAY,),
)
