"""Platforms: what they offer, what they charge, what they earn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulator.agents.audiences import Audience
from simulator.agents.base import MarketAgent
from simulator.agents.platform_parameters import PlatformParameters
from simulator.network.csr import CSRGraph
from simulator.network.procedural import ProceduralGraph
from simulator.population.selection import smallest
from simulator.population.table import Keys
from simulator.types import FEN_PER_YUAN, AgentKind, Array

SEED_PRICE_POWER = 0.8
SEED_PRICE_YUAN_PER_FOLLOWER_POWER: float = 5000.0 / 1e6**SEED_PRICE_POWER
"""A million followers ask 5000 yuan a post, and the price grows as followers**.8: judged (quotes of 2015, kawo.com)."""
OUTSIDE = 1
"""Below nobody in a ranking by -followers: who lives elsewhere comes last."""


def price_of_post_fen(followers: float) -> int:
    """What a user with so many followers asks for a paid post."""
    return round(FEN_PER_YUAN * SEED_PRICE_YUAN_PER_FOLLOWER_POWER * math.pow(followers, SEED_PRICE_POWER))


class Platform(MarketAgent):
    """A named bundle of affordances. It sells impressions and, through its opinion leaders, posts.

    Parameters
    ----------
    parameters : the scenario's.
    graph : who follows whom, by row; None without one.
    budget_share : the part of a brand's budget that is meant for it.
    region : region of the users by row, a place in `regions`.
    graph_by_key : gives its graph in order of the users' keys; None without one.
    """

    kind_of_agent = AgentKind.PLATFORM

    def __init__(
        self,
        model: Any,
        parameters: PlatformParameters,
        graph: CSRGraph | ProceduralGraph | None,
        budget_share: float = 1.0,
        region: Array | None = None,
        regions: tuple[str, ...] = (),
        graph_by_key: Callable[[], Any] | None = None,
    ):
        super().__init__(model)
        self.parameters = parameters
        self.name = parameters.name
        self.kind = parameters.kind
        self.affordances: Any = parameters.affordances
        self._graph = graph
        self.budget_share = budget_share
        self.ad_revenue_fen = 0
        self.sources_told = 0.0
        """Share of what it would not know of sources that tools on its open interface tell."""
        self.audiences: dict[int, Audience] = {}
        """Whom each brand, by index, pays to reach here today."""
        self.graph_by_key = graph_by_key
        self._region = region
        self._regions = regions

    @property
    def cpm_fen(self) -> int:
        """Price of a thousand impressions."""
        yuan: float = self.affordances.ads.cpm_yuan
        return round(yuan * FEN_PER_YUAN)

    @property
    def cpe_fen(self) -> int:
        """Price of an engagement with a promoted post."""
        yuan: float = self.affordances.promoted_posts.cpe_yuan
        return round(yuan * FEN_PER_YUAN)

    def works(self, name: str) -> bool:
        """Whether an affordance is on and not neutralised."""
        return bool(self.affordances.works(name))

    @property
    def sells_ads(self) -> bool:
        return self.works("ads")

    @property
    def has_feed(self) -> bool:
        return bool(self.affordances.active("feed"))

    @property
    def data_level(self) -> str:
        """What it tells brands of its users: "none", "aggregate" or "user"."""
        return str(self.affordances.data_level())

    @property
    def sources_known(self) -> float:
        """Share of the orders here of which it reports what first made the buyer aware."""
        data = self.affordances.behaviour_data
        known = min(1.0, float(data.sources_known * data.strength)) if self.works("behaviour_data") else 0.0
        return known + (1.0 - known) * self.sources_told

    def offers(self, channel: str) -> bool:
        """Whether brands can spend on a channel here."""
        return bool(self.affordances.offers(channel))

    def post_price_fen(self, row: int) -> int:
        """What the user in `row` asks for a paid post."""
        if self._graph is None:
            return 0
        return price_of_post_fen(float(self._graph.follower_counts(row, row + 1)[0]))

    def followed_rows(self) -> Array:
        """Rows of the users somebody follows."""
        return np.flatnonzero(self._graph.follower_counts()) if self._graph is not None else np.empty(0, np.int64)

    def most_followed(self, count: int, keys: Keys, regions: Sequence[str] = ()) -> list[int]:
        """Rows of the `count` most followed users, ties by key; of some regions only, if any are named."""
        graph, region = self._graph, self._region
        if graph is None:
            return []
        codes = [self._regions.index(name) for name in regions]

        def unfollowed(part: slice) -> Array:
            counts = graph.follower_counts(part.start, part.stop)
            outside = ~np.isin(region[part], codes) if regions and region is not None else False
            return np.where(outside, OUTSIDE, -counts)

        rows = smallest(graph.n, count, unfollowed, keys)
        return [int(row) for row in rows if not codes or region is None or int(region[row]) in codes]
