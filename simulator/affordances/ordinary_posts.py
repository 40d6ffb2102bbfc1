"""Ordinary posts: a keyed sample of what people post unasked is followed, so that cascades can be measured."""

from __future__ import annotations

from typing import ClassVar

from simulator.affordances.base import Affordance
from simulator.parameters import parameter

_TRIALS = "own trials on the shapes of real Weibo cascades (Song et al. 2018)"


class OrdinaryPosts(Affordance):
    """An observation: it moves no number of the market.

    Quality, dose response and credit to the original are those of `repost`, scroll depth and inflow those of `feed`.
    """

    name: ClassVar[str] = "ordinary_posts"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed", "repost")

    share: float = parameter(
        0.2, low=0, high=1, unit="share", tag="X", doc="originals that are followed, by their keys", source="design"
    )
    per_day: float = parameter(
        0.74,
        low=0,
        high=50,
        unit="posts/account/day",
        tag="D",
        doc="mean originals of an account that is not empty",
        source="derived: 1.47 posts per daily user and day on Weibo in December 2013, half of them originals",
        use="fitted",
    )
    shape: float = parameter(
        0.15,
        low=0.02,
        high=20,
        unit="-",
        tag="X",
        doc="gamma shape of posting rates over accounts; small is unequal",
        source=_TRIALS,
        use="fitted",
    )
    follower_power: float = parameter(
        0.25,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="posting rates grow as (1 + followers) to this power",
        source=_TRIALS,
        use="fitted",
    )
    empty_share: float = parameter(
        0.0,
        low=0,
        high=0.9,
        unit="share",
        tag="P",
        doc="accounts that never post; 0 where users are monthly active users, .574 where they are registered accounts",
        source="Fu & Chau 2013: 57.4 % of registered accounts are empty",
    )
    hazard: float = parameter(
        0.0025,
        low=0,
        high=0.2,
        unit="1/seen copy",
        tag="X",
        doc="repost hazard of a post of median quality by an author of credibility 1, at first exposure",
        source=_TRIALS + ", .002-.003",
        use="fitted",
    )
    late_share: float = parameter(
        0.14,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="copies missed in the feed that are found later, by another way",
        source=_TRIALS,
        use="fitted",
    )
    late_shortest_hours: float = parameter(
        0.5, low=0.01, high=24, unit="h", tag="X", doc="shortest delay of a late find, log-uniform", source=_TRIALS
    )
    late_longest_hours: float = parameter(
        300.0, low=24, high=2000, unit="h", tag="X", doc="longest delay of a late find, log-uniform", source=_TRIALS
    )
    life_hours: float = parameter(
        300.0,
        low=1,
        high=2000,
        unit="h",
        tag="X",
        doc="age at which a copy can no longer be seen",
        source="design: the longest delay of a late find",
    )


AFFORDANCE = OrdinaryPosts
