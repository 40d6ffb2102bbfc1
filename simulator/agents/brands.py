"""Brands: a product, a budget, an account, a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.agents.base import KeyedRandom, MarketAgent
from simulator.agents.brand_parameters import BrandParameters, CampaignParameters
from simulator.agents.platforms import Platform
from simulator.kernels import decisions
from simulator.types import FEN_PER_YUAN, MINUTES_PER_DAY, NOBODY, PostKind

LEADERS_CONSIDERED = 200
PAID_OPINION = 0.8
"""What a paid post says of the brand, on -1..1."""


@dataclass(frozen=True)
class PlannedPost:
    """A root post: its author's row (NOBODY for the brand's account), minute since the start, and what it says.

    `quality` multiplies that of its content; `prize`: whether who reposts it may win something.
    """

    brand: int
    author: int
    minute: int
    kind: PostKind
    key: int
    opinion: float
    quality: float = 1.0
    prize: bool = False


@dataclass(frozen=True)
class DayPlan:
    """What a brand decided for one day, and why: the event log is made of these."""

    impressions: int
    deal: float
    posts: tuple[PlannedPost, ...]
    reason: str


class Brand(MarketAgent):
    """A brand with one product. `plan` is the decision an adaptive brand replaces."""

    def __init__(self, model: Any, index: int, key: int, parameters: BrandParameters, campaign_on: bool):
        super().__init__(model)
        self.index = index
        self.key = key
        self.parameters = parameters
        self.name = parameters.name
        self.campaign: CampaignParameters | None = parameters.campaign if campaign_on else None
        self.ads_spend_fen = 0
        self.seeds_spend_fen = 0
        self.prizes_spend_fen = 0
        self._ads_on: dict[str, int] = {}
        self._seeded: dict[str, list[tuple[int, int]]] = {}

    @property
    def spend_fen(self) -> int:
        """Marketing money spent so far; never above the budget."""
        return self.ads_spend_fen + self.seeds_spend_fen + self.prizes_spend_fen

    def plan(self, day: int, platform: Platform, keys: Any) -> DayPlan:
        """Decide the day on one platform: a share of its ad money, the account's posts, opinion leaders due today.

        The budget is divided over the platforms as visits are.
        """
        c = self.campaign
        if c is None or not c.start_day <= day < c.start_day + c.days:
            return DayPlan(0, 0.0, (), "no campaign today")
        ads = self._affordable_impressions(c, day, platform)
        posts: list[PlannedPost] = []
        if platform.has_feed:
            posts = self._account_posts(c, day, platform) + self._seeded_posts(c, day, platform, keys)
        return DayPlan(ads, c.deal, tuple(posts), f"day {day - c.start_day + 1} of {c.days} of the plan")

    def pay_ads(self, impressions: int, planned: int, platform: Platform) -> None:
        """Pay for the day's impressions; what a platform delivers above the order is free."""
        cost = min(impressions, planned) * platform.cpm_fen // 1000
        self.ads_spend_fen += cost
        self._ads_on[platform.name] = self._ads_on.get(platform.name, 0) + cost
        platform.ad_revenue_fen += cost

    def _affordable_impressions(self, c: CampaignParameters, day: int, platform: Platform) -> int:
        if not platform.sells_ads:
            return 0
        budget = int(c.budget_yuan * platform.budget_share * c.ads_share * FEN_PER_YUAN)
        left = c.start_day + c.days - day
        return (budget - self._ads_on.get(platform.name, 0)) * 1000 // (left * platform.cpm_fen)

    def _account_posts(self, c: CampaignParameters, day: int, platform: Platform) -> list[PlannedPost]:
        luck = KeyedRandom(self.model.seeds.content, decisions.BRAND_PLAN, self.key, day)
        posts = []
        for _ in range(c.posts_per_day):
            minute = day * MINUTES_PER_DAY + int(luck.uniform() * MINUTES_PER_DAY)
            key = luck.key()
            quality = self._content(c, key, platform)
            prize = self._buy_prize(c, platform)
            posts.append(PlannedPost(self.index, NOBODY, minute, PostKind.BRAND, key, PAID_OPINION, quality, prize))
        return posts

    def _content(self, c: CampaignParameters, key: int, platform: Platform) -> float:
        """What message, picture and link do to the quality of a post."""
        luck, repost = KeyedRandom(self.model.seeds.content, decisions.CONTENT, key, 0), platform.affordances.repost
        picture = repost.picture_boost if luck.uniform() < c.picture_share else 1.0
        link = repost.link_penalty if luck.uniform() < c.link_share else 1.0
        return float(c.highlight * picture * link)

    def _buy_prize(self, c: CampaignParameters, platform: Platform) -> bool:
        """Whether a post of the account offers a prize: all cost the same, and the budget pays them all."""
        budget = int(c.budget_yuan * platform.budget_share * c.prizes_share * FEN_PER_YUAN)
        price = budget // (c.days * c.posts_per_day)
        if price == 0 or not platform.gives_prizes:
            return False
        self.prizes_spend_fen += price
        return True

    def _seeded_posts(self, c: CampaignParameters, day: int, platform: Platform, keys: Any) -> list[PlannedPost]:
        if platform.name not in self._seeded:
            self._seeded[platform.name] = self._hire(c, platform, keys)
        posts = []
        for order, (row, price) in enumerate(self._seeded[platform.name]):
            if order % c.days != day - c.start_day:
                continue
            luck = KeyedRandom(self.model.seeds.content, decisions.SEED_CHOICE, self.key, int(keys[row]))
            minute = day * MINUTES_PER_DAY + int(luck.uniform() * MINUTES_PER_DAY)
            key = luck.key()
            quality = self._content(c, key, platform)
            posts.append(PlannedPost(self.index, row, minute, PostKind.SEEDED, key, PAID_OPINION, quality))
            self.seeds_spend_fen += price
        return posts

    def _hire(self, c: CampaignParameters, platform: Platform, keys: Any) -> list[tuple[int, int]]:
        """Those who are named, or the most followed, as far as the budget pays; one it cannot pay is passed over."""
        left = int(c.budget_yuan * platform.budget_share * c.seeds_share * FEN_PER_YUAN)
        hired = []
        for row in self._candidates(c, platform, keys):
            price = platform.post_price_fen(row)
            if price <= left:
                hired.append((row, price))
                left -= price
        return hired

    @staticmethod
    def _candidates(c: CampaignParameters, platform: Platform, keys: Any) -> list[int]:
        """Rows of the users who may be asked for a paid post, in order."""
        if not c.seed_users:
            return platform.most_followed(LEADERS_CONSIDERED, keys)
        row_of = np.argsort(keys)
        return [int(row_of[key]) for key in c.seed_users]
