"""How often offers were opened, by the number of friends shown on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.kernels.state import CLICKED, MOST_CUES, SHOWN
from simulator.model.labels import labels
from simulator.types import Array

NUMBERS = MOST_CUES + 1


class CueBook:
    """Offers shown and opened on each platform by number of cues: int64 (P, cues, 2)."""

    def __init__(self, platforms: int):
        self.counts: Array = np.zeros((platforms, NUMBERS, 2), np.int64)

    def add(self, counters: Array) -> None:
        """Add the tallies of one tick, int64 (P, B, tallies)."""
        self.counts[:, :, 0] += counters[:, :, SHOWN : SHOWN + NUMBERS].sum(axis=1)
        self.counts[:, :, 1] += counters[:, :, CLICKED : CLICKED + NUMBERS].sum(axis=1)


def cues_table(counts: Array, shows: list[bool], platforms: list[str]) -> pd.DataFrame:
    """One row a platform that shows cues and number of cues; `shows` by platform."""
    axes: Array = np.indices(counts.shape[:2])
    platform, number = axes[0], axes[1]
    return pd.DataFrame(
        {
            "platform": labels(platform[shows].ravel(), platforms),
            "cues": number[shows].ravel(),
            "shown": counts[shows, :, 0].ravel(),
            "clicked": counts[shows, :, 1].ravel(),
        }
    )
