"""Late discovery: search and visits to profiles bring up posts that were scrolled past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import model_validator

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class LateDiscovery(Mechanism):
    """A share of missed copies is found at the first visit after a log-uniform delay, each at most once.

    Only what still lies in the inbox can be found: copies pushed out by newer ones (`feed.slots`) or older than
    `feed.life_days` are lost. At a life of four days that cuts off 18 % of the delays.
    """

    name: ClassVar[str] = "late_discovery"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"impressions": 1}

    share: float = parameter(
        0.14,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="missed copies that are found later",
        source="own trials on real Weibo cascades (Song et al. 2018)",
    )
    least_hours: float = parameter(
        0.5,
        low=0.01,
        high=24,
        unit="h",
        tag="X",
        doc="shortest delay",
        source="own trials on real Weibo cascades (Song et al. 2018)",
    )
    most_hours: float = parameter(
        300.0,
        low=24,
        high=10_000,
        unit="h",
        tag="X",
        doc="longest delay",
        source="own trials on real Weibo cascades (Song et al. 2018)",
    )

    @model_validator(mode="after")
    def _delays(self) -> LateDiscovery:
        if self.least_hours >= self.most_hours:
            raise ValueError("least_hours is not below most_hours")
        return self


AFFORDANCE = LateDiscovery
