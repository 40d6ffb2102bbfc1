"""Opinion rules in plain Python: one tick each, on a dict row -> whom it follows."""

from tests.naive.rng import key_hash

DEFFUANT = 150


def friedkin_johnsen(followees, weight, openness, initial, opinion):
    """The next opinions; `weight` is a function of (row, followee)."""
    out = {}
    for row, others in followees.items():
        total = sum(weight(row, v) for v in others)
        if total > 0:
            heard = sum(weight(row, v) * opinion[v] for v in others) / total
            out[row] = openness(row) * heard + (1 - openness(row)) * initial[row]
        else:
            out[row] = opinion[row]
    return out


def hegselmann_krause(followees, confidence, opinion):
    """The next opinions."""
    out = {}
    for row, others in followees.items():
        near = [opinion[row], *(opinion[v] for v in others if abs(opinion[v] - opinion[row]) <= confidence)]
        out[row] = sum(near) / len(near)
    return out


def deffuant(followees, keys, confidence, convergence, opinion, seed, tick):
    """The next opinions."""
    out = dict(opinion)
    for row in sorted(followees, key=lambda w: key_hash(seed, DEFFUANT, tick, keys[w])):
        if followees[row]:
            met = min(followees[row], key=lambda v: key_hash(seed, DEFFUANT, tick, keys[row], keys[v]))
            gap = out[met] - out[row]
            if abs(gap) <= confidence:
                out[row] += convergence * gap
                out[met] -= convergence * gap
    return out
