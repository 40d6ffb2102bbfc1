"""The car season: how many reserved, who only meant to, what it was worth, who looked at what, and where they live."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulator.types import Array
from simulator.validation import cars
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import jackknifed_ratio

EXCEPTIONS = 1
"""Provinces of the eight that may look elsewhere."""


def _reserved(run: Run) -> float:
    return len(cars.reservations(run)) * cars.per_ten_thousand(run)


def _pair(run: Run) -> tuple[float, float]:
    return cars.intents(run), float(len(cars.reservations(run)))


def _value(run: Run) -> float:
    return float(cars.reservations(run)["chosen"].map(dict(cars.list_prices(run))).mean())


def _reservations(context: Context) -> Array:
    return context.values(cars.SEASON, _reserved)


def _ratio(context: Context) -> Array:
    found = np.array(context.each(cars.SEASON, _pair))
    return jackknifed_ratio(found[:, 0], found[:, 1])


def _values(context: Context) -> Array:
    return context.values(cars.SEASON, _value)


def weakest(counts: Sequence[pd.DataFrame]) -> float:
    """The lowest index of the tier named, after the exceptions: above 1 if at least seven provinces look as told."""
    whole = pd.concat(counts).groupby(level=0).sum()
    found = np.array([cars.index(whole, region, tier) for region, tier in cars.LIVE.items()])
    return float(np.sort(np.nan_to_num(found))[EXCEPTIONS])


def _weakest(context: Context) -> Array:
    return cars.pooled(context.each(cars.SEASON, cars.looked), weakest)


def _told_index(context: Context) -> str:
    whole = pd.concat(context.each(cars.SEASON, cars.looked)).groupby(level=0).sum()
    told = [f"{region} {cars.index(whole, region, tier):.2f}" for region, tier in cars.LIVE.items()]
    return "index of the tier named: " + ", ".join(told)


def by_region(run: Run) -> pd.Series:
    """Reservations of the campaign by region."""
    return cars.reservations(run)["region"].value_counts()


def lead(counts: Sequence[pd.Series]) -> float:
    """Reservations of the least of the four provinces named over those of the best of the others."""
    whole = pd.concat(counts).groupby(level=0).sum()
    named = whole.reindex(list(cars.BACKBONE), fill_value=0)
    others = whole.drop(list(cars.BACKBONE), errors="ignore")
    return float(named.min() / others.max()) if len(others) else float("nan")


def _lead(context: Context) -> Array:
    return cars.pooled(context.each(cars.SEASON, by_region), lead)


def _told_volume(context: Context) -> str:
    whole = pd.concat(context.each(cars.SEASON, by_region)).groupby(level=0).sum().sort_values(ascending=False)
    share = whole / whole.sum()
    return "shares of reservations: " + ", ".join(f"{name} {one:.3f}" for name, one in share.head(7).items())


PATTERN = Pattern(
    "20",
    "The car season",
    "the whole chain from need to reservation",
    "any number outside its band",
    "iResearch and Weibo, 2014 (chinainternetwatch.com/8675): 60,000 reserved of 156 million, above 9.2 billion yuan, "
    "150,000 more intents; the seed article for provinces",
    (
        Part(
            "20a",
            "reservations in the 14 days per 10,000 monthly users",
            "judged",
            Band(2.5, 5.5),
            "reservations",
            _reservations,
            "how many needs a deal brings forward, and how many people the campaigns reach, are guesses that nothing "
            "fitted sets.",
        ),
        Part("20b", "intents stated and not reserved, over reservations", "fitted", Band(2.0, 3.2), "x", _ratio),
        Part("20c", "mean list price of what was reserved", "fitted", Band(138_000, 169_000), "yuan", _values),
        Part(
            "20d",
            "lowest index but one of the tier that each of eight provinces is said to look at",
            "judged",
            Band(1.0),
            "x",
            _weakest,
            "income alone orders the provinces, and the provinces named for 200,000 to 400,000 yuan are not all richer "
            "than the users of the platform are on average; taste by province would mend it, and no source gives it.",
            _told_index,
        ),
        Part(
            "20e",
            "reservations of the least of Guangdong, Jiangsu, Beijing and Zhejiang over the best of the others",
            "judged",
            Band(1.0),
            "x",
            _lead,
            "where users live is known for three provinces only, and income and users together put Shanghai before "
            "Jiangsu: the price of a plate there does not keep enough people from buying.",
            _told_volume,
        ),
    ),
    experiments=(cars.SEASON,),
)
