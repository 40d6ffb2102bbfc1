"""Ranking: a feed in another order than that of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Ranking(Mechanism):
    """Unread posts by popularity or by relevance; off, the newest first.

    Strength is how far the order lies from that of time, 1 and more being all the way. Ordinary posts are ranked, too:
    a market post stands above those it outranks.
    """

    name: ClassVar[str] = "ranking"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"reposts": 1}

    order: Literal["popular", "relevance"] = parameter(
        "popular", doc="by quality and reposts so far, or by match with the reader's taste", unit="-", source="design"
    )


AFFORDANCE = Ranking
