"""Bestsellers: people in the market look at a list ranked by sales, and what sells looks better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Bestsellers(Mechanism):
    """Sales so far move attention (the place in the list) and worth (a cue): Salganik, Dodds & Watts 2006."""

    name: ClassVar[str] = "bestsellers"
    moves: ClassVar[Mapping[str, int]] = {"newly_aware": 1, "sales_concentration": 1}
    spares: ClassVar[str] = "out of the market"

    look: float = parameter(
        0.2,
        low=0,
        high=1,
        unit="1/visit",
        tag="X",
        doc="chance of looking at the list while in the market",
        source="judgement",
    )
    depth: float = parameter(
        3.0, low=1, high=100, unit="places", tag="X", doc="mean number of places read", source="judgement"
    )
    cue: float = parameter(
        0.25,
        low=0,
        high=2,
        unit="util/log unit",
        tag="X",
        doc="worth of selling e times as much as others of the category",
        source="judged; sign: Salganik, Dodds & Watts 2006",
    )


AFFORDANCE = Bestsellers
