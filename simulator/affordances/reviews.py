"""Reviews by strangers, read by people who are in the market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Reviews(Mechanism):
    """Bayesian reading: E[q] = c n r / (k0 + c n); what remains uncertain is penalised."""

    name: ClassVar[str] = "reviews"
    moves: ClassVar[Mapping[str, int]] = {"reviews": 1, "quality_bought": 1}
    spares: ClassVar[str] = "out of the market"

    prior_strength: float = parameter(
        15.0, low=1, high=100, unit="reviews", tag="X", doc="weight of the prior", source="judged", symbol="k0"
    )
    credibility: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="evidence in one stranger's review",
        source="judged",
        symbol="c",
    )
    write_rate: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="1/order",
        tag="X",
        doc="buyers who review",
        source="BCG 2011: over 40 % of Chinese online shoppers post",
    )
    fake_share: float = parameter(
        0.1,
        low=0,
        high=0.9,
        unit="share",
        tag="X",
        doc="reviews that are paid for and give five stars",
        source="judged",
    )
    herding: float = parameter(
        0.25,
        low=0,
        high=1,
        unit="share",
        tag="P",
        doc="how far praise found there lifts what a reviewer says",
        source="Muchnik, Aral & Taylor 2013: +25 % in the end, .1-.4; blame is corrected",
    )


AFFORDANCE = Reviews
