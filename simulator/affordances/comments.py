"""Comments: a lighter action than a repost, which travels nowhere and lifts what is popular."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Comments(Mechanism):
    """Readers comment on what they see, better posts more. A feed ordered by popularity counts comments as reposts."""

    name: ClassVar[str] = "comments"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"comments": 1}

    hazard: float = parameter(
        0.006, low=0, high=0.2, unit="1/seen copy", tag="X", doc="hazard at median quality", source="judged: as reposts"
    )


AFFORDANCE = Comments
