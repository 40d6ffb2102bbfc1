"""Payment inside the platform, for users who bound an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class NativePayment(Mechanism):
    """From its first day bound users pay in few steps on the platform; everyone else is redirected."""

    name: ClassVar[str] = "native_payment"
    moves: ClassVar[Mapping[str, int]] = {"completion": 1}
    spares: ClassVar[str] = "not paying"

    start_day: float = parameter(0.0, low=0, high=3650, unit="d", doc="day on which payment starts", source="scenario")
    bound_share: float = parameter(
        0.15,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="users with a bound account when it starts",
        source="judged, .05-.4",
    )
    growth: float = parameter(
        0.1,
        low=0,
        high=1,
        unit="share",
        tag="D",
        doc="of the others, who binds in the end",
        source="derived: 46.5 M Weibo Payment users by mid-2015 of some 210 M, with .15 at the start",
    )
    half_days: float = parameter(
        180.0,
        low=1,
        high=3650,
        unit="d",
        tag="X",
        doc="time in which half of those have bound, along x**2/(1 + x**2)",
        source="judgement",
    )
    steps: int = parameter(
        2, low=1, high=10, unit="steps", tag="P", doc="steps of a native checkout", source="Weibo Payment pages"
    )


AFFORDANCE = NativePayment
