"""A week of more ads: what it sells at once, and what in all."""

from __future__ import annotations

import math

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context, Run, days, ticks_per_day
from simulator.validation.experiments import BASE_USERS, Experiment
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import jackknifed_ratio, orders

BRANDS = ("aurora", "cotton")
WEEK = 7
PULSE_DAY = 28
"""First day of the week of more ads: adstock and awareness have had four weeks."""

DAYS = 70
MORE = 1.5
YUAN_A_DAY = 4000 * 0.6 / 7
"""What a shipped campaign spends on ads a day."""


def _budgets(users: int) -> tuple[str, ...]:
    """A campaign of ads alone at a steady pace, as dense as the shipped one."""
    plan = f"{{start_day: 0, days: {DAYS}, budget_yuan: {YUAN_A_DAY * DAYS * users / BASE_USERS:.0f}"
    plan += ", ads_share: 1.0, seeds_share: 0.0, prizes_share: 0.0, posts_per_day: 0, deal: 0.0}"
    return tuple(f"brands.{brand}.campaign={plan}" for brand in BRANDS)


def _shop(label: str, more: bool) -> Experiment:
    pulse = tuple(
        {"do": "ads", "brand": brand, "start_day": PULSE_DAY, "days": WEEK, "factor": MORE} for brand in BRANDS
    )
    return Experiment(
        label, "marketplace", (f"market.days={DAYS}",), _budgets, actions=pulse if more else (), tables=("needs",)
    )


STEADY = _shop("ads: steady", more=False)
PULSE = _shop("ads: a week of more", more=True)


def weekly(run: Run) -> Array:
    """Orders of both brands over all outlets by week from the week of more ads on; shape (weeks, B)."""
    tick = ticks_per_day(run)
    weeks = range(PULSE_DAY, days(run) - WEEK + 1, WEEK)
    return np.array([orders(run, BRANDS, day * tick, (day + WEEK) * tick) for day in weeks])


def _gain(context: Context) -> tuple[Array, Array, Array]:
    """Of each replication: gain in the week and in all weeks, over the week's sales; shape (R, B). And the share."""
    steady, pulse = (np.array(context.each(one, weekly)) for one in (STEADY, PULSE))
    gain = pulse - steady
    base = steady[:, 0]
    return gain[:, 0] / base, gain.sum(axis=1) / base, base


def _short(context: Context) -> Array:
    now, _, _ = _gain(context)
    return np.asarray(np.log1p(now).mean(axis=1) / math.log(MORE))


def _long_over_short(context: Context) -> Array:
    """Gain in all weeks over the gain in the week itself, by jackknife of the ratio of means."""
    now, whole, _ = _gain(context)
    a, b = whole.mean(axis=1), now.mean(axis=1)
    return jackknifed_ratio(a, b)


PATTERN = Pattern(
    "13",
    "Ads sell a little, and twice as much in the long run",
    "adstock",
    "outside the bands",
    "Sethuraman, Tellis & Briesch 2011",
    (
        Part(
            "13a",
            "elasticity of the week's sales to ads",
            "fitted",
            Band(0.05, 0.25),
            "-",
            _short,
            "weight and saturation of adstock are not fitted yet; the calibration of the fitted rows is to set them.",
        ),
        Part(
            "13b",
            "long over short run",
            "fitted",
            Band(1.5, 2.6),
            "x",
            _long_over_short,
            "people whom the extra ads made aware stay aware for good, beside an adstock that fades within days; "
            "forgetting and the fitted carry-over would mend it.",
        ),
    ),
    experiments=(STEADY, PULSE),
)
