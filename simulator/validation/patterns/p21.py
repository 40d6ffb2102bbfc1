"""A reservation is not a sale: few are paid in full where they were made."""

from __future__ import annotations

from simulator.types import Array
from simulator.validation import cars
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern


def paid_in_full(run: Run) -> float:
    """Share of the campaign's reservations paid in full on the platform."""
    return float((cars.reservations(run)["outlet"] == "platform").mean())


def _paid(context: Context) -> Array:
    return context.values(cars.SEASON, paid_in_full)


PATTERN = Pattern(
    "21",
    "A reservation is not a sale",
    "stages",
    "above .3",
    "TNS Sinotrust: Autohome, Double-11 2014",
    (
        Part(
            "21",
            "paid in full on the platform, of what was reserved",
            "input",
            Band(0.03, 0.15),
            "share",
            _paid,
            note=lambda context: "echoes full_online of the category",
        ),
    ),
    experiments=(cars.SEASON,),
)
