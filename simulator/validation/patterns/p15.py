"""A brand's posts in a circle sell on the day and cost followers in the long run."""

from __future__ import annotations

import numpy as np

from simulator.types import MINUTES_PER_DAY, Array
from simulator.validation.context import Context, Run, days, ticks_per_day
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, NotRunError, Part, Pattern
from simulator.validation.sales import jackknifed_ratio, orders

BRANDS = ("aurora", "cotton")
"""One product of each category; their rivals are silent in every world."""

YEAR = 365
FIFTH_MONTH = (120, 150)
"""Days, the last excluded."""


def _accounts(label: str, pushes: int) -> Experiment:
    settings = ("market.users=2000", *(f"brands.{brand}.pushes_a_month={pushes}" for brand in BRANDS))
    tables = ("panel", "needs", "posts", "assets")
    return Experiment(f"brand accounts: {label}", "official_account", settings, tables=tables, size="own")


PUSHING = _accounts("four posts a month", 4)
SILENT = _accounts("silent", 0)


def push_days(run: Run, brand: str) -> Array:
    """Days on which the account of a brand posted, ascending."""
    posts = run.table("posts")
    mine = posts[(posts["kind"] == "brand") & (posts["brand"] == brand)]
    return np.unique(mine["minute"].to_numpy(np.int64) // MINUTES_PER_DAY)


def _sales(run: Run, brand: str) -> Array:
    """Orders of a brand over all outlets by day of payment."""
    day = ticks_per_day(run)
    needs = run.table("needs")
    paid = needs.loc[(needs["status"] == "bought") & (needs["brand"] == brand), "paid_tick"].to_numpy(np.int64)
    return np.bincount(paid // day, minlength=days(run))


def _unfollows(run: Run, brand: str) -> Array:
    panel = run.table("panel")
    mine = panel[panel["brand"] == brand]
    return np.bincount(mine["tick"] // ticks_per_day(run), mine["unfollows"], minlength=days(run))


def _followers(run: Run, brand: str) -> Array:
    """Followers at the end of each day on which they were counted; nan on others."""
    assets = run.table("assets")
    mine = assets[assets["brand"] == brand].groupby("day")["followers"].sum()
    return np.asarray(mine.reindex(range(1, days(run) + 1)).to_numpy(np.float64))


def same_day(pushing: Run, silent: Run) -> tuple[float, float]:
    """Orders on days of a post, with posts and without them."""
    found = np.zeros(2)
    for brand in BRANDS:
        on = push_days(pushing, brand)
        found += [_sales(run, brand)[on].sum() for run in (pushing, silent)]
    return float(found[0]), float(found[1])


def unfollowing(pushing: Run, silent: Run) -> tuple[float, float]:
    """Unfollows per follower on days of a post, with posts and without them."""
    found = np.zeros((2, 2))
    for brand in BRANDS:
        on = push_days(pushing, brand)
        for which, run in enumerate((pushing, silent)):
            found[which] += [_unfollows(run, brand)[on].sum(), np.nansum(_followers(run, brand)[on])]
    rates = found[:, 0] / found[:, 1]
    return float(rates[0]), float(rates[1])


def fifth_month(pushing: Run, silent: Run) -> tuple[float, float]:
    """Orders in the fifth month, with posts and without them."""
    ticks = [day * ticks_per_day(pushing) for day in FIFTH_MONTH]
    return tuple(float(orders(run, BRANDS, *ticks).sum()) for run in (pushing, silent))  # type: ignore[return-value]


def after_a_year(pushing: Run, silent: Run) -> tuple[float, float]:
    """Followers on the last day, with posts and without them."""
    if days(pushing) < YEAR:
        raise NotRunError(f"the run is of {days(pushing)} days, not of {YEAR}")
    return tuple(float(sum(_followers(run, brand)[-1] for brand in BRANDS)) for run in (pushing, silent))  # type: ignore[return-value]


def _ratio(context: Context, measure: object) -> Array:
    pairs = zip(context.runs(PUSHING), context.runs(SILENT), strict=True)
    with_posts, without = np.array([measure(*pair) for pair in pairs]).T  # type: ignore[operator]
    return jackknifed_ratio(with_posts, without)


def _same_day(context: Context) -> Array:
    return _ratio(context, same_day) - 1.0


def _unfollowing(context: Context) -> Array:
    return _ratio(context, unfollowing)


def _fifth_month(context: Context) -> Array:
    return _ratio(context, fifth_month) - 1.0


def _after_a_year(context: Context) -> Array:
    return _ratio(context, after_a_year) - 1.0


DIAGNOSIS = "what a push does to its readers is not fitted yet; the calibration of the fitted rows is to set it."

PATTERN = Pattern(
    "15",
    "Four brand posts a month sell on the day and wear followers out",
    "fatigue",
    "there is no cost in the long run",
    "Wang, Greenwood & Pavlou 2020, MIS Quarterly",
    (
        Part(
            "15a",
            "sales on days of a post, with posts over without",
            "fitted",
            Band(0.03, 0.08),
            "relative change",
            _same_day,
            DIAGNOSIS,
        ),
        Part(
            "15b",
            "unfollowing on days of a post, with posts over without",
            "input",
            Band(3, 5),
            "x",
            _unfollowing,
            DIAGNOSIS,
        ),
        Part(
            "15c",
            "sales in the fifth month",
            "fitted",
            Band(-0.08, -0.02),
            "relative change",
            _fifth_month,
            "posts make people aware and well-disposed for good, and who has tired of them buys no less for it; a "
            "fatigue that also lowers the worth of the brand would mend it and is not in the model.",
        ),
        Part(
            "15d", "followers after a year", "fitted", Band(-0.30, -0.10), "relative change", _after_a_year, DIAGNOSIS
        ),
    ),
    experiments=(PUSHING, SILENT),
)
