"""How often offers were opened, by the number of friends shown on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.kernels.state import CLICKED, MOST_CUES, SHOWN
from simulator.model.labels import labels
from simulator.types import Array

NUMBERS = MOST_CUES + 1


def cues_table(counted: Array, shows: list[bool], platforms: list[str]) -> pd.DataFrame:
    """One row a platform that shows cues and number of cues.

    `counted` are the tallies of the run, int64 (P, B, tallies), `shows` is by platform.
    """
    tallies = (counted[:, :, first : first + NUMBERS].sum(axis=1) for first in (SHOWN, CLICKED))
    counts = np.stack([*tallies], axis=2)
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
