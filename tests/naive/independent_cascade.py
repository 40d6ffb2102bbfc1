"""Independent cascade in plain Python: the specification of the compiled rule, down to its draws."""

WORD = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
CASCADE_EDGE = 100


def mix(x):
    """SplitMix64's finaliser."""
    x &= WORD
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & WORD
    return x ^ (x >> 31)


def absorb(h, word):
    """Add one word of a key to a hash."""
    return mix(h + GOLDEN * (word + 1))


def edge_hash(seed, replication, source_key, target_key):
    """The draw of one edge: a 64-bit hash; its upper 53 bits are a uniform on [0, 1)."""
    h = absorb(mix(seed + GOLDEN), CASCADE_EDGE)
    for word in (replication, source_key, target_key):
        h = absorb(h, word)
    return h


def independent_cascade(followers, keys, seeds, chance, seed, replication):
    """Adoption time and parent of every adopter.

    Parameters
    ----------
    followers : dict row -> rows that see what it posts.
    keys : dict row -> key.
    chance : function of (source row, target row).

    Returns
    -------
    times, parents : dict row -> time, dict row -> row that won it (None for seeds).
    """
    times = dict.fromkeys(seeds, 0)
    parents = dict.fromkeys(seeds)
    frontier, now = sorted(times), 0
    while frontier:
        now += 1
        offers = {}
        for source in frontier:
            for target in followers[source]:
                h = edge_hash(seed, replication, keys[source], keys[target])
                if (h >> 11) * 2.0**-53 < chance(source, target) and target not in times:
                    offers.setdefault(target, []).append((h, source))
        for target, found in offers.items():
            times[target] = now
            parents[target] = min(found)[1]
        frontier = sorted(offers)
    return times, parents
