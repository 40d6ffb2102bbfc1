"""Influence: what is seen moves the reader's opinion of the brand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Influence(Mechanism):
    """Each seen post moves the opinion by a step that grows with tie, credibility and susceptibility.

    friedkin_johnsen: towards a mix of the post and one's own view. degroot: towards the post alone.
    bounded_confidence: towards the post alone, and only if it is near enough (Deffuant et al. 2000).
    """

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
    rule: Literal["friedkin_johnsen", "degroot", "bounded_confidence"] = parameter(
        "friedkin_johnsen", doc="where a post moves the opinion to", unit="-", source="Friedkin & Johnsen 1990"
    )
    confidence: float = parameter(
        0.3,
        low=0,
        high=2,
        unit="-1..1",
        tag="M-H",
        doc="bounded_confidence: how far a post may lie from one's opinion",
        source="Deffuant et al. 2000",
        symbol="eps",
    )
    negativity: float = parameter(
        1.6,
        low=1,
        high=5,
        unit="x",
        tag="X",
        doc="how much more a post that speaks against a brand moves",
        source="Chevalier & Mayzlin 2006, sign; 1.1-2.5",
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
