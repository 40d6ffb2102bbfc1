"""Search: people in the market find offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Search(Mechanism):
    """A visit while in the market reveals each unknown offer, sooner the more reviews it has."""

    name: ClassVar[str] = "search"
    moves: ClassVar[Mapping[str, int]] = {"newly_aware": 1, "orders_platform": 1}
    spares: ClassVar[str] = "out of the market"

    hit: float = parameter(
        0.1, low=0, high=1, unit="1/visit", tag="X", doc="chance that a visit reveals a given offer", source="judgement"
    )
    volume_weight: float = parameter(
        0.2,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="how much (1 + reviews)**weight, over its mean in the category, speeds finding an offer",
        source="judged; to fit the volume elasticity of You, Vadakkepatt & Joshi 2015",
    )


AFFORDANCE = Search
