"""The trending list: what is reposted most at the moment, shown to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Trending(Mechanism):
    """Every hour roots are ranked by their reposts of the last hours; some visits read down the list.

    It shows posts to people who follow nobody who posted them. What is read there works like any copy. Ordinary posts
    compete for the places: as many are above a market post as the tail of their cascade sizes lets expect.
    """

    name: ClassVar[str] = "trending"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed", "repost")
    moves: ClassVar[Mapping[str, int]] = {"trend_views": 1, "impressions": 1}

    entries: int = parameter(20, low=1, high=200, unit="posts", tag="X", doc="length of the list", source="judgement")
    look: float = parameter(
        0.1, low=0, high=1, unit="share of visits", tag="X", doc="visits that look at it", source="judged, .1-.5"
    )
    depth: float = parameter(
        5.0, low=1, high=200, unit="entries", tag="X", doc="mean number of entries read at a look", source="judgement"
    )
    window_hours: float = parameter(
        3.0, low=1, high=72, unit="h", tag="X", doc="reposts of this time count", source="judgement"
    )
    ordinary_posts: float = parameter(
        0.7,
        low=0,
        high=10,
        unit="1/user/day",
        tag="D",
        doc="ordinary original posts that compete for the list",
        source="derived: 1.47 posts a daily user and day in Dec 2013, half of them reposts",
    )
    reposted_share: float = parameter(
        0.07, low=0, high=1, unit="share", tag="P", doc="ordinary posts reposted at all", source="Goel et al. 2016"
    )
    tail: float = parameter(
        1.3,
        low=0.5,
        high=3,
        unit="-",
        tag="M-M",
        doc="exponent of the share of ordinary posts with at least so many reposts",
        source="Goel et al. 2016: density exponent 2.3",
    )


AFFORDANCE = Trending
