"""Platforms: what they offer, what they charge, what they earn."""

from __future__ import annotations

import math
from typing import Any

from simulator.agents.base import MarketAgent
from simulator.agents.platform_parameters import PlatformParameters
from simulator.network.csr import CSRGraph
from simulator.network.procedural import ProceduralGraph
from simulator.population.selection import smallest
from simulator.population.table import Keys
from simulator.types import FEN_PER_YUAN

SEED_PRICE_POWER = 0.8
SEED_PRICE_YUAN_PER_FOLLOWER_POWER: float = 5000.0 / 1e6**SEED_PRICE_POWER
"""A million followers ask 5000 yuan a post, and the price grows as followers**.8: judged (quotes of 2015, kawo.com)."""


def price_of_post_fen(followers: float) -> int:
    """What a user with so many followers asks for a paid post."""
    return round(FEN_PER_YUAN * SEED_PRICE_YUAN_PER_FOLLOWER_POWER * math.pow(followers, SEED_PRICE_POWER))


class Platform(MarketAgent):
    """A named bundle of affordances. It sells impressions and, through its opinion leaders, posts.

    `budget_share` is the part of a brand's budget that is meant for it.
    """

    def __init__(
        self,
        model: Any,
        parameters: PlatformParameters,
        graph: CSRGraph | ProceduralGraph | None,
        budget_share: float = 1.0,
    ):
        super().__init__(model)
        self.parameters = parameters
        self.name = parameters.name
        self.kind = parameters.kind
        self.affordances: Any = parameters.affordances
        self._graph = graph
        self.budget_share = budget_share
        self.ad_revenue_fen = 0

    @property
    def cpm_fen(self) -> int:
        """Price of a thousand impressions."""
        yuan: float = self.affordances.ads.cpm_yuan
        return round(yuan * FEN_PER_YUAN)

    @property
    def sells_ads(self) -> bool:
        return bool(self.affordances.active("ads"))

    @property
    def has_feed(self) -> bool:
        return bool(self.affordances.active("feed"))

    @property
    def gives_prizes(self) -> bool:
        """Whether it does anything to repost for a prize here."""
        return bool(self.affordances.active("repost_to_win") and self.affordances.repost_to_win.strength > 0.0)

    def post_price_fen(self, row: int) -> int:
        """What the user in `row` asks for a paid post."""
        if self._graph is None:
            return 0
        return price_of_post_fen(float(self._graph.follower_counts(row, row + 1)[0]))

    def most_followed(self, count: int, keys: Keys) -> list[int]:
        """Rows of the `count` most followed users, ties by key."""
        graph = self._graph
        if graph is None:
            return []
        rows = smallest(graph.n, count, lambda part: -graph.follower_counts(part.start, part.stop), keys)
        return [int(row) for row in rows]
