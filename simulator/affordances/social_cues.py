"""Social cues on offers: which friends like them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class SocialCues(Mechanism):
    """An offer of a brand, hired leader or seller shows friends who spoke well of it; the first makes it opened more.

    A friend counts whose tale of a purchase, or repost, of the brand is in the reader's inbox, read or not: what
    the platform can show of ties. Whose purchase was never told is not counted.
    """

    name: ClassVar[str] = "social_cues"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"newly_aware": 1}

    first: float = parameter(
        0.3,
        low=0,
        high=3,
        unit="share added",
        tag="P",
        doc="how much more an offer is opened with one friend's cue",
        source="Huang & Lin 2024: +5 % to +60 %",
        use="fitted",
    )
    further: float = parameter(
        0.15,
        low=0,
        high=1,
        unit="x first",
        tag="P",
        doc="what each further cue adds, over the first",
        source="Huang & Lin 2024: under a quarter",
        use="fitted",
    )


AFFORDANCE = SocialCues
