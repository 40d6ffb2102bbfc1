"""An entry point in a messenger borrows traffic and sells little."""

from __future__ import annotations

from simulator.validation.pattern import Band, Part, Pattern, lacking

_measure = lacking("entry point of a shop in a messenger, and no 618 sale")

PATTERN = Pattern(
    "17",
    "The shop's entry point in the messenger, and the 618 sale",
    "borrowed traffic",
    "the entry's share of orders is above .15",
    "trade press 2014-15",
    (
        Part("17a", "share of orders that come by the entry at the 618", "judged", Band(0.02, 0.07), "share", _measure),
        Part("17b", "conversion of the entry over the own app's", "input", Band(0.3, 0.9), "x", _measure),
        Part("17c", "share of new customers after two quarters", "judged", Band(0.12, 0.28), "share", _measure),
    ),
)
