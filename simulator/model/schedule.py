"""A tick: plan, then the engine's stages, then the posts they made, then the count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels import decisions, rng, roots
from simulator.kernels.state import ADS, REVIEW_STARS, REVIEWS, Batch, Clock
from simulator.model.calendar import Calendar
from simulator.model.posts import empty_batch, in_order
from simulator.model.state import RunState, TickOutcome
from simulator.types import NOBODY, Array

if TYPE_CHECKING:
    from simulator.agents.brands import Brand, DayPlan, PlannedPost
    from simulator.agents.platforms import Platform
    from simulator.model.engine import Engine
    from simulator.model.ordinary import OrdinaryPosts


class Schedule:
    """Runs the ticks of one market in a fixed order. What a tick writes, the next one reads."""

    def __init__(self, state: RunState, engine: Engine, calendar: Calendar, ordinary: OrdinaryPosts | None = None):
        self.state = state
        self.engine = engine
        self.calendar = calendar
        self.ordinary = ordinary
        self._new = (0, 0)
        self._planned = empty_batch(0)
        self._plans: list[DayPlan] = []
        self._impressions_today: Array = np.zeros(state.brands.size, np.int64)

    def tick(self, tick: int, brands: list[Brand], platform: Platform) -> TickOutcome:
        """Run tick number `tick`, counted from 0."""
        per_tick, per_day = self.calendar.tick_minutes, self.calendar.ticks_per_day
        clock = Clock(tick, tick * per_tick, per_tick)
        day, in_day = divmod(tick, per_day)
        if in_day == 0:
            self._plan_day(day, brands, platform)
        self.state.platform.posts.expire(tick)
        outcome = self.engine.tick(self.state, clock, self.calendar.activity(day, in_day), *self._new)
        if self.ordinary is not None:
            self.ordinary.tick(clock)
        self._publish(clock, outcome)
        self._learn_reviews(outcome)
        self._impressions_today += outcome.counters[:, ADS]
        if in_day == per_day - 1:
            for brand, plan in zip(brands, self._plans, strict=True):
                brand.pay_ads(int(self._impressions_today[brand.index]), plan.impressions, platform)
        return outcome

    def _plan_day(self, day: int, brands: list[Brand], platform: Platform) -> None:
        state = self.state
        self._impressions_today[:] = 0
        self._plans = [brand.plan(day, platform, state.users.key) for brand in brands]
        for brand, plan in zip(brands, self._plans, strict=True):
            chance = plan.impressions / max(self.calendar.expected_visits(day), 1.0) * platform.affordances.ads.strength
            state.brands.ad_probability[brand.index] = min(1.0, chance)
            state.brands.deal[brand.index] = plan.deal if state.platform.market.sells else 0.0
        planned = [post for plan in self._plans for post in plan.posts]
        self._planned = _concatenate([_roots(planned, state), self._seller_roots(day)])

    def _seller_roots(self, day: int) -> Batch:
        affordances = self.state.platform.affordances
        if not affordances.active("peer_sellers"):
            return empty_batch(0)
        prefix = rng.stream(self.state.seed, decisions.SELLER_POST)
        rate = float(affordances.peer_sellers.posts_per_day)
        args = (self.state.users, self.state.brands.key.copy(), prefix, day, rate)
        batch = empty_batch(int(roots.seller_posts(*args, empty_batch(0))))
        roots.seller_posts(*args, batch)
        return batch

    def _publish(self, clock: Clock, outcome: TickOutcome) -> None:
        """Posts made in this tick get their ids now and reach their readers in the next."""
        state = self.state
        due = (self._planned.minute >= clock.minute) & (self._planned.minute < clock.minute + clock.tick_minutes)
        if not due.any() and not outcome.telling.size and not outcome.reposts.key.size:
            self._new = (state.platform.posts.next_id, state.platform.posts.next_id)
            return
        shares = empty_batch(outcome.telling.size)
        if outcome.telling.size:
            roots.tell(state.users, state.needs, outcome.telling, clock, state.luck, shares)
        new_roots = _concatenate([Batch(*(column[due] for column in self._planned)), shares])
        if new_roots.key.size:
            roots.set_quality(state.luck, float(state.platform.affordances.repost.quality_sd), new_roots)
        batch = _concatenate([new_roots, outcome.reposts])
        if batch.key.size > 1:
            batch = in_order(batch)
        self._new = state.platform.posts.append(batch, clock.tick)

    def _learn_reviews(self, outcome: TickOutcome) -> None:
        self.state.brands["reviews"] += outcome.counters[:, REVIEWS]
        self.state.brands["review_stars"] += outcome.counters[:, REVIEW_STARS]


def _roots(planned: list[PlannedPost], state: RunState) -> Batch:
    batch = empty_batch(len(planned))
    for i, post in enumerate(planned):
        batch.brand[i] = post.brand
        batch.kind[i] = post.kind
        batch.author[i] = post.author
        batch.author_key[i] = np.iinfo(np.uint32).max if post.author == NOBODY else state.users.key[post.author]
        batch.key[i] = batch.root[i] = post.key
        batch.minute[i] = post.minute
        batch.opinion[i] = post.opinion
    return batch


def _concatenate(batches: list[Batch]) -> Batch:
    filled = [batch for batch in batches if batch.key.size]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        return empty_batch(0)
    return Batch(*(np.concatenate(columns) for columns in zip(*filled, strict=True)))
