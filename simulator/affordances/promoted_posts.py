"""Promoted posts: an account's post is shown in the feeds of people who do not follow it, paid by engagement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class PromotedPosts(Mechanism):
    """Each who does not follow the account gets a promoted post with a chance; opening, reposting, commenting costs.

    Weibo's Fensitong of 2013. A promoted post lies in the feed like any other: it is scrolled past, tires and is muted.
    """

    name: ClassVar[str] = "promoted_posts"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"promoted": 1}

    cpe_yuan: float = parameter(
        0.5,
        low=0.01,
        high=50,
        unit="yuan/engagement",
        tag="P",
        doc="price of an engagement",
        source="Weibo Fensitong, floor of 2013 (technode 2013-04-22); .5-3",
    )
    expected: float = parameter(
        0.03,
        low=0.0001,
        high=1,
        unit="engagements/delivery",
        tag="X",
        doc="what the platform tells brands to expect, before they have seen for themselves",
        source="judged: .1-.2 of what is delivered is seen",
    )


AFFORDANCE = PromotedPosts
