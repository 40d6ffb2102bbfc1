"""Complex contagion in plain Python."""

from tests.naive.exposure import spread
from tests.naive.rng import key_hash, unit

COMPLEX_CONTAGION = 141


def with_thresholds(followers, keys, seeds, needed, seed, replication):
    """Times and parents; `needed` gives the distinct adopters a row asks for."""
    return spread(
        followers, keys, seeds, lambda v, w: 1, lambda w, c: c >= needed(w), seed, COMPLEX_CONTAGION, replication
    )


def with_hazards(followers, keys, seeds, hazard, seed, replication):
    """Times and parents; `hazard` gives the chance of the c-th adopter."""

    def enough(row, count):
        kept = 1.0
        for c in range(1, count + 1):
            kept *= 1.0 - hazard(c)
        return unit(key_hash(seed, COMPLEX_CONTAGION, replication, keys[row])) < 1.0 - kept

    return spread(followers, keys, seeds, lambda v, w: 1, enough, seed, COMPLEX_CONTAGION, replication)
