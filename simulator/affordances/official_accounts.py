"""Official accounts: a few pushes a month to those who follow a brand, and what it costs in followers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class OfficialAccounts(Mechanism):
    """Brands push posts to the followers of their accounts, as many a month as the platform allows.

    A push is a post of the brand's account, in campaigns and without. Followers leave at a low rate, and a seen
    post of the account adds to it. Posts that a campaign plans by the day are not limited here.
    """

    name: ClassVar[str] = "official_accounts"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"unfollows": 1, "followers": -1, "impressions": 1}

    most_a_month: float = parameter(
        4.0,
        low=0,
        high=60,
        unit="posts/30 d",
        tag="P",
        doc="pushes of one account that the platform lets through",
        source="service accounts of 2013-14: four a month",
    )
    unfollow_hazard: float = parameter(
        0.001,
        low=0,
        high=0.1,
        unit="1/d",
        tag="X",
        doc="hazard of unfollowing an account that is silent",
        source="judged; to fit Wang, Greenwood & Pavlou 2020",
    )
    push_added: float = parameter(
        8.0,
        low=0,
        high=50,
        unit="silent days",
        tag="X",
        doc="hazard of unfollowing that a push adds for those who see it, as that of so many silent days",
        source="judged: up by over 300 % among all followers (Wang, Greenwood & Pavlou 2020) if some 40 % see it",
        use="fitted",
    )


AFFORDANCE = OfficialAccounts
