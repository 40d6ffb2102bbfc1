"""Influence: what is seen moves the reader's opinion of the brand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Influence(Mechanism):
    """Friedkin-Johnsen relaxation towards a*post + (1-a)*intrinsic opinion, by tie, credibility and susceptibility."""

    name: ClassVar[str] = "influence"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"opinion": 1}

    persuasion: float = parameter(
        0.15,
        low=0,
        high=1.5,
        unit="1/exposure",
        tag="X",
        doc="step towards the post per exposure of a strong tie",
        source="judged",
        symbol="b_s",
    )
    openness: float = parameter(
        0.6,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="Friedkin-Johnsen weight of others against one's own view",
        source="Friedkin & Johnsen 1990, form",
        symbol="a",
    )


AFFORDANCE = Influence
