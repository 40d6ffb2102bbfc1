"""What a platform can do: a named switch with a strength, its parameters and what it requires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.parameters import Parameters, parameter


class Affordance(Parameters):
    """Something a platform may offer. One whose `requires` is off or absent is inert."""

    name: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()

    enabled: bool = parameter(False, doc="whether the platform offers it", unit="switch", source="scenario")


class Mechanism(Affordance):
    """An affordance with a strength.

    Off (``enabled: false``) and ``strength: 0`` give the same run bit for bit; off skips the code path,
    strength zero runs it. Structure (graph, feed, checkout) has no strength: it is there or not.
    """

    moves: ClassVar[Mapping[str, int]]
    """Metrics that switching it on must move, with the sign."""

    spares: ClassVar[str] = ""
    """People whom it must not touch at all where nothing else connects them: "out of the market", "not paying"."""

    strength: float = parameter(
        1.0, low=0.0, high=10.0, unit="x", doc="scales the mechanism's effect; 0 neutralises it", source="scenario"
    )

    @property
    def effective(self) -> float:
        """Strength where enabled, else zero."""
        return self.strength if self.enabled else 0.0
