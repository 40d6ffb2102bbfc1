"""Group buying: a lower price for all if enough of them buy within a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class GroupBuying(Mechanism):
    """An offer's orders of some days are counted; at the threshold all of them, and those to come, get the group price.

    Until then buyers reckon with a part of the cut that grows with the orders so far, so that many wait for others to
    begin and orders come faster near the threshold (Wu, Shi & Hu 2015; Anand & Aron 2003). A group that does not fill
    pays the usual price.
    """

    name: ClassVar[str] = "group_buying"
    requires: ClassVar[tuple[str, ...]] = ("checkout",)
    moves: ClassVar[Mapping[str, int]] = {"orders_group": 1, "orders_platform": 1}
    spares: ClassVar[str] = "out of the market"

    threshold: int = parameter(
        20,
        low=1,
        high=1_000_000,
        unit="orders",
        tag="X",
        doc="orders at which the group price holds",
        source="judgement",
    )
    days: int = parameter(
        2, low=1, high=30, unit="days", tag="X", doc="time in which they must come", source="judged, 1-7"
    )
    discount: float = parameter(
        0.2, low=0, high=0.9, unit="share", tag="X", doc="cut of the price on the platform", source="judged, .1-.5"
    )


AFFORDANCE = GroupBuying
