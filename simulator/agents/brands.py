"""Brands: a product, a budget, an account, a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator.agents.audiences import Audience
from simulator.agents.base import KeyedRandom, MarketAgent
from simulator.agents.brand_parameters import BrandParameters
from simulator.agents.budget import Budget, Cell
from simulator.agents.campaign_parameters import CHANNELS, AudienceParameters, CampaignParameters
from simulator.agents.day_plan import PAID_OPINION, DayPlan, PlannedPost
from simulator.agents.developers import Developer
from simulator.agents.planning import PLANNING
from simulator.agents.platforms import Platform
from simulator.agents.reports import Reports
from simulator.agents.seeding import hired
from simulator.kernels import decisions
from simulator.kernels.money import share_of
from simulator.population.table import Keys
from simulator.types import FEN_PER_YUAN, MINUTES_PER_DAY, NOBODY, AgentKind, Array, Decision, PostKind

PRIOR_DELIVERIES = 2000.0
"""Deliveries of promoted posts that a platform's word on engagement is worth."""


class Brand(MarketAgent):
    """A brand with one product. `plan` is the decision an adaptive brand replaces.

    Attributes
    ----------
    budget : of its campaign; None without one.
    weights, spent_before : what a planning rule remembers, by platform and channel.
    segments : regions its paid media are meant for today by a planning rule; empty for everybody.
    """

    kind_of_agent = AgentKind.BRAND

    def __init__(self, model: Any, index: int, key: int, parameters: BrandParameters, campaign_on: bool):
        super().__init__(model)
        self.index = index
        self.key = key
        self.parameters = parameters
        self.name = parameters.name
        self.campaign: CampaignParameters | None = parameters.campaign if campaign_on else None
        self.budget = Budget(0, {})
        self.weights: dict[Cell, float] = {}
        self.spent_before: dict[Cell, int] = {}
        self.segments: tuple[str, ...] = ()
        self._hired: dict[str, list[tuple[int, int, int]]] = {}
        self._deliveries: dict[str, float] = {}
        self._engagements: dict[str, int] = {}
        self._impressions: Array = np.zeros(0)

    def enter(self, platforms: Sequence[Platform]) -> None:
        """Divide the budget over the platforms, as visits are, and over their channels, as the plan says."""
        c = self.campaign
        if c is None:
            return
        meant = {
            (platform.name, channel): int(c.budget_yuan * platform.budget_share * c.share(channel) * FEN_PER_YUAN)
            for platform in platforms
            for channel in CHANNELS
        }
        self.budget = Budget(max(round(c.budget_yuan * FEN_PER_YUAN), sum(meant.values())), meant)
        open_cells = [(platform.name, one) for platform in platforms for one in self.open_channels(platform)]
        self.weights = {cell: max(float(meant[cell]), 1.0) for cell in open_cells}

    @property
    def reports(self) -> Reports:
        """What it may see of the market."""
        found: Reports = self.model.reports
        return found

    @property
    def spend_fen(self) -> int:
        """Marketing money spent so far; never above the budget."""
        return self.budget.spent_fen

    def open_channels(self, platform: Platform) -> list[str]:
        """Channels on which money can be spent on a platform."""
        c = self.campaign
        posts = c is not None and c.posts_per_day > 0
        return [
            channel
            for channel in CHANNELS
            if platform.offers(channel) and (posts or channel not in ("promotion", "prizes"))
        ]

    def runs_on(self, day: int) -> bool:
        """Whether its campaign runs on a day."""
        c = self.campaign
        return c is not None and c.start_day <= day < c.start_day + c.days

    # -- the day

    def begin_day(self, day: int, platforms: Sequence[Platform]) -> None:
        """Let the planning rule change the plan."""
        if self.campaign is not None and self.runs_on(day):
            PLANNING[self.campaign.planning].begin_day(self, day, platforms)

    def divide(self, day: int, shares: Mapping[Cell, float], reason: str) -> None:
        """Divide what is left of the budget anew; leaders are hired anew with their part."""
        self.budget.divide(shares)
        self._hired = {name: [one for one in orders if one[2] < day] for name, orders in self._hired.items()}
        self.note(day, Decision.REPLAN, reason, amount_fen=self.budget.total_fen - self.budget.spent_fen)

    def wanted_audience(self, day: int) -> AudienceParameters | None:
        """Whom its paid media are meant for on a day; None for everybody."""
        c = self.campaign
        if c is None or not self.runs_on(day):
            return None
        if self.segments:
            return AudienceParameters(kind="regions", regions=self.segments, holdout=c.audience.holdout)
        return None if c.audience.kind == "everybody" and c.audience.holdout == 0.0 else c.audience

    def plan(self, day: int, platform: Platform, keys: Keys) -> DayPlan:
        """Decide the day on one platform: its part of the ad money, the account's posts, opinion leaders due today."""
        c = self.campaign
        if c is None or not self.runs_on(day):
            why = "has no campaign" if c is None else "its campaign does not run"
            self.note(day, Decision.WAIT, why, platform.name)
            return DayPlan(0, 0.0, (), "no campaign today")
        audience = platform.audiences.get(self.index, Audience(len(keys)))
        when = f"day {day - c.start_day + 1} of {c.days} of the plan"
        if c.deal > 0.0 and day == c.start_day:
            self.note(day, Decision.DEAL, f"{100 * c.deal:g} % off for {c.days} days", platform.name)
        ads = self._order_ads(c, day, platform, audience, when)
        posts: list[PlannedPost] = []
        if platform.has_feed:
            posts = self._account_posts(c, day, platform, audience, when)
            posts += self._seeded_posts(c, day, platform, keys)
        if not ads and not posts:
            self.note(day, Decision.WAIT, f"{when}, nothing to buy or to post", platform.name)
        return DayPlan(ads, c.deal, tuple(posts), when)

    # -- apps made for it

    @staticmethod
    def accepts_contract(gain_fen: float, cost_fen: float) -> bool:
        """Whether an app of its own is worth what it costs: only if it brings more."""
        return gain_fen > cost_fen

    def sign_contract(
        self, day: int, gain_fen: float, cost_fen: float, developer: Developer, platform: Platform, their_reason: str
    ) -> None:
        """Have an app made, by a developer who has a reason to make it."""
        why = f"with {developer.name}: {_gain(gain_fen, cost_fen)}; to them, {their_reason}"
        self.note(day, Decision.SIGN, why, platform.name)

    def decline_contract(self, day: int, gain_fen: float, cost_fen: float, pays: bool, platform: Platform) -> None:
        """Have no app made: it costs more than it brings, or nobody makes it."""
        why = "no developer of commerce apps is free and willing" if pays else "it costs no less than it brings"
        self.note(day, Decision.DECLINE, f"{why}: {_gain(gain_fen, cost_fen)}", platform.name)

    def end_contract(
        self, day: int, gain_fen: float, cost_fen: float, developer: Developer, platform: Platform
    ) -> None:
        """Give up an app that no longer pays."""
        self.note(day, Decision.END_CONTRACT, f"with {developer.name}: {_gain(gain_fen, cost_fen)}", platform.name)

    def pay_contract(self, day: int, fen: int, developer: Developer, platform: Platform) -> None:
        """Pay for an app of its own, out of what it sells and not of the campaign's budget."""
        if fen > 0:
            self.note(day, Decision.PAY_CONTRACT, f"to {developer.name}", platform.name, fen, paid=True)

    # -- ads

    def _order_ads(self, c: CampaignParameters, day: int, platform: Platform, audience: Audience, when: str) -> int:
        cell = (platform.name, "ads")
        if not platform.sells_ads or audience.visit_share <= 0.0:
            return 0
        left = c.start_day + c.days - day
        meant, spent = self.budget.meant(cell), self.budget.spent(cell)
        if c.front_load > 0.0:
            impressions = int((meant - spent) * min(1.0, (1.0 + c.front_load) / left)) * 1000 // platform.cpm_fen
        else:
            impressions = (meant - spent) * 1000 // (left * platform.cpm_fen)
        if impressions > 0:
            ordered, why = (
                impressions * platform.cpm_fen // 1000,
                f"{when}, {impressions} impressions to {audience.what}",
            )
            self.note(day, Decision.ORDER_ADS, why, platform.name, ordered)
        if self.segments:
            self._count_by_region(impressions)
        return impressions

    def pay_ads(self, impressions: int, planned: int, platform: Platform, day: int) -> None:
        """Pay for the day's impressions; what a platform delivers above the order is free."""
        cost = self.budget.pay((platform.name, "ads"), min(impressions, planned) * platform.cpm_fen // 1000)
        platform.ad_revenue_fen += cost
        if cost:
            self.note(day, Decision.PAY_ADS, f"{impressions} impressions seen", platform.name, cost, paid=True)

    def _count_by_region(self, impressions: int) -> None:
        """Remember where the day's impressions are expected: in its segments, as visits are."""
        visits = self.reports.visits_by_region()
        inside = np.where(np.isin(np.array(self.reports.regions), self.segments), visits, 0.0)
        self._impressions = self.region_impressions(visits.size) + impressions * inside / inside.sum()

    def region_impressions(self, regions: int) -> Array:
        """Impressions ordered so far by region, as expected when they were."""
        return self._impressions if self._impressions.size else np.zeros(regions)

    # -- posts of the account

    def _account_posts(
        self, c: CampaignParameters, day: int, platform: Platform, audience: Audience, when: str
    ) -> list[PlannedPost]:
        luck = KeyedRandom(self.model.seeds.content, decisions.BRAND_PLAN, self.key, day)
        chance = self._promote(c, day, platform, audience)
        posts = []
        for _ in range(c.posts_per_day):
            minute = day * MINUTES_PER_DAY + int(luck.uniform() * MINUTES_PER_DAY)
            key = luck.key()
            quality = self._content(c, key, platform)
            prize = self._buy_prize(c, day, platform)
            said = (PAID_OPINION, quality, prize, chance)
            posts.append(PlannedPost(self.index, NOBODY, minute, PostKind.BRAND, key, *said))
        if posts:
            self.note(day, Decision.POST, f"{len(posts)} posts, {when}", platform.name)
        return posts

    def _content(self, c: CampaignParameters, key: int, platform: Platform) -> float:
        """What message, picture and link do to the quality of a post."""
        luck, repost = KeyedRandom(self.model.seeds.content, decisions.CONTENT, key, 0), platform.affordances.repost
        picture = repost.picture_boost if luck.uniform() < c.picture_share else 1.0
        link = repost.link_penalty if luck.uniform() < c.link_share else 1.0
        return float(c.highlight * picture * link)

    def _buy_prize(self, c: CampaignParameters, day: int, platform: Platform) -> bool:
        """Whether a post of the account offers a prize: all cost the same, and the budget pays them all."""
        cell = (platform.name, "prizes")
        price = min(self.budget.meant(cell) // (c.days * c.posts_per_day), self.budget.left(cell))
        if price == 0 or not platform.works("repost_to_win"):
            return False
        self.budget.pay(cell, price)
        self.note(day, Decision.OFFER_PRIZE, "among those who repost", platform.name, price, paid=True)
        return True

    # -- promoted posts

    def _promote(self, c: CampaignParameters, day: int, platform: Platform, audience: Audience) -> float:
        """Chance of each in the audience to get a post of today: as many as what is left for a day should pay for."""
        cell = (platform.name, "promotion")
        left = c.start_day + c.days - day
        fen = math.floor(self.budget.left(cell) * min(1.0, (1.0 + c.front_load) / left))
        if fen < platform.cpe_fen or not c.posts_per_day or not audience.people or not platform.works("promoted_posts"):
            return 0.0
        deliveries = fen / platform.cpe_fen / self.engagement_rate(platform)
        strength = float(platform.affordances.promoted_posts.strength)
        chance = min(1.0, strength * deliveries / (audience.people * c.posts_per_day))
        self._deliveries[platform.name] = (
            self._deliveries.get(platform.name, 0.0) + chance * audience.people * c.posts_per_day
        )
        why = f"each post to {100 * chance:.2g} % of {audience.what} besides the followers"
        self.note(day, Decision.PROMOTE, why, platform.name, fen)
        return chance

    def engagement_rate(self, platform: Platform) -> float:
        """Engagements a delivery to expect: what the platform says, and what was seen since."""
        expected = float(platform.affordances.promoted_posts.expected)
        seen = self._engagements.get(platform.name, 0) + expected * PRIOR_DELIVERIES
        return max(seen / (self._deliveries.get(platform.name, 0.0) + PRIOR_DELIVERIES), 1e-6)

    def pay_promotion(self, day: int, engagements: int, platform: Platform) -> None:
        """Pay for the day's engagements, as far as the money goes; what exceeds it is free."""
        cell = (platform.name, "promotion")
        cost = self.budget.pay(cell, min(engagements * platform.cpe_fen, self.budget.left(cell)))
        self._engagements[platform.name] = self._engagements.get(platform.name, 0) + engagements
        platform.ad_revenue_fen += cost
        if cost:
            self.note(day, Decision.PAY_PROMOTION, f"{engagements} engagements", platform.name, cost, paid=True)

    # -- opinion leaders

    def _seeded_posts(self, c: CampaignParameters, day: int, platform: Platform, keys: Keys) -> list[PlannedPost]:
        posts, cell = [], (platform.name, "seeds")
        for row, price, on_day in self._engaged(c, day, platform, keys):
            if on_day != day or price > self.budget.left(cell):
                continue
            luck = KeyedRandom(self.model.seeds.content, decisions.SEED_CHOICE, self.key, int(keys[row]))
            minute = day * MINUTES_PER_DAY + int(luck.uniform() * MINUTES_PER_DAY)
            key = luck.key()
            quality = self._content(c, key, platform)
            posts.append(PlannedPost(self.index, row, minute, PostKind.SEEDED, key, PAID_OPINION, quality))
            self.budget.pay(cell, price)
            self.note(day, Decision.HIRE, f"user {keys[row]}, by {c.seeding}", platform.name, price, paid=True)
        return posts

    def _engaged(self, c: CampaignParameters, day: int, platform: Platform, keys: Keys) -> list[tuple[int, int, int]]:
        """Who was hired: row, price and day of the post; those the money left pays for, spread over the days left."""
        before = self._hired.get(platform.name)
        if before is None or (c.planning == "reinforce" and all(one[2] < day for one in before)):
            used = [row for row, _, _ in before or ()]
            luck = KeyedRandom(self.model.seeds.content, decisions.SEED_CHOICE, self.key, 0).key()
            found = hired(c, platform, keys, self.budget.left((platform.name, "seeds")), used, luck)
            days = c.start_day + c.days - day
            new = [(row, price, day + order % days) for order, (row, price) in enumerate(found)]
            self._hired[platform.name] = (before or []) + new
        return self._hired[platform.name]

    # -- peer sellers

    def offered_bonus(self, day: int, platform: Platform) -> float:
        """What peer sellers get for an order on top of their commission today, a share of the price."""
        c = self.campaign
        if c is None or not self.runs_on(day) or not platform.offers("bonus"):
            return 0.0
        if self.budget.left((platform.name, "bonus")) <= 0:
            return 0.0
        if day == c.start_day:
            self.note(day, Decision.OFFER_BONUS, f"{100 * c.seller_bonus:g} % of the price an order", platform.name)
        return c.seller_bonus

    def pay_bonuses(self, day: int, prices: Array, platform: Platform) -> Array:
        """Bonuses for orders peer sellers served today, in fen, first come first served; int64 like `prices`."""
        c = self.campaign
        if c is None or not self.runs_on(day) or not prices.size:
            return np.zeros(prices.size, np.int64)
        cell = (platform.name, "bonus")
        asked = share_of(prices, c.seller_bonus)
        before = np.concatenate([[0], np.cumsum(asked)[:-1]])
        paid = np.clip(self.budget.left(cell) - before, 0, asked)
        whole = self.budget.pay(cell, int(paid.sum()))
        if whole:
            served = int(np.count_nonzero(paid))
            self.note(
                day, Decision.PAY_BONUS, f"{served} orders served by peer sellers", platform.name, whole, paid=True
            )
        return np.asarray(paid)


def _gain(gain_fen: float, cost_fen: float) -> str:
    gain, cost = gain_fen / FEN_PER_YUAN, cost_fen / FEN_PER_YUAN
    return f"{gain:.2f} yuan a period to be gained, {cost:.2f} to be paid"
