"""Competing contagions in plain Python."""

from tests.naive.rng import absorb, key_hash, unit

COMPETING = 148


def competing(followers, keys, seeds, chance, seed, replication):
    """Exclusive brands: dict row -> (time, brand, parent).

    Parameters
    ----------
    seeds : list of (row, brand number).
    chance : function of (brand, source, target).
    """
    offers = {}
    for row, brand in seeds:
        tie = key_hash(seed, COMPETING, replication, brand, keys[row])
        offers.setdefault(row, []).append((tie, brand, None))
    taken, now = {}, 0
    while offers:
        for row, found in offers.items():
            _, brand, parent = min(found, key=lambda offer: offer[0])
            taken[row] = (now, brand, parent)
        frontier, offers, now = list(offers), {}, now + 1
        for source in frontier:
            brand = taken[source][1]
            for row in followers[source]:
                h = key_hash(seed, COMPETING, replication, brand, keys[source], keys[row])
                if unit(h) < chance(brand, source, row) and row not in taken:
                    offers.setdefault(row, []).append((absorb(h, 0), brand, source))
    return taken
