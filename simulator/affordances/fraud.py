"""Fraud: zombie accounts that repost for money and push paid posts up the trending list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Fraud(Mechanism):
    """Paid roots get fake reposts. They count on the trending list and in a popular feed; nobody reads their authors.

    Zombies are accounts beside the users. What their owners are paid is not in the accounts.
    """

    name: ClassVar[str] = "fraud"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed", "repost")
    moves: ClassVar[Mapping[str, int]] = {"trend_views": 1}

    zombie_share: float = parameter(
        0.05,
        low=0,
        high=0.2,
        unit="accounts/user",
        tag="X",
        doc="zombie accounts",
        source="Yu, Asur & Huberman 2012, sign",
    )
    repost_share: float = parameter(
        0.02,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="zombies that repost one paid post, on average",
        source="judgement",
    )
    hours: float = parameter(
        12.0, low=1, high=96, unit="h", tag="X", doc="time over which fakes arrive evenly", source="judgement"
    )


AFFORDANCE = Fraud
