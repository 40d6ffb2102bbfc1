"""Numbers of the mechanisms of a circle: cues, official accounts, group chats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.agents.base import KeyedRandom
from simulator.agents.day_plan import PAID_OPINION, PlannedPost
from simulator.kernels import decisions
from simulator.kernels.accounts import AccountParams
from simulator.kernels.chats import ChatParams
from simulator.kernels.cues import CueParams
from simulator.types import MINUTES_PER_DAY, NOBODY, Decision, PostKind

if TYPE_CHECKING:
    from simulator.agents.brands import Brand

DAYS_PER_MONTH = 30.0
PUSH_HOURS = (9, 21)
"""Pushes are sent by day."""


def strength_of(affordances: Any, name: str) -> float:
    """Strength of a mechanism where it and all it requires are on, else 0."""
    return float(getattr(affordances, name).strength) if affordances.active(name) else 0.0


def cue_params(affordances: Any) -> CueParams:
    """Numbers of social_cues."""
    cues = affordances.social_cues
    return CueParams(first=cues.first * strength_of(affordances, "social_cues"), further=cues.further)


def chat_params(affordances: Any) -> ChatParams:
    """Numbers of group_chats."""
    chats = affordances.group_chats
    return ChatParams(chats.share, min(1.0, chats.repeat * strength_of(affordances, "group_chats")), chats.read)


def account_params(affordances: Any) -> AccountParams:
    """Numbers of official_accounts: a silent day's hazard by the minute, and what a push adds to it."""
    accounts = affordances.official_accounts
    a_day = accounts.unfollow_hazard * strength_of(affordances, "official_accounts")
    return AccountParams(a_day / MINUTES_PER_DAY, a_day * accounts.push_added)


def pushes(brand: Brand, affordances: Any, day: int, platform: str) -> list[PlannedPost]:
    """The pushes of a brand's account on one day: evenly over the month, from a day drawn for the brand.

    As many as the brand wants and the platform lets through. They are no part of a campaign.
    """
    most = affordances.official_accounts.most_a_month * strength_of(affordances, "official_accounts")
    a_day = min(brand.parameters.pushes_a_month, most) / DAYS_PER_MONTH
    if a_day <= 0.0:
        return []
    phase = KeyedRandom(brand.model.seeds.content, decisions.PUSH, brand.key, 0).uniform()
    luck = KeyedRandom(brand.model.seeds.content, decisions.PUSH, brand.key, day + 1)
    posts = []
    for _ in range(math.floor(phase + (day + 1) * a_day) - math.floor(phase + day * a_day)):
        first, last = PUSH_HOURS
        minute = day * MINUTES_PER_DAY + first * 60 + int(luck.uniform() * (last - first) * 60)
        posts.append(PlannedPost(brand.index, NOBODY, minute, PostKind.BRAND, luck.key(), PAID_OPINION))
    if posts:
        brand.note(day, Decision.PUSH, f"{len(posts)} of {a_day * DAYS_PER_MONTH:g} a month", platform)
    return posts
