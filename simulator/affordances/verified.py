"""Verified accounts: a mark that makes opinion leaders be believed and passed on more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Verified(Mechanism):
    """Opinion leaders carry a mark; it raises credibility, and with it persuasion and the hazard of a repost.

    A paid post of theirs keeps its commercial penalty.
    """

    name: ClassVar[str] = "verified"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"reposts": 1}

    boost: float = parameter(
        1.5, low=1, high=3, unit="x", tag="P", doc="credibility of a marked author", source="Guan et al. 2014, sign"
    )


AFFORDANCE = Verified
