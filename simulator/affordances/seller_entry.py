"""Peer sellers who begin and stop by what is earned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class SellerEntry(Mechanism):
    """Every period people see what they and their selling ties earned; the hazard of a change grows with the gain."""

    name: ClassVar[str] = "seller_entry"
    requires: ClassVar[tuple[str, ...]] = ("peer_sellers",)
    moves: ClassVar[Mapping[str, int]] = {"seller_turnover": 1}

    every_days: int = parameter(
        7, low=1, high=90, unit="d", tag="X", doc="time between two decisions", source="judgement"
    )
    response: float = parameter(
        0.005,
        low=0,
        high=1,
        unit="1/yuan",
        tag="X",
        doc="hazard of a change, a decision and yuan a period gained",
        source="judged; 88 % of micro-shops closed within a year in 2015, .04 a week",
    )
    cost_yuan: float = parameter(
        20.0,
        low=0,
        high=10_000,
        unit="yuan/period",
        tag="X",
        doc="what a period of selling costs in time",
        source="judgement",
    )
    entry_yuan: float = parameter(
        4.0,
        low=0,
        high=10_000,
        unit="yuan/period",
        tag="X",
        doc="cost of beginning, spread over the time one means to sell",
        source="judged: 50 yuan over a quarter",
    )
    heard: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="weight of what selling ties earn against one's own income",
        source="judgement",
    )
    sceptical: float = parameter(
        10.0,
        low=0,
        high=100,
        unit="ties",
        tag="X",
        doc="what selling ties earn is judged as if so many more of them earned nothing",
        source="judgement",
    )
    most: float = parameter(
        0.15, low=0, high=1, unit="share", tag="X", doc="largest share of users who sell", source="judged, 0-.3"
    )


AFFORDANCE = SellerEntry
