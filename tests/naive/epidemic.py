"""SI, SIR, SIS and SEIR in plain Python: one dictionary of states, rebuilt every tick."""

from tests.naive.rng import key_hash, unit

DECISION = {"si": 143, "sir": 144, "sis": 145, "seir": 146}
INFECT, RECOVER, INCUBATE = 0, 1, 2


def epidemic(rule, graphs, keys, seeds, beta, gamma, sigma, ticks, seed, replication):
    """First infection of every row ever ill, who infected it, and the counts (S, E, I, R) at every tick.

    Parameters
    ----------
    graphs : function tick -> dict row -> followers, the graph from that tick to the next.
    beta, gamma, sigma : functions of (source, target), row, row.
    """

    def draw(what, *words):
        return key_hash(seed, DECISION[rule], replication, what, *words)

    def when(row, now):
        return now if rule == "sis" else now - since[row]

    state, since = dict.fromkeys(keys, "S"), {}
    for row in seeds:
        state[row], since[row] = "I", 0
    times, parents = dict.fromkeys(seeds, 0), dict.fromkeys(seeds)
    counts = [[list(state.values()).count(s) for s in "SEIR"]]
    for now in range(1, ticks + 1):
        ill = [row for row in state if state[row] == "I"]
        after = dict(state)
        for row in ill:
            if unit(draw(RECOVER, keys[row], when(row, now))) < gamma(row):
                after[row] = "S" if rule == "sis" else "R"
        for row in state:
            if state[row] == "E" and unit(draw(INCUBATE, keys[row], now - since[row])) < sigma(row):
                after[row] = "I"
        offers = {}
        for source in ill:
            for row in graphs(now - 1)[source]:
                h = draw(INFECT, keys[source], when(source, now), keys[row])
                if unit(h) < beta(source, row) and after[row] == "S":
                    offers.setdefault(row, []).append((h, source))
        for row, found in offers.items():
            after[row] = "E" if rule == "seir" else "I"
            since[row] = now
            if row not in times:
                times[row], parents[row] = now, min(found)[1]
        for row in state:
            if state[row] == "E" and after[row] == "I":
                since[row] = now
        state = after
        counts.append([list(state.values()).count(s) for s in "SEIR"])
    return times, parents, counts
