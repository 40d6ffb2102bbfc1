"""A tick: plan, then the engine's stages, then the posts they made, then the count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels import decisions, rng, roots
from simulator.kernels.state import ADS, ENGAGEMENTS, ORDERS_PLATFORM, REVIEW_STARS, REVIEWS, TALLIES, Batch, Clock
from simulator.model import trends
from simulator.model.assets import take_stock
from simulator.model.audiences import Audiences
from simulator.model.calendar import Calendar
from simulator.model.circle import pushes
from simulator.model.commons import share_distrust
from simulator.model.group_buying import Groups
from simulator.model.posts import concatenate, empty_batch, in_order
from simulator.model.sample import Sample
from simulator.model.sellers import SellerBooks, offer_weights
from simulator.model.standing import set_standing
from simulator.model.state import PlatformState, RunState, TickOutcome
from simulator.types import NOBODY, Array

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.day_plan import DayPlan, PlannedPost
    from simulator.agents.platforms import Platform
    from simulator.model.engine import Engine
    from simulator.model.ordinary import OrdinaryPosts


class Schedule:
    """Runs the ticks of one market in a fixed order. What a tick writes, the next one reads."""

    def __init__(
        self,
        state: RunState,
        engine: Engine,
        calendar: Calendar,
        audiences: Audiences,
        ordinary: OrdinaryPosts | None = None,
    ):
        self.state = state
        self.engine = engine
        self.calendar = calendar
        self.audiences = audiences
        self.ordinary = ordinary
        count = len(state.platforms)
        self._new = [(0, 0)] * count
        self._planned = [empty_batch(0)] * count
        self._plans: list[list[DayPlan]] = []
        self.assets: list[Array] = []
        self.counted: Array = np.zeros((count, state.brands.size, TALLIES), np.int64)
        """All tallies of the run so far, by platform and brand."""
        self.sample = Sample(state)
        self.books = [SellerBooks(platform) for platform in state.platforms]
        self.groups = [Groups(platform) for platform in state.platforms]
        for platform in state.platforms:
            set_standing(platform.brands, platform.affordances)
        self._seen_today: Array = np.zeros((count, state.brands.size, 2), np.int64)

    def tick(self, tick: int, brands: list[Brand], platforms: list[Platform]) -> TickOutcome:
        """Run tick number `tick`, counted from 0."""
        per_tick, per_day = self.calendar.tick_minutes, self.calendar.ticks_per_day
        clock = Clock(tick, tick * per_tick, per_tick)
        day, in_day = divmod(tick, per_day)
        if in_day == 0:
            for book in self.books:
                book.begin_day(day, tick, per_day, self.state, self.engine)
            for group in self.groups:
                group.begin_day(day, tick)
            self._plan_day(day, brands, platforms)
        for platform in self.state.platforms:
            platform.posts.expire(tick)
            trends.refresh(platform, clock, self.state.seed)
        outcome = self.engine.tick(self.state, clock, self.calendar.hours(tick), self._new)
        if self.ordinary is not None:
            self.ordinary.tick(clock)
        shares = self._shares(clock, outcome)
        for platform in self.state.platforms:
            commented = outcome.commented[platform.index]
            platform.posts.warm(commented, np.ones(commented.size, np.int64))
            self._publish(platform, clock, shares[platform.index], outcome.reposts[platform.index])
            self._learn(platform, outcome)
            self.groups[platform.index].count(self.state)
            share_distrust(platform, outcome.counters[platform.index], per_tick)
        self.counted += outcome.counters
        self.sample.observe(tick)
        self._seen_today += outcome.counters[:, :, (ADS, ENGAGEMENTS)]
        if in_day == per_day - 1:
            self._settle_media(day, brands, platforms)
            for book, agent in zip(self.books, platforms, strict=True):
                book.pay_bonuses(day, clock.tick + 1, per_day, self.state, brands, agent)
            self.assets.append(take_stock(self.state, clock.minute + per_tick))
        return outcome

    def _plan_day(self, day: int, brands: list[Brand], platforms: list[Platform]) -> None:
        self._seen_today[:] = 0
        for brand in brands:
            brand.begin_day(day, platforms)
        self.audiences.begin_day(day, brands, platforms)
        visits = max(self.calendar.expected_visits(day), 1.0)
        weights = self.state.shares.weight / self.state.shares.weight.sum()
        self._plans = []
        for agent, platform, weight in zip(platforms, self.state.platforms, weights, strict=True):
            plans = [brand.plan(day, agent, self.state.key) for brand in brands]
            for brand, plan in zip(brands, plans, strict=True):
                share = agent.audiences[brand.index].visit_share
                chance = plan.impressions / max(visits * weight * share, 1.0) * platform.affordances.ads.strength
                platform.brands.ad_probability[brand.index] = min(1.0, chance)
                platform.brands.deal[brand.index] = plan.deal if platform.market.sells else 0.0
            planned = [post for plan in plans for post in plan.posts]
            planned += [post for brand in brands for post in pushes(brand, platform.affordances, day, agent.name)]
            self._planned[platform.index] = concatenate(
                [_roots(planned, self.state), self._seller_roots(platform, agent, day, brands)]
            )
            self._plans.append(plans)

    def _settle_media(self, day: int, brands: list[Brand], platforms: list[Platform]) -> None:
        for agent, plans, seen in zip(platforms, self._plans, self._seen_today, strict=True):
            for brand, plan in zip(brands, plans, strict=True):
                shown, engagements = seen[brand.index].tolist()
                brand.pay_ads(shown, plan.impressions, agent, day)
                brand.pay_promotion(day, engagements, agent)

    def _seller_roots(self, platform: PlatformState, agent: Platform, day: int, brands: list[Brand]) -> Batch:
        if not platform.affordances.active("peer_sellers"):
            return empty_batch(0)
        weights = offer_weights(platform, agent, day, brands)
        prefix = rng.stream(self.state.seed, decisions.SELLER_POST)
        rate = float(platform.affordances.peer_sellers.posts_per_day)
        args = (platform.users, platform.brands.key.copy(), weights, prefix, day, rate)
        batch = empty_batch(int(roots.seller_posts(*args, empty_batch(0))))
        roots.seller_posts(*args, batch)
        batch.quality[:] = 1.0
        return batch

    def _shares(self, clock: Clock, outcome: TickOutcome) -> list[Batch]:
        """What buyers tell, by platform: where they bought if people can post there, else where they can."""
        state = self.state
        open_to = [platform.index for platform in state.platforms if platform.has_feed]
        if not outcome.telling.size or not open_to:
            return [empty_batch(0)] * len(state.platforms)
        bought = state.needs.table.platform[outcome.telling]
        told_on = np.where(np.isin(bought, open_to), bought, open_to[0])
        batches = []
        for platform in state.platforms:
            here = outcome.telling[told_on == platform.index]
            batch = empty_batch(here.size)
            if here.size:
                roots.tell(platform.users, state.needs, here, clock, state.luck, batch)
            batches.append(batch)
        return batches

    def _publish(self, platform: PlatformState, clock: Clock, shares: Batch, reposts: Batch) -> None:
        """Posts made in this tick get their ids now and reach their readers in the next."""
        planned = self._planned[platform.index]
        due = (planned.minute >= clock.minute) & (planned.minute < clock.minute + clock.tick_minutes)
        if not due.any() and not shares.key.size and not reposts.key.size:
            self._new[platform.index] = (platform.posts.next_id, platform.posts.next_id)
            return
        new_roots = concatenate([Batch(*(column[due] for column in planned)), shares])
        if new_roots.key.size:
            made = np.append(planned.quality[due], np.ones(shares.key.size, np.float32))
            roots.set_quality(self.state.luck, float(platform.affordances.repost.quality_sd), new_roots)
            new_roots.quality[:] *= made
        batch = concatenate([new_roots, reposts])
        if batch.key.size > 1:
            batch = in_order(batch)
        self._new[platform.index] = platform.posts.append(batch, clock.tick)
        if platform.feed.popular:
            platform.posts.warm(reposts.root, np.ones(reposts.root.size, np.int64))

    def _learn(self, platform: PlatformState, outcome: TickOutcome) -> None:
        """What everybody can read in the next tick: reviews and sales so far."""
        counters = outcome.counters[platform.index]
        if not counters[:, (REVIEWS, ORDERS_PLATFORM)].any():
            return
        known = platform.brands.view(np.ndarray)
        known["reviews"] += counters[:, REVIEWS]
        known["review_stars"] += counters[:, REVIEW_STARS]
        known["sold"] += counters[:, ORDERS_PLATFORM]
        set_standing(platform.brands, platform.affordances)


def _roots(planned: list[PlannedPost], state: RunState) -> Batch:
    batch = empty_batch(len(planned))
    for i, post in enumerate(planned):
        batch.brand[i] = post.brand
        batch.kind[i] = post.kind
        batch.author[i] = post.author
        batch.author_key[i] = np.iinfo(np.uint32).max if post.author == NOBODY else state.key[post.author]
        batch.key[i] = batch.root[i] = post.key
        batch.minute[i] = post.minute
        batch.opinion[i] = post.opinion
        batch.quality[i] = post.quality
        batch.prize[i] = post.prize
        batch.promotion[i] = post.promotion
    return batch
