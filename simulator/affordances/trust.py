"""Trust in commercial posts, a commons: who floods the platform spoils it for honest sellers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Trust(Mechanism):
    """Posts of brands, hired leaders and sellers are recalled and believed as far as they are trusted.

    A post lets its reader down if the offer is held to be bad, or is neither needed soon nor to the reader's taste.
    """

    name: ClassVar[str] = "trust"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"trust": -1, "newly_aware": -1}

    start: float = parameter(
        0.7,
        low=0,
        high=1,
        unit="x",
        tag="X",
        doc="trust in commercial posts before any was seen",
        source="judged, .2-.9: .7 among friends, .45 in an open feed, .35 in a shop; 39.8 % trusted them in 2016",
        symbol="theta_0",
    )
    loss: float = parameter(
        0.02,
        low=0,
        high=0.1,
        unit="share/post",
        tag="X",
        doc="trust lost by a commercial post that lets its reader down",
        source="judged, .005-.1",
        symbol="d_bad",
    )
    recovery: float = parameter(
        0.01, low=0, high=0.05, unit="1/d", tag="X", doc="rate at which lost trust returns", source="judged", symbol="r"
    )
    shared: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="weight of what all users of the platform lost against one's own losses",
        source="judgement",
    )
    reliance: float = parameter(
        0.5,
        low=0,
        high=5,
        unit="util",
        tag="X",
        doc="worth an offer learnt of by a commercial post loses on the platform when all trust is gone",
        source="judgement",
    )


AFFORDANCE = Trust
