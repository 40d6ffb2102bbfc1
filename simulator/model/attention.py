"""What people in the market looked at, by region: attention, which is not orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator.kernels.state import FIRST_LOOKED, LOOKED
from simulator.model.labels import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.types import Array


class AttentionBook:
    """Product pages looked at, and people who looked for the first time: int64 (P, B, regions, 2)."""

    def __init__(self, platforms: int, brands: int, regions: int):
        self.counts: Array = np.zeros((platforms, brands, regions, 2), np.int64)

    def add(self, counters: Array) -> None:
        """Add the tallies of one tick, int64 (P, B, tallies)."""
        regions = self.counts.shape[2]
        self.counts[..., 0] += counters[:, :, LOOKED : LOOKED + regions]
        self.counts[..., 1] += counters[:, :, FIRST_LOOKED : FIRST_LOOKED + regions]


def attention_table(
    counts: Array, platforms: list[str], brands: list[str], regions: Sequence[str], tiers: Array
) -> pd.DataFrame:
    """One row a platform, brand and region in which somebody looked."""
    platform, brand, region = np.nonzero(counts.any(axis=3))
    return pd.DataFrame(
        {
            "platform": labels(platform, platforms),
            "brand": labels(brand, brands),
            "region": labels(region, list(regions)),
            "tier": tiers[brand].astype(np.uint8),
            "viewers": counts[platform, brand, region, 1],
            "views": counts[platform, brand, region, 0],
        }
    )
