"""What cars cost where: orders by region against registrations, and what rationing plates did to them."""

from __future__ import annotations

from functools import partial

import numpy as np

from simulator.types import Array
from simulator.validation import cars
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.reference import car_prices

FILE = "china_car_registrations_2010_2015.tsv.gz"
QUANTILES = (0.1, 0.5, 0.9)


def hebei(run: Run) -> Array:
    """List prices of the cars bought in Hebei."""
    return cars.prices(run, "Hebei")


def beijing(run: Run) -> Array:
    """List prices of the cars bought in Beijing."""
    return cars.prices(run, "Beijing")


def _quantile(prices: list[Array], q: float) -> float:
    return float(np.quantile(np.concatenate(prices), q)) if any(one.size for one in prices) else float("nan")


def _against(context: Context, q: float) -> Array:
    real = car_prices(context.file(FILE), "Shijiazhuang", 2014)
    return cars.pooled(context.each(cars.SEASON, hebei), partial(_quantile, q=q)) / real.quantile(q)


def _told(context: Context, q: float) -> str:
    real = car_prices(context.file(FILE), "Shijiazhuang", 2014)
    own = _quantile(context.each(cars.SEASON, hebei), q)
    return f"{own:,.0f} yuan in Hebei, {real.quantile(q):,.0f} in Shijiazhuang"


def _rationed(context: Context) -> Array:
    with_plates = cars.pooled(context.each(cars.SEASON, beijing), partial(_quantile, q=0.5))
    free = cars.pooled(context.each(cars.FREE_PLATES, beijing), partial(_quantile, q=0.5))
    return with_plates / free


def _told_rationed(context: Context) -> str:
    file = context.file(FILE)
    moved = {
        city: car_prices(file, city, 2014).quantile(0.5) / car_prices(file, city, 2010).quantile(0.5)
        for city in ("Beijing", "Shijiazhuang")
    }
    bought = [sum(one.size for one in context.each(world, beijing)) for world in (cars.SEASON, cars.FREE_PLATES)]
    return (
        f"observed, 2010 to 2014, Beijing over Shijiazhuang: {moved['Beijing'] / moved['Shijiazhuang']:.2f}; cars "
        f"bought there over those without rationing: {bought[0] / max(bought[1], 1):.2f}"
    )


DIAGNOSIS = (
    "all of Hebei stands for one city, and what people are ready to pay grows with income by one power for all: the "
    "spread of budgets and the prices on offer are put in."
)


def _part(letter: str, q: float) -> Part:
    return Part(
        f"D8{letter}",
        f"{100 * q:.0f} % quantile of prices, Hebei over Shijiazhuang",
        "judged",
        Band(0.85, 1.15),
        "x",
        partial(_against, q=q),
        DIAGNOSIS,
        partial(_told, q=q),
    )


PATTERN = Pattern(
    "D8",
    "What cars cost where",
    "income, budgets and plates",
    "outside the bands",
    "registrations of new cars by list price, Beijing and Shijiazhuang (Daljord, Pouliot, Hu & Xiao 2021)",
    (
        *(_part(letter, q) for letter, q in zip("abc", QUANTILES, strict=True)),
        Part(
            "D8d",
            "median price in Beijing, plates rationed over not",
            "judged",
            Band(1.0),
            "x",
            _rationed,
            "the price of a plate keeps too few of those with small budgets from buying.",
            _told_rationed,
            (cars.FREE_PLATES,),
        ),
    ),
    experiments=(cars.SEASON,),
    data=True,
)
