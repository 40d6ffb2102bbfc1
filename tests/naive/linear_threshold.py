"""Linear threshold in plain Python: fractions instead of scaled integers."""

from fractions import Fraction

from tests.naive.exposure import spread
from tests.naive.rng import key_hash, unit

LINEAR_THRESHOLD = 140


def linear_threshold(followers, keys, seeds, weight, seed, replication, threshold=None):
    """Times and parents; `weight` gives a Fraction for (source, target), `threshold` a number for a row, if given."""

    def enough(row, received):
        theta = unit(key_hash(seed, LINEAR_THRESHOLD, replication, keys[row])) if threshold is None else threshold(row)
        return received > 0 and received >= Fraction(theta) - Fraction(1, 10**9)

    return spread(followers, keys, seeds, weight, enough, seed, LINEAR_THRESHOLD, replication)
