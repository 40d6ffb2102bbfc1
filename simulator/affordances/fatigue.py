"""Fatigue: commercial posts wear readers out, and they mute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Fatigue(Mechanism):
    """Load decays over days; it dulls persuasion and raises the hazard of muting a brand's posts."""

    name: ClassVar[str] = "fatigue"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"mutes": 1, "impressions": -1}

    memory_days: float = parameter(
        7.0,
        low=0.5,
        high=60,
        unit="d",
        tag="X",
        doc="time over which load fades by e",
        source="judged; to fit Wang, Greenwood & Pavlou 2020",
        symbol="tau_F",
    )
    mute_hazard: float = parameter(
        0.0005,
        low=0,
        high=0.1,
        unit="1/exposure",
        tag="X",
        doc="base hazard of muting",
        source="judged; to fit Wang, Greenwood & Pavlou 2020",
        symbol="h0",
    )
    mute_commercial: float = parameter(
        3.0,
        low=0,
        high=20,
        unit="x added",
        tag="P",
        doc="extra hazard of a commercial post",
        source="Wang, Greenwood & Pavlou 2020",
        symbol="g",
    )
    mute_growth: float = parameter(
        0.1,
        low=0,
        high=2,
        unit="1/post",
        tag="X",
        doc="growth of the hazard with load",
        source="judged; to fit Wang, Greenwood & Pavlou 2020",
        symbol="k_F",
    )
    wear: float = parameter(
        0.05, low=0, high=2, unit="1/post", tag="X", doc="loss of persuasion with load", source="judgement"
    )


AFFORDANCE = Fatigue
