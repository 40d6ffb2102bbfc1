"""What the population is made of."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import model_validator

from simulator.parameters import Parameters, parameter
from simulator.population.regions import Regions, by_region, netizens, provinces


class PopulationParameters(Parameters):
    """Distributions from which the fixed attributes of users are drawn."""

    users_from: Literal["people", "netizens"] = parameter(
        "people",
        doc="whether users live where people do, or where users of the internet do",
        unit="-",
        source="scenario",
    )
    regional: dict[str, float] = parameter(
        {},
        doc="users of the market for each of those, by region, relative to the others; 1 where not named",
        unit="x",
        source="scenario",
    )
    income_sd: float = parameter(
        0.55,
        low=0.05,
        high=1.5,
        unit="log-sd",
        tag="D",
        doc="spread of income inside a region",
        source="derived from the order value of the 2014 car season, .4-.7",
    )
    price_slope: float = parameter(
        0.5,
        low=0,
        high=2,
        unit="-",
        tag="D",
        doc="how fast price sensitivity falls with income",
        source="derived from regional price tiers, .3-.9",
        symbol="g1",
    )
    sessions_per_day: float = parameter(
        7.0,
        low=0.1,
        high=60,
        unit="1/d",
        tag="X",
        doc="mean visits a user makes",
        source="judged: 6 by phone (2-15), 1.5 by PC (.3-4)",
    )
    sessions_shape: float = parameter(
        0.35,
        low=0.1,
        high=10,
        unit="-",
        tag="X",
        doc="gamma shape of visits over users; small is unequal",
        source="own trials on the shapes of real Weibo cascades (Song et al. 2018)",
    )
    phone_share: float = parameter(
        0.77, low=0, high=1, unit="share", tag="P", doc="visits made on a phone", source="Weibo 2014: 76.5-78 %"
    )
    susceptibility_shape: float = parameter(
        4.0, low=0.5, high=50, unit="-", tag="X", doc="gamma shape of susceptibility, mean 1", source="judgement"
    )
    credibility_sd: float = parameter(
        0.8,
        low=0,
        high=2,
        unit="log-sd",
        tag="X",
        doc="spread of credibility as an author, mean 1",
        source="own trials on the shapes of real Weibo cascades (Song et al. 2018)",
    )
    taste_homophily: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="share of taste's variance that neighbours have in common",
        source="judged, 0-.9",
    )
    neighbourhood: int = parameter(
        150,
        low=2,
        high=1_000_000,
        unit="users",
        tag="X",
        doc="people whose taste has a common part",
        source="judgement",
    )
    popularity_exponent: float = parameter(
        2.2,
        low=1.8,
        high=3.5,
        unit="-",
        tag="M-L",
        doc="density exponent of popularity as an author",
        source="published fits for Weibo and Twitter, 1.9-2.6",
        symbol="aC",
    )
    sociability_sd: float = parameter(
        0.7, low=0, high=1.5, unit="log-sd", tag="X", doc="spread of the number of friends", source="judged, .4-1.0"
    )
    opinion_leader_share: float = parameter(
        0.001,
        low=0,
        high=0.1,
        unit="share",
        tag="P",
        doc="most popular users, counted as opinion leaders",
        source="arXiv 1304.4682: .1 % verified",
    )
    ad_memory_days: float = parameter(
        3.5,
        low=0.2,
        high=60,
        unit="d",
        tag="X",
        doc="time over which adstock fades by e",
        source="daily carry-over .75 (.5-.93)",
        symbol="lam",
    )
    intrinsic_opinion: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="1/sd",
        tag="X",
        doc="opinion of a brand that a match of taste gives unaided",
        source="judgement",
    )
    platform_spread: float = parameter(
        1.0,
        low=0,
        high=5,
        unit="log-sd",
        tag="X",
        doc="how differently people weight the platforms among which they divide their visits",
        source="judgement",
    )

    @property
    def regions(self) -> Regions:
        """Where users live."""
        found = netizens() if self.users_from == "netizens" else provinces()
        if not self.regional:
            return found
        return found.weighted(np.array([self.regional.get(name, 1.0) for name in found.names]))

    @model_validator(mode="after")
    def _known(self) -> PopulationParameters:
        by_region("regional", self.regional, 0.01, 100.0)
        return self
