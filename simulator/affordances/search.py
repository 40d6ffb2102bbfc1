"""Search: people in the market find offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Search(Mechanism):
    """A visit while in the market reveals each unknown offer with a fixed probability."""

    name: ClassVar[str] = "search"
    moves: ClassVar[Mapping[str, int]] = {"newly_aware": 1, "orders_platform": 1}
    spares: ClassVar[str] = "out of the market"

    hit: float = parameter(
        0.1, low=0, high=1, unit="1/visit", tag="X", doc="chance that a visit reveals a given offer", source="judgement"
    )


AFFORDANCE = Search
