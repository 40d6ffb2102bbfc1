"""Paid impressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Ads(Mechanism):
    """Impressions bought at a price per thousand, shown at visits, remembered as adstock."""

    name: ClassVar[str] = "ads"
    moves: ClassVar[Mapping[str, int]] = {"ads": 1, "newly_aware": 1}

    cpm_yuan: float = parameter(
        60.0,
        low=0.1,
        high=500,
        unit="yuan/1000",
        tag="M-L",
        doc="price of a thousand impressions",
        source="portal display 40-120; Weibo feed floor 5 (technode 2013)",
    )
    recall: float = parameter(
        0.15, low=0, high=1, unit="probability", tag="X", doc="an impression makes the offer known", source="judgement"
    )
    fatigue_load: float = parameter(
        0.3,
        low=0,
        high=5,
        unit="posts",
        tag="X",
        doc="commercial load of an ad against a seller's post",
        source="judgement",
    )


AFFORDANCE = Ads
