"""Peer sellers: users who sell to their ties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class PeerSellers(Mechanism):
    """A share of users post offers daily and earn a commission on orders by readers of their posts."""

    name: ClassVar[str] = "peer_sellers"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"impressions": 1, "seller_income_yuan": 1}

    share: float = parameter(
        0.02,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="users who sell",
        source="judged: .01 at the start of 2013, .15 at most",
    )
    posts_per_day: float = parameter(
        2.0, low=0, high=15, unit="1/d", tag="X", doc="posts of one seller", source="judged, 1-15"
    )
    commission: float = parameter(
        0.1, low=0, high=0.6, unit="share of price", tag="X", doc="what the brand pays the seller", source="judgement"
    )
    eagerness: float = parameter(
        2.0,
        low=0,
        high=20,
        unit="-",
        tag="X",
        doc="power of (commission + bonus) / commission by which sellers choose what to post",
        source="judgement",
    )


AFFORDANCE = PeerSellers
