"""The campaign of a brand: its budget by channel, whom it pays to reach, and by which rule it is changed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict, model_validator

from simulator.agents.planning import PLANNING
from simulator.errors import nearest
from simulator.parameters import Parameters, parameter
from simulator.population.regions import known_regions

Keys = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Strict(False)]
Names = Annotated[tuple[str, ...], Strict(False)]
AudienceKind = Literal["everybody", "regions", "intents"]
Seeding = Literal["degree", "random", "region", "optimised"]

OPENED_BY = {
    "ads": "ads",
    "promotion": "promoted_posts",
    "seeds": "feed",
    "prizes": "repost_to_win",
    "bonus": "peer_sellers",
}
"""The affordance of a platform without which nothing can be spent on a channel."""

CHANNELS = tuple(OPENED_BY)
"""What a budget is divided over: impressions, promoted posts, opinion leaders, prizes for reposts and bonuses for
peer sellers."""

NEEDED = {"everybody": "user", "regions": "aggregate", "intents": "user"}
"""What a platform must tell of its users for a kind of audience; a holdout is a list of users."""

LEVELS = ("none", "aggregate", "user")
"""What platforms tell brands of their users, from nothing to logs by person."""


class AudienceParameters(Parameters):
    """Whom ads and promoted posts are meant for, as far as a platform's behaviour data lets a brand choose."""

    kind: AudienceKind = parameter(
        "everybody",
        doc="everybody; people of some regions; those who chose the offer and have not paid",
        unit="-",
        source="scenario",
    )
    regions: Names = parameter((), doc="the regions, for kind regions", unit="-", source="scenario")
    days: int = parameter(
        14, low=1, high=365, unit="d", doc="for intents: how long ago they may have been stated", source="scenario"
    )
    holdout: float = parameter(
        0.0,
        low=0,
        high=0.9,
        unit="share of users",
        doc="users drawn by lot whom paid media never reach: the brand's own experiment",
        source="scenario",
    )

    @model_validator(mode="after")
    def _kinds(self) -> AudienceParameters:
        known_regions("audience.regions", self.regions)
        if (self.kind == "regions") != bool(self.regions):
            raise ValueError("audience.regions names regions where kind is regions, and nowhere else")
        return self


def level_needed(wanted: AudienceParameters) -> str:
    """What a platform must tell of its users so that an audience can be told apart."""
    return "user" if wanted.holdout > 0.0 else NEEDED[wanted.kind]


class CampaignParameters(Parameters):
    """A plan with a budget. Unspent money is kept; spend never exceeds the budget."""

    start_day: int = parameter(2, low=0, high=3650, unit="d", doc="first day", source="scenario")
    days: int = parameter(7, low=1, high=3650, unit="d", doc="length", source="scenario")
    budget_yuan: float = parameter(..., low=0, high=1e10, unit="yuan", doc="most that may be spent", source="scenario")
    ads_share: float = parameter(0.6, low=0, high=1, unit="share of budget", doc="for impressions", source="scenario")
    promotion_share: float = parameter(
        0.0,
        low=0,
        high=1,
        unit="share of budget",
        doc="for posts of the account shown to people who do not follow it",
        source="scenario",
    )
    seeds_share: float = parameter(
        0.4, low=0, high=1, unit="share of budget", doc="for posts by opinion leaders", source="scenario"
    )
    prizes_share: float = parameter(
        0.0, low=0, high=1, unit="share of budget", doc="for prizes among those who repost", source="scenario"
    )
    bonus_share: float = parameter(
        0.0, low=0, high=1, unit="share of budget", doc="for bonuses of peer sellers", source="scenario"
    )
    seller_bonus: float = parameter(
        0.05,
        low=0,
        high=1,
        unit="share of price",
        doc="what a peer seller gets on top of the commission, while the money lasts",
        source="scenario",
    )
    seeding: Seeding = parameter(
        "degree",
        doc="whom to hire: the most followed, anybody by lot, the most followed of some regions, or those whose reach "
        "for their price is best",
        unit="-",
        source="scenario",
    )
    seed_users: Keys = parameter(
        (),
        unit="keys",
        doc="users asked for paid posts instead, in this order, as far as the money goes",
        source="scenario",
    )
    seed_regions: Names = parameter((), doc="the regions, for seeding region", unit="-", source="scenario")
    audience: AudienceParameters = parameter(
        AudienceParameters(), doc="whom paid media are meant for", unit="-", source="scenario"
    )
    planning: str = parameter(
        "fixed",
        doc="rule by which the plan is changed on the way: fixed, reinforce, thompson",
        unit="-",
        source="scenario",
    )
    replan_days: int = parameter(
        7, low=1, high=365, unit="d", doc="time between two changes of the plan", source="scenario"
    )
    learning: float = parameter(
        0.5,
        low=0,
        high=2,
        unit="-",
        tag="X",
        doc="power of the relative return of a channel by which its share grows",
        source="judgement",
    )
    exploration: float = parameter(
        0.1,
        low=0,
        high=1,
        unit="share of budget",
        tag="X",
        doc="what is spread evenly over all channels to go on learning of them",
        source="judgement",
    )
    front_load: float = parameter(
        0.0,
        low=0,
        high=20,
        unit="x added",
        doc="how much more than an even part of what is left is spent on each day",
        source="scenario",
    )
    highlight: float = parameter(
        1.0,
        low=0.1,
        high=5,
        unit="x",
        tag="X",
        doc="how striking its message is: median quality of its posts over that of others",
        source="scenario",
    )
    picture_share: float = parameter(
        0.0, low=0, high=1, unit="share of posts", doc="posts with a picture", source="scenario"
    )
    link_share: float = parameter(
        0.0, low=0, high=1, unit="share of posts", doc="posts with a link that leads away", source="scenario"
    )
    posts_per_day: int = parameter(
        1, low=0, high=48, unit="1/d", doc="posts on the brand's own account", source="scenario"
    )
    deal: float = parameter(
        0.0, low=0, high=0.9, unit="share of price", doc="discount on the platform", source="scenario"
    )

    def share(self, channel: str) -> float:
        """The share of the budget meant for a channel."""
        return float(getattr(self, f"{channel}_share"))

    @model_validator(mode="after")
    def _consistent(self) -> CampaignParameters:
        if sum(self.share(channel) for channel in CHANNELS) > 1.0 + 1e-12:
            raise ValueError(f"{', '.join(f'{channel}_share' for channel in CHANNELS)} add up to more than 1")
        known_regions("seed_regions", self.seed_regions)
        if (self.seeding == "region") != bool(self.seed_regions):
            raise ValueError("seed_regions names regions where seeding is region, and nowhere else")
        if len(set(self.seed_users)) < len(self.seed_users):
            raise ValueError("seed_users names a user twice")
        if self.planning not in PLANNING:
            near = nearest(self.planning, PLANNING)
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"planning is {self.planning!r}; allowed: {', '.join(PLANNING)}{hint}")
        return self
