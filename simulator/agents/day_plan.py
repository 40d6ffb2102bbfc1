"""What a brand decides for one day."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.types import PostKind

PAID_OPINION = 0.8
"""What a paid post says of the brand, on -1..1."""


@dataclass(frozen=True)
class PlannedPost:
    """A root post: its author's row (NOBODY for the brand's account), minute since the start, and what it says.

    `quality` multiplies that of its content; `prize`: whether who reposts it may win something; `promotion`: the chance
    of each who does not follow the account to get it all the same.
    """

    brand: int
    author: int
    minute: int
    kind: PostKind
    key: int
    opinion: float
    quality: float = 1.0
    prize: bool = False
    promotion: float = 0.0


@dataclass(frozen=True)
class DayPlan:
    """What a brand decided for one day on one platform, and why."""

    impressions: int
    deal: float
    posts: tuple[PlannedPost, ...]
    reason: str
