"""Information: pages about offers, questions and answers, so that nobody has to look elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Information(Mechanism):
    """Each visit in the market lowers what is uncertain about offers, less and less; no hop away loses people."""

    name: ClassVar[str] = "information"
    moves: ClassVar[Mapping[str, int]] = {"completion": 1}
    spares: ClassVar[str] = "out of the market"

    removes: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="uncertainty that pages remove in the end",
        source="judged: only use tells the rest",
    )
    visits: float = parameter(
        3.0,
        low=0.1,
        high=100,
        unit="visits",
        tag="X",
        doc="visits after which 1 - 1/e of that is removed",
        source="judgement",
    )


AFFORDANCE = Information
