"""When people are active, by time of day and day of the week."""

from __future__ import annotations

import numpy as np

from simulator.kernels import sessions
from simulator.types import MINUTES_PER_DAY, Array


class Calendar:
    """Ticks, days and weekdays of a run, and how active people are in each.

    Parameters
    ----------
    tick_minutes : length of a tick; divides a day.
    start_weekday : weekday of day 0, Monday is 0.
    activity : float32[n], mean visits a day of every `step`-th user, for what visits to expect.
    """

    def __init__(self, tick_minutes: int, start_weekday: int, activity: Array, step: int):
        self.tick_minutes = tick_minutes
        self.ticks_per_day = MINUTES_PER_DAY // tick_minutes
        self._start = start_weekday
        self._activity = np.ascontiguousarray(activity)
        self._step = step
        self._expected: dict[float, float] = {}

    def weekday_factor(self, day: int) -> float:
        """Relative activity of a day of the run."""
        return WEEKLY[(self._start + day) % len(WEEKLY)]

    def hours(self, tick: int) -> tuple[int, Array]:
        """The first hour of the run that a tick touches, and the relative activity of each: mean over a week 1."""
        first = tick * self.tick_minutes // 60
        last = -(-(tick + 1) * self.tick_minutes // 60)
        beats = [HOURLY[hour % 24] * self.weekday_factor(hour // 24) for hour in range(first, last)]
        return first, np.array(beats)

    def expected_visits(self, day: int) -> float:
        """Expected visits of all users on a day of the run."""
        factor = self.weekday_factor(day)
        if factor not in self._expected:
            total = 0.0
            for beat in HOURLY:
                an_hour = self._activity.astype(np.float64) * (beat * factor / 24.0)
                total += float(np.minimum(an_hour, sessions.MOST_AN_HOUR).sum())
            self._expected[factor] = total * self._step
        return self._expected[factor]


WEEKLY = (0.98, 0.98, 0.98, 0.98, 0.98, 1.05, 1.05)
"""Relative activity by weekday from Monday, mean 1: half of Weibo's users post more at weekends (Gao et al. 2012); the
size is a guess."""

_WEIGHTS = (
    0.55, 0.30, 0.18, 0.12, 0.10, 0.14, 0.30, 0.60, 0.90, 1.15, 1.30, 1.30,
    1.40, 1.30, 1.15, 1.10, 1.10, 1.10, 1.15, 1.30, 1.50, 1.75, 1.85, 1.26,
)  # fmt: skip

HOURLY = tuple(weight * 24.0 / sum(_WEIGHTS) for weight in _WEIGHTS)
"""Relative activity by hour of the day, mean 1; peaks near 12 h and 22 h, low near 5 h. The peaks are those of 2014-15
(WeChat 22:00-22:30, shopping 10:00 and 22:00); a judged guess between."""
