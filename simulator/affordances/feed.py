"""Limited attention: an inbox ring read newest first, among background posts."""

from __future__ import annotations

from typing import ClassVar

from simulator.affordances.base import Affordance
from simulator.parameters import parameter


class Feed(Affordance):
    """A feed of what one's ties post. Position i is read with probability (1 - 1/L0)**i."""

    name: ClassVar[str] = "feed"
    requires: ClassVar[tuple[str, ...]] = ("graph",)

    scroll_depth: float = parameter(
        30.0,
        low=1,
        high=200,
        unit="items",
        tag="X",
        doc="mean number of items read a visit, L0",
        source="Hodas & Lerman 2012, form",
        symbol="L0",
    )
    background_posts: float = parameter(
        2.5,
        low=0,
        high=50,
        unit="posts/followee/day",
        tag="X",
        doc="ordinary posts by one followee or friend that push market posts down",
        source="own trials: 150 a day at 60 followees",
    )
    slots: int = parameter(8, low=1, high=8, unit="posts", tag="X", doc="inbox ring length", source="design")
    life_days: float = parameter(
        4.0, low=0.25, high=60, unit="d", tag="X", doc="age at which a post can no longer be seen", source="design"
    )
    recall: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="probability",
        tag="X",
        doc="a seen post makes its brand's offer known",
        source="judgement",
    )
    exposure_weight: float = parameter(
        0.3, low=0, high=5, unit="ad impressions", tag="X", doc="adstock added by one seen post", source="judgement"
    )


AFFORDANCE = Feed
