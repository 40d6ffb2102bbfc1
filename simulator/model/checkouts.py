"""How far attempts at checkout got, by device, way of paying and step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.kernels.state import DEVICES, MOST_STEPS, PASSED, PAYMENTS, TRIED
from simulator.model.labels import labels, words
from simulator.types import Array, Device, Payment

CELLS = DEVICES * PAYMENTS * MOST_STEPS


def checkouts_table(counted: Array, platforms: list[str]) -> pd.DataFrame:
    """One row a platform, device, way of paying and step that anybody tried; steps count from 1.

    `counted` are the tallies of the run, int64 (P, B, tallies).
    """
    shape = (len(counted), DEVICES, PAYMENTS, MOST_STEPS)
    all_tried, all_passed = (
        counted[:, :, first : first + CELLS].sum(axis=1).reshape(shape) for first in (TRIED, PASSED)
    )
    steps = np.nonzero(all_tried)
    platform, device, payment, step = steps
    tried, passed = all_tried[steps], all_passed[steps]
    return pd.DataFrame(
        {
            "platform": labels(platform, platforms),
            "device": labels(device, words(Device)),
            "payment": labels(payment, words(Payment)),
            "step": step.astype(np.int32) + 1,
            "tried": tried,
            "passed": passed,
        }
    )
