"""The same deal in a shop: the yardstick of what the feed adds."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation import cars
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import jackknifed_ratio


def reserved(run: Run) -> float:
    """Reservations of the campaign."""
    return float(len(cars.reservations(run)))


def _ratio(context: Context) -> Array:
    shop, feed = (np.array(context.each(one, reserved)) for one in (cars.IN_A_SHOP, cars.SEASON))
    return jackknifed_ratio(shop, feed)


def _note(context: Context) -> str:
    shop, feed = (np.mean(context.each(one, reserved)) for one in (cars.IN_A_SHOP, cars.SEASON))
    scale = 1e4 / cars.USERS / cars.DENSITY
    return f"per 10,000 users: {shop * scale:.2f} in the shop, {feed * scale:.2f} on the feed"


PATTERN = Pattern(
    "28",
    "The same deal on the marketplace",
    "a deal is not a social effect",
    "outside the band",
    "Double-11 2014: 37,117 car orders on Autohome, 50,700 on Tmall; the band is judged",
    (
        Part(
            "28",
            "reservations in the shop over the feed's",
            "judged",
            Band(0.4, 1.2),
            "x",
            _ratio,
            "people visit both equally often and the same money buys half the impressions in the shop, while everybody "
            "in the market finds offers there by search; how the two balance rests on guesses.",
            _note,
        ),
    ),
    experiments=(cars.SEASON, cars.IN_A_SHOP),
)
