"""Openness: outside developers build apps on the platform's interface, use its visits, and crowd each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Openness(Mechanism):
    """Developers build and end apps by what they expect to earn (Rochet & Tirole 2003); see `agents.developers`.

    The level opens the interface: apps draw more use, reviews let more bad apps through, more data leaves. What apps
    do for the market has four parts, each with a strength of its own: scenes (entertainment: offers are met there),
    interaction (lifestyle: questions are answered), statistics (tools: sources of orders are known) and closeness
    (commerce: hops and steps saved). What they cost: visits spent in apps read no feed, bad apps post into feeds, both
    and lost privacy cost trust. Nothing says which of it prevails.
    """

    name: ClassVar[str] = "openness"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"apps": 1, "impressions": -1}

    level: float = parameter(
        0.6,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="how open the interface is: 0 closed, 1 anything goes",
        source="judged, 0-1",
    )
    developers: int = parameter(
        100, low=1, high=10_000, unit="agents", tag="X", doc="agents that stand for all developers", source="resolution"
    )
    per_thousand: float = parameter(
        1.9,
        low=0.01,
        high=100,
        unit="developers/1000 users",
        tag="D",
        doc="people who might build an app",
        source="derived: the article's hundreds of thousands, taken as 300,000 (1e5-1e6), over 156 M monthly users",
    )
    every_days: int = parameter(
        7, low=1, high=90, unit="d", tag="X", doc="time between two decisions", source="judgement"
    )
    start_share: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="developers who have thought of building by the start, and did if it paid",
        source="judgement",
    )
    response: float = parameter(
        0.02,
        low=0,
        high=10,
        unit="1/yuan",
        tag="X",
        doc="hazard of a change, a decision and yuan a period gained",
        source="judgement",
        symbol="e",
    )
    use_yuan: float = parameter(
        0.005,
        low=0,
        high=1,
        unit="yuan/use",
        tag="X",
        doc="what users pay in an app, a visit spent in it",
        source="judged: some 3 yuan a monthly user and year for value-added services of 2014",
    )
    fee_share: float = parameter(
        0.3, low=0, high=1, unit="share", tag="X", doc="what the platform keeps of that", source="judged, .2-.5"
    )
    cost_yuan: float = parameter(
        20.0,
        low=0,
        high=100_000,
        unit="yuan/period",
        tag="X",
        doc="what running an app costs a developer",
        source="judged: most of hundreds of thousands are a person's spare time",
    )
    build_yuan: float = parameter(
        5.0,
        low=0,
        high=100_000,
        unit="yuan/period",
        tag="X",
        doc="cost of building, spread over the time one means to run it",
        source="judgement",
    )
    reach: float = parameter(
        0.1,
        low=0,
        high=0.25,
        unit="share of visits",
        tag="X",
        doc="visits that apps of one of the four kinds get at most",
        source="judgement",
    )
    variety: float = parameter(
        1.0,
        low=0,
        high=100,
        unit="-",
        tag="X",
        doc="attraction of an open platform on which every developer runs a plain app, over that of its feed",
        source="judgement",
    )
    zipf: float = parameter(
        1.0,
        low=0,
        high=1.4,
        unit="-",
        tag="M-M",
        doc="exponent of the talents by rank, from which the use of apps follows",
        source="evidence table: app usage by rank, .8-1.4",
    )
    crowding: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="-",
        tag="M-H",
        doc="how far apps of a kind take use from each other instead of adding to it",
        source="Boudreau 2012, sign; 0-1",
        symbol="c",
    )
    scenes: float = parameter(
        1.0, low=0, high=10, unit="x", doc="strength of the scenes, 0 for none", source="scenario"
    )
    closeness: float = parameter(
        1.0, low=0, high=10, unit="x", doc="strength of the closeness, 0 for none", source="scenario"
    )
    statistics: float = parameter(
        1.0, low=0, high=10, unit="x", doc="strength of the statistics, 0 for none", source="scenario"
    )
    interaction: float = parameter(
        1.0, low=0, high=10, unit="x", doc="strength of the interaction, 0 for none", source="scenario"
    )
    offers: float = parameter(
        0.05, low=0, high=1, unit="offers/use", tag="X", doc="offers that a use of an app shows", source="judgement"
    )
    recall: float = parameter(
        0.1, low=0, high=1, unit="share", tag="X", doc="offers shown in an app that become known", source="as of ads"
    )
    saved: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="losses at hops and steps that commerce apps save where all that can use one does",
        source="judgement",
    )
    told: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="unknown sources of orders that tools tell brands, likewise",
        source="judgement",
    )
    answered: float = parameter(
        0.3,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="uncertainty about offers that answers in lifestyle apps remove, likewise",
        source="judgement",
    )
    bad_share: float = parameter(
        0.3, low=0, high=1, unit="share", tag="X", doc="developers whose apps post into feeds", source="judgement"
    )
    spam: float = parameter(
        1.0,
        low=0,
        high=20,
        unit="x",
        tag="X",
        doc="such posts over all others in a feed, if every developer had such an app",
        source="judgement",
    )
    let_down: float = parameter(
        0.5,
        low=0,
        high=100,
        unit="posts/user/day",
        tag="X",
        doc="posts that let a user down, likewise; needs trust",
        source="judgement",
    )
    privacy: float = parameter(
        0.2,
        low=0,
        high=100,
        unit="posts/user/day",
        tag="X",
        doc="to how many such posts it amounts to see one's data used, if all is open and every visit goes to an app",
        source="judgement",
    )
    contract_fee_yuan: float = parameter(
        200.0,
        low=0,
        high=10_000_000,
        unit="yuan/period",
        tag="X",
        doc="what an app made for one brand costs the brand",
        source="judgement",
    )
    contract_share: float = parameter(
        0.02,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="what its developer gets of the brand's sales on the platform",
        source="judgement",
    )
    contract_cost_yuan: float = parameter(
        100.0,
        low=0,
        high=10_000_000,
        unit="yuan/period",
        tag="X",
        doc="what running it costs its developer",
        source="judgement",
    )
    service: float = parameter(
        0.2,
        low=0,
        high=2,
        unit="util",
        tag="X",
        doc="what such an app adds to buying the brand's goods on a wholly open platform",
        source="judgement",
    )


AFFORDANCE = Openness
