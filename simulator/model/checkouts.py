"""How far attempts at checkout got, by device, way of paying and step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.kernels.state import DEVICES, MOST_STEPS, PASSED, PAYMENTS, TRIED
from simulator.model.labels import labels, words
from simulator.types import Array, Device, Payment

CELLS = DEVICES * PAYMENTS * MOST_STEPS


class CheckoutBook:
    """Steps tried and passed on each platform: int64 (P, devices, payments, steps, 2)."""

    def __init__(self, platforms: int):
        self.counts: Array = np.zeros((platforms, DEVICES, PAYMENTS, MOST_STEPS, 2), np.int64)

    def add(self, counters: Array) -> None:
        """Add the tallies of one tick, int64 (P, B, tallies)."""
        for place, first in enumerate((TRIED, PASSED)):
            tally = counters[:, :, first : first + CELLS].sum(axis=1)
            self.counts[..., place] += tally.reshape(self.counts.shape[:-1])


def checkouts_table(counts: Array, platforms: list[str]) -> pd.DataFrame:
    """One row a platform, device, way of paying and step that anybody tried; steps count from 1."""
    platform, device, payment, step = np.nonzero(counts[..., 0])
    tried, passed = counts[platform, device, payment, step].T
    return pd.DataFrame(
        {
            "platform": labels(platform, platforms),
            "device": labels(device, words(Device)),
            "payment": labels(payment, words(Payment)),
            "step": step.astype(np.int32) + 1,
            "tried": np.ascontiguousarray(tried),
            "passed": np.ascontiguousarray(passed),
        }
    )
