"""Cascade with a dose response in plain Python."""

from tests.naive.exposure import spread
from tests.naive.rng import key_hash, unit

DOSE_RESPONSE = 142


def dose_response(followers, keys, seeds, chance, seed, replication):
    """Times and parents; `chance` gives the chance of exposure m of a row."""

    def enough(row, count):
        kept = 1.0
        for m in range(1, count + 1):
            kept *= 1.0 - min(1.0, chance(row, m))
        return unit(key_hash(seed, DOSE_RESPONSE, replication, keys[row])) < 1.0 - kept

    return spread(followers, keys, seeds, lambda v, w: 1, enough, seed, DOSE_RESPONSE, replication)
