"""Group chats: tales and offers repeated among a few close friends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class GroupChats(Mechanism):
    """Every user has a small group, drawn from the ties by key; part of the tales and offers is repeated there.

    What is repeated is found whatever the feed holds, and counts as coming by a strong tie. A group is its author's:
    nothing travels in it from one member to another, so nobody but ties of the author sees a post.
    """

    name: ClassVar[str] = "group_chats"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"impressions": 1}

    share: float = parameter(
        0.1, low=0, high=1, unit="share of ties", tag="X", doc="ties who sit in one's group", source="judgement"
    )
    repeat: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="probability",
        tag="X",
        doc="a tale or an offer is repeated in the group",
        source="judgement",
    )
    read: float = parameter(
        0.8, low=0, high=1, unit="probability", tag="X", doc="a message of the group is read", source="judgement"
    )


AFFORDANCE = GroupChats
