"""An entry point: some visits go on to another platform, with little wish to buy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class EntryPoint(Mechanism):
    """Borrowed traffic: visitors look at the other platform's offers, few buy, and through a checkout of its own."""

    name: ClassVar[str] = "entry_point"
    moves: ClassVar[Mapping[str, int]] = {"orders_entry": 1}
    spares: ClassVar[str] = "out of the market"

    to: str = parameter("", doc="name of the platform it leads to", unit="-", source="scenario")
    share: float = parameter(
        0.02,
        low=0,
        high=1,
        unit="1/visit",
        tag="X",
        doc="visits that go on",
        source="judged: the entry of 2014 brought some .15 of the shop's traffic, .05-.3",
    )
    intent: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="probability",
        tag="X",
        doc="chance that one in need would buy at such a visit",
        source="judged; converts .3-.9 of the shop's own app (technode 2015, sign)",
    )
    steps: int = parameter(
        5, low=1, high=10, unit="steps", tag="X", doc="steps of its checkout", source="judged: accounts did not match"
    )


AFFORDANCE = EntryPoint
