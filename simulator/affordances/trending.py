"""The trending list: what is reposted most at the moment, shown to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Trending(Mechanism):
    """Every hour roots are ranked by their reposts of the last hours; some visits read down the list.

    It shows posts to people who follow nobody who posted them. What is read there works like any copy.
    """

    name: ClassVar[str] = "trending"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed", "repost")
    moves: ClassVar[Mapping[str, int]] = {"trend_views": 1, "impressions": 1, "newly_aware": 1}

    entries: int = parameter(20, low=1, high=200, unit="posts", tag="X", doc="length of the list", source="judgement")
    look: float = parameter(
        0.25, low=0, high=1, unit="share of visits", tag="X", doc="visits that look at it", source="judged, .1-.5"
    )
    depth: float = parameter(
        5.0, low=1, high=200, unit="entries", tag="X", doc="mean number of entries read at a look", source="judgement"
    )
    window_hours: float = parameter(
        3.0, low=1, high=72, unit="h", tag="X", doc="reposts of this time count", source="judgement"
    )


AFFORDANCE = Trending
