"""Payment inside the platform, for users who bound an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class NativePayment(Mechanism):
    """Bound users pay in few steps on the platform; everyone else is redirected."""

    name: ClassVar[str] = "native_payment"
    moves: ClassVar[Mapping[str, int]] = {"completion": 1}
    spares: ClassVar[str] = "not paying"

    bound_share: float = parameter(
        0.15, low=0, high=1, unit="share", tag="X", doc="users with a bound account", source="judged, .05-.4"
    )
    steps: int = parameter(
        2, low=1, high=10, unit="steps", tag="P", doc="steps of a native checkout", source="Weibo Payment pages"
    )


AFFORDANCE = NativePayment
