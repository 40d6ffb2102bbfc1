"""Continuity: a cart opened on one device is there on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Continuity(Mechanism):
    """A checkout goes on where it ended; without it, on another device it starts anew."""

    name: ClassVar[str] = "continuity"
    moves: ClassVar[Mapping[str, int]] = {"completion": 1}
    spares: ClassVar[str] = "out of the market"

    carry: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="probability",
        tag="X",
        doc="chance that the cart is there on the other device",
        source="judged; 1 where the same account is open on both",
    )


AFFORDANCE = Continuity
