"""The layer of ties along which posts travel."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.affordances.base import Affordance
from simulator.parameters import parameter


class Graph(Affordance):
    """Who sees whose posts: nobody, friends (circle) or followers (follow)."""

    name: ClassVar[str] = "graph"

    layer: Literal["circle", "follow"] = parameter(
        "follow", doc="which network of the scenario carries posts", unit="-", source="design"
    )
    strong_share: float = parameter(
        0.05,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="share of ties that are strong",
        source="judged, .02-.1 in a feed, .15-.5 in a circle",
    )
    strong_weight: float = parameter(
        1.0, low=0, high=3, unit="x", tag="X", doc="persuasion of a strong tie", source="Bakshy et al. 2012, sign"
    )
    weak_weight: float = parameter(
        0.4, low=0, high=3, unit="x", tag="X", doc="persuasion of a weak tie", source="Bakshy et al. 2012, sign"
    )
    account_weight: float = parameter(
        0.25, low=0, high=3, unit="x", tag="X", doc="persuasion of a brand's own account", source="judgement"
    )


AFFORDANCE = Graph
