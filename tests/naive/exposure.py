"""Threshold rules in plain Python: adopt once the exposures so far are enough."""

from tests.naive.rng import key_hash


def spread(followers, keys, seeds, weight, enough, seed, decision, replication):
    """Adoption time and parent of every adopter.

    Parameters
    ----------
    followers : dict row -> rows that see what it posts.
    weight : function of (source, target), what one exposure counts.
    enough : function of (row, exposures so far).
    """
    times, parents, received = dict.fromkeys(seeds, 0), dict.fromkeys(seeds), {}
    frontier, now = sorted(times), 0
    while frontier:
        now += 1
        exposed = {}
        for source in frontier:
            for row in followers[source]:
                if row not in times:
                    received[row] = received.get(row, 0) + weight(source, row)
                    h = key_hash(seed, decision, replication, keys[source], keys[row])
                    exposed.setdefault(row, []).append((h, source))
        frontier = sorted(row for row in exposed if enough(row, received[row]))
        for row in frontier:
            times[row], parents[row] = now, min(exposed[row])[1]
    return times, parents
