"""Bass on a graph in plain Python."""

import math

from tests.naive.rng import key_hash, unit_open

BASS = 147


def bass(followees, keys, seeds, p, q, ticks, seed, replication):
    """Adoption times; `followees` is a dict row -> whom it follows, p and q are functions of a row."""
    missing = {row: -math.log(unit_open(key_hash(seed, BASS, replication, keys[row]))) for row in followees}
    times = dict.fromkeys(seeds, 0)
    for now in range(1, ticks + 1):
        before = set(times)
        for row, others in followees.items():
            if row not in before:
                missing[row] -= p(row) + q(row) * (len(before & set(others)) / max(len(others), 1))
                if missing[row] <= 0:
                    times[row] = now
    return times
