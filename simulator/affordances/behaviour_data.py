"""Behaviour data: what brands may learn of the platform's users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class BehaviourData(Mechanism):
    """Aggregate: orders by source and region, and media by region. User: logs of views, intents and visits, too.

    Off, a brand knows its orders and nobody behind them. The strength scales how much is known.
    """

    name: ClassVar[str] = "behaviour_data"
    moves: ClassVar[Mapping[str, int]] = {"targeted_ads": 1}

    level: Literal["aggregate", "user"] = parameter(
        "aggregate", doc="whether brands see sums or users", unit="-", source="scenario"
    )
    sources_known: float = parameter(
        0.7,
        low=0,
        high=1,
        unit="share of orders",
        tag="X",
        doc="orders on the platform of which is reported what first made the buyer aware",
        source="judgement",
    )
    users_known: float = parameter(
        1.0,
        low=0,
        high=1,
        unit="share of users",
        tag="X",
        doc="users whose logs can be joined to their person",
        source="judged: who is logged in; 1 for a platform of accounts",
    )


AFFORDANCE = BehaviourData
