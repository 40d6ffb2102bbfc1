"""Size, length and grid of a run."""

from __future__ import annotations

from simulator.parameters import Parameters, parameter


class RedrawParameters(Parameters):
    """Parts of a run's luck drawn anew while the others stay: 0 as the seed gives it, any other number anew."""

    world: int = parameter(
        0,
        low=0,
        high=2**31 - 1,
        unit="-",
        source="study",
        doc="people, what they need and when, who follows whom and which brands",
    )
    content: int = parameter(
        0,
        low=0,
        high=2**31 - 1,
        unit="-",
        source="study",
        doc="what brands post and when, and how striking every post is",
    )
    chance: int = parameter(
        0, low=0, high=2**31 - 1, unit="-", source="study", doc="visits, what is seen, passed on, chosen and finished"
    )


class MarketParameters(Parameters):
    """How many users are simulated, for how long and in which steps."""

    users: int = parameter(20_000, low=10, high=2_000_000_000, unit="users", doc="simulated users", source="scenario")
    days: int = parameter(14, low=1, high=3650, unit="d", doc="length of the run", source="scenario")
    tick_minutes: int = parameter(
        60,
        low=15,
        high=1440,
        unit="min",
        doc="length of a tick; divides a day",
        source="design",
    )
    start_weekday: int = parameter(
        0, low=0, high=6, unit="weekday", doc="weekday of day 0, Monday is 0", source="scenario"
    )
    start_month: int = parameter(
        1, low=1, high=12, unit="month", doc="month whose first day is day 0, for seasons", source="scenario"
    )
    recorded_users: int = parameter(
        200_000,
        low=0,
        high=2_000_000_000,
        unit="users",
        source="scenario",
        doc="users whose final state is stored; in a larger market those with the smallest hash of their key",
    )
    most_posts: int = parameter(
        2**31 - 1,
        low=1,
        high=2**31 - 1,
        unit="posts",
        source="scenario",
        doc="posts about brands for which a platform has room: a run ends with an error rather than make more",
    )
    redraw: RedrawParameters = parameter(
        RedrawParameters(), doc="parts of the luck drawn anew", unit="-", source="study"
    )
