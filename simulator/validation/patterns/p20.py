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

WANTED_SIGNS = 7


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


def signs(counts: Sequence[pd.DataFrame]) -> float:
    """How many of the eight provinces look at the tier the article says more than everybody does."""
    whole = pd.concat(counts).groupby(level=0).sum()
    return float(sum(cars.index(whole, region, tier) > 1.0 for region, tier in cars.LIVE.items()))


def _signs(context: Context) -> Array:
    return cars.pooled(context.each(cars.SEASON, cars.looked), signs)


def _told_signs(context: Context) -> str:
    whole = pd.concat(context.each(cars.SEASON, cars.looked)).groupby(level=0).sum()
    told = [f"{region} {cars.index(whole, region, tier):.2f}" for region, tier in cars.LIVE.items()]
    return "index of the tier named: " + ", ".join(told)


def by_region(run: Run) -> pd.Series:
    """Reservations of the campaign by region."""
    return cars.reservations(run)["region"].value_counts()


def backbone(counts: Sequence[pd.Series]) -> float:
    """How many of the four provinces named are among the four with most reservations."""
    whole = pd.concat(counts).groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    return float(len(set(whole.index[:4]) & set(cars.BACKBONE)))


def _backbone(context: Context) -> Array:
    return cars.pooled(context.each(cars.SEASON, by_region), backbone)


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
            "provinces of eight that look at the tier named",
            "judged",
            Band(WANTED_SIGNS),
            "provinces",
            _signs,
            "income alone orders the provinces, and the provinces named for 200,000 to 400,000 yuan are not all richer "
            "than the users of the platform are on average; taste by province would mend it, and no source gives it.",
            _told_signs,
        ),
        Part(
            "20e",
            "of Guangdong, Jiangsu, Beijing and Zhejiang, among the four with most reservations",
            "judged",
            Band(4.0),
            "provinces",
            _backbone,
            "where users live is known for three provinces only, and income and users together put Shanghai before "
            "Jiangsu: the price of a plate there does not keep enough people from buying.",
            _told_volume,
        ),
    ),
    experiments=(cars.SEASON,),
)
