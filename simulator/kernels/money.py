"""Money in whole fen."""

import numpy as np

PER_MILLION = 1_000_000


def share_of(price, share):
    """A share of each price in fen, rounded down: in whole numbers, the share taken to one part in a million."""
    return np.asarray(price * np.rint(np.asarray(share) * PER_MILLION).astype(np.int64) // PER_MILLION)
