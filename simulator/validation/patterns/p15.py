"""A brand's posts in a circle sell on the day and cost followers in the long run."""

from __future__ import annotations

from simulator.validation.pattern import Band, Part, Pattern, lacking

_measure = lacking("official accounts that push to followers and can be unfollowed")

PATTERN = Pattern(
    "15",
    "Four brand posts a month sell on the day and wear followers out",
    "fatigue",
    "there is no cost in the long run",
    "Wang, Greenwood & Pavlou 2020, MIS Quarterly",
    (
        Part("15a", "same-day sales with a post", "fitted", Band(0.03, 0.08), "relative change", _measure),
        Part("15b", "unfollowing with posts over without", "input", Band(3, 5), "x", _measure),
        Part("15c", "sales after five months", "fitted", Band(-0.08, -0.02), "relative change", _measure),
        Part("15d", "followers after a year", "fitted", Band(-0.30, -0.10), "relative change", _measure),
    ),
)
