"""A tick: its stages in order, `STAGES`, from the plans of the morning to the count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.kernels import decisions, rng, roots
from simulator.kernels.state import (
    ADS,
    APP_OFFERS,
    AWARE,
    ENGAGEMENTS,
    ORDERS_PLATFORM,
    REVIEW_STARS,
    REVIEWS,
    TALLIES,
    Batch,
    Clock,
)
from simulator.model import trends
from simulator.model.assets import take_stock
from simulator.model.audiences import Audiences
from simulator.model.calendar import Calendar
from simulator.model.circle import pushes
from simulator.model.commons import share_distrust
from simulator.model.group_buying import Groups
from simulator.model.open_platform import OpenPlatform
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


MORNING, EVERY_TICK, EVENING = "first tick of a day", "every tick", "last tick of a day"


@dataclass
class Now:
    """One tick in the making; `outcome` is there once users have lived through it."""

    clock: Clock
    day: int
    ticks_per_day: int
    brands: list[Brand]
    platforms: list[Platform]
    outcome: TickOutcome = field(init=False)


class Stage(NamedTuple):
    """A part of a tick: its name, when it is due, and the method that does it, whose docstring says what it does."""

    name: str
    when: str
    work: Callable[[Schedule, Now], None]


class Schedule:
    """Runs the ticks of one market in a fixed order. What a tick writes, the next one reads."""

    def __init__(
        self,
        state: RunState,
        engine: Engine,
        calendar: Calendar,
        audiences: Audiences,
        open_platforms: list[OpenPlatform],
        ordinary: OrdinaryPosts | None = None,
    ):
        self.state = state
        self.engine = engine
        self.calendar = calendar
        self.audiences = audiences
        self.open_platforms = open_platforms
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
        """Run tick number `tick`, counted from 0: the stages that are due, in their order."""
        per_tick, per_day = self.calendar.tick_minutes, self.calendar.ticks_per_day
        day, in_day = divmod(tick, per_day)
        now = Now(Clock(tick, tick * per_tick, per_tick), day, per_day, brands, platforms)
        due = {EVERY_TICK: True, MORNING: in_day == 0, EVENING: in_day == per_day - 1}
        for stage in STAGES:
            if due[stage.when]:
                stage.work(self, now)
        return now.outcome

    def _sellers_decide(self, now: Now) -> None:
        """At the end of their period, peer sellers see what was earned; some begin to sell, and some stop."""
        for book in self.books:
            book.begin_day(now.day, now.clock.tick, now.ticks_per_day, self.state, self.engine)

    def _groups_open(self, now: Now) -> None:
        """A group price whose time is over is settled, and the next begins to count orders."""
        for group in self.groups:
            group.begin_day(now.day, now.clock.tick)

    def _developers_decide(self, now: Now) -> None:
        """On an open platform developers build and end apps every period, and brands sign for apps of their own."""
        visits = self.calendar.expected_visits(now.day)
        for one, share in zip(self.open_platforms, self._visit_shares(), strict=True):
            one.begin_day(now.day, visits * share, self.state, now.ticks_per_day)

    def _brands_plan(self, now: Now) -> None:
        """Brands change their plans by their rules, buy media, set deals and write the day's posts; sellers offer."""
        self._plan_day(now.day, now.brands, now.platforms)

    def _posts_expire(self, now: Now) -> None:
        """Posts past their life are gone, and trending lists are made anew of the reposts of past ticks."""
        for platform in self.state.platforms:
            platform.posts.expire(now.clock.tick)
            trends.refresh(platform, now.clock, self.state.seed)

    def _users_live(self, now: Now) -> None:
        """Posts of the last tick are delivered; users visit, read, respond, choose, pay and receive: the engine."""
        now.outcome = self.engine.tick(self.state, now.clock, self.calendar.hours(now.clock.tick), self._new)

    def _ordinary_posts_travel(self, now: Now) -> None:
        """The followed sample of ordinary posts goes on, beside the market and without touching it."""
        if self.ordinary is not None:
            self.ordinary.tick(now.clock)

    def _posts_are_published(self, now: Now) -> None:
        """Posts planned for this tick, buyers' tales and reposts get ids by their keys; they are read from the next."""
        shares = self._shares(now.clock, now.outcome)
        for platform in self.state.platforms:
            commented = now.outcome.commented[platform.index]
            platform.posts.warm(commented, np.ones(commented.size, np.int64))
            self._publish(platform, now.clock, shares[platform.index], now.outcome.reposts[platform.index])

    def _market_learns(self, now: Now) -> None:
        """Reviews, sales, group orders and shared distrust are what the next tick finds; paid media are noted."""
        for platform in self.state.platforms:
            self._learn(platform, now.outcome)
            self.groups[platform.index].count(self.state)
            apps = self.open_platforms[platform.index]
            apps.count_visits(int(now.outcome.online[platform.index]))
            counters = now.outcome.counters[platform.index]
            share_distrust(platform, counters, now.clock.tick_minutes, apps.effects.let_down)
        self._seen_today += now.outcome.counters[:, :, (ADS, ENGAGEMENTS)]

    def _apps_show_offers(self, now: Now) -> None:
        """Offers that people met in apps in the day are known from the next tick."""
        for one, counters, share in zip(self.open_platforms, now.outcome.counters, self._visit_shares(), strict=True):
            counters[:, (APP_OFFERS, AWARE)] += one.show_offers(now.day, self.state, self.engine, share).T

    def _records_are_kept(self, now: Now) -> None:
        """What happened is counted for the tables; nothing the model does depends on it."""
        self.counted += now.outcome.counters
        self.sample.observe(now.clock.tick)

    def _day_is_settled(self, now: Now) -> None:
        """Brands pay for the day's impressions, engagements and bonuses, and the day's stock is taken."""
        self._settle_media(now.day, now.brands, now.platforms)
        for book, agent in zip(self.books, now.platforms, strict=True):
            book.pay_bonuses(now.day, now.clock.tick + 1, now.ticks_per_day, self.state, now.brands, agent)
        for one in self.open_platforms:
            one.end_day(now.day, self.state, now.ticks_per_day)
        self.assets.append(take_stock(self.state, now.clock.minute + now.clock.tick_minutes))

    def _visit_shares(self) -> list[float]:
        """Share of visits that go to each platform."""
        weights = self.state.shares.weight
        shares: list[float] = (weights / weights.sum()).tolist()
        return shares

    def _plan_day(self, day: int, brands: list[Brand], platforms: list[Platform]) -> None:
        self._seen_today[:] = 0
        for brand in brands:
            brand.begin_day(day, platforms)
        self.audiences.begin_day(day, brands, platforms)
        visits = max(self.calendar.expected_visits(day), 1.0)
        self._plans = []
        for agent, platform, weight in zip(platforms, self.state.platforms, self._visit_shares(), strict=True):
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


STAGES: tuple[Stage, ...] = (
    Stage("sellers decide", MORNING, Schedule._sellers_decide),
    Stage("groups open", MORNING, Schedule._groups_open),
    Stage("developers decide", MORNING, Schedule._developers_decide),
    Stage("brands plan", MORNING, Schedule._brands_plan),
    Stage("posts expire", EVERY_TICK, Schedule._posts_expire),
    Stage("users live", EVERY_TICK, Schedule._users_live),
    Stage("ordinary posts travel", EVERY_TICK, Schedule._ordinary_posts_travel),
    Stage("posts are published", EVERY_TICK, Schedule._posts_are_published),
    Stage("market learns", EVERY_TICK, Schedule._market_learns),
    Stage("apps show offers", EVENING, Schedule._apps_show_offers),
    Stage("records are kept", EVERY_TICK, Schedule._records_are_kept),
    Stage("day is settled", EVENING, Schedule._day_is_settled),
)
"""The order of a tick: what `Schedule.tick` runs, and what the description of a scenario says."""


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
