"""Repost to win: a prize among those who pass a brand's post on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class RepostToWin(Mechanism):
    """Posts of a brand's account that offer a prize are reposted more and believed less, copies included.

    `prizes_share` of a campaign's budget pays the prizes; where this is off it stays unspent.
    """

    name: ClassVar[str] = "repost_to_win"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed", "repost")
    moves: ClassVar[Mapping[str, int]] = {"reposts": 1, "marketing_spend_yuan": 1}

    boost: float = parameter(
        3.0, low=1, high=20, unit="x", tag="X", doc="hazard of reposting a post with a prize", source="judgement"
    )
    persuasion_loss: float = parameter(
        0.4, low=0, high=1, unit="share", tag="X", doc="persuasion lost per exposure", source="judgement"
    )


AFFORDANCE = RepostToWin
