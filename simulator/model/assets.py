"""Followers, trust, fatigue and social assets, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator.kernels import assets
from simulator.model.labels import labels
from simulator.types import Array

if TYPE_CHECKING:
    from simulator.model.state import PlatformState, RunState


def take_stock(state: RunState, minute: int) -> Array:
    """Counts at `minute`, int64 (P, B + 1, 4), see `kernels.assets`; zero on platforms without a feed."""
    found = np.zeros((len(state.platforms), state.brands.size + 1, assets.MEASURES), np.int64)
    for platform, counts in zip(state.platforms, found, strict=True):
        if platform.has_feed:
            _count(platform, state, minute, counts)
    return found


def _count(platform: PlatformState, state: RunState, minute: int, counts: Array) -> None:
    half = np.ascontiguousarray(state.categories.adstock_half[state.brands.category])
    hours = (platform.market.ad_hours, platform.feed.fatigue_hours)
    assets.take_stock(platform.users, half, minute, *hours, platform.feed.trust, counts)


def assets_table(days: list[Array], platforms: list[str], with_feed: list[bool], brands: list[str]) -> pd.DataFrame:
    """One row a day, platform with a feed and brand; brand "" is everybody. Trust and fatigue are means over people."""
    shape = (len(days), len(platforms), len(brands) + 1)
    counts = np.array(days, np.int64).reshape(*shape, assets.MEASURES)[:, with_feed].reshape(-1, assets.MEASURES)
    day, platform, brand = (axis[:, with_feed].ravel() for axis in np.indices(shape))
    people = counts[:, assets.FOLLOWERS]
    return pd.DataFrame(
        {
            "day": day.astype(np.int32) + 1,
            "platform": labels(platform, platforms),
            "brand": labels(np.where(brand == len(brands), -1, brand), brands),
            "followers": people,
            "trust": np.where(people > 0, counts[:, assets.TRUST] / np.maximum(people, 1) / assets.PER_MILLION, 1.0),
            "social_asset": counts[:, assets.ASSET] / assets.PER_MILLION,
            "fatigue": counts[:, assets.FATIGUE] / np.maximum(people, 1) / assets.PER_MILLION,
        }
    )
