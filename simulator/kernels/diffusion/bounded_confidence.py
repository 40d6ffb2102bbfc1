"""Opinions that move only towards those not too far away.

Source: Hegselmann & Krause 2002, "Opinion dynamics and bounded confidence", JASSS 5(3):2; Deffuant, Neau, Amblard &
Weisbuch 2000, "Mixing beliefs among interacting agents", Advances in Complex Systems 3:87-98. With confidence eps::

    Hegselmann-Krause   o_w(t + 1) = mean of o_v(t) over w itself and the followees v with |o_v(t) - o_w(t)| <= eps
    Deffuant            w meets a followee v; if |o_v - o_w| <= eps:  o_w += mu (o_v - o_w),  o_v += mu (o_w - o_v)

In a tick of Deffuant's rule every user opens one meeting, in an order drawn anew: the hash of (seed, tick, key of w)
orders the meetings, and of the followees the one with the smallest hash of (seed, tick, key of w, key of v) is met. The
mean opinion stays. Both rules end in clusters more than eps apart, if everybody follows everybody.
"""

from simulator.kernels.compiling import kernel
from simulator.kernels.rng import absorb


@kernel
def hegselmann_krause(offsets, followees, confidence, opinion, out):
    """One tick; returns the largest change. `offsets`, `followees`: whom every row follows; `out` float64[n]."""
    largest = 0.0
    for row in range(opinion.size):
        own, total, number = opinion[row], opinion[row], 1
        for edge in range(offsets[row], offsets[row + 1]):
            other = opinion[followees[edge]]
            if abs(other - own) <= confidence:
                total += other
                number += 1
        out[row] = total / number
        largest = max(largest, abs(out[row] - own))
    return largest


@kernel
def meeting_order(keys, luck, out):
    """out[i] = hash that orders the meetings of a tick; `luck` is the hash of (seed, decision, tick)."""
    for row in range(keys.size):
        out[row] = absorb(luck, keys[row])


@kernel
def deffuant(offsets, followees, keys, luck, order, confidence, convergence, opinion):
    """One tick, in place. `order` int64[n] lists the rows as they open meetings."""
    for row in order:
        start, stop = offsets[row], offsets[row + 1]
        if start == stop:
            continue
        base = absorb(luck, keys[row])
        met, smallest = followees[start], absorb(base, keys[followees[start]])
        for edge in range(start + 1, stop):
            h = absorb(base, keys[followees[edge]])
            if h < smallest:
                met, smallest = followees[edge], h
        gap = opinion[met] - opinion[row]
        if abs(gap) <= confidence:
            opinion[row] += convergence * gap
            opinion[met] -= convergence * gap


@kernel
def widest_open(offsets, followees, confidence, opinion):
    """The largest gap between a user and a followee among those who would still listen; 0 if there is none."""
    widest = 0.0
    for row in range(opinion.size):
        for edge in range(offsets[row], offsets[row + 1]):
            gap = abs(opinion[followees[edge]] - opinion[row])
            if gap <= confidence:
                widest = max(widest, gap)
    return widest
