"""Opinions that move towards those of the followees.

Source: DeGroot 1974, "Reaching a consensus", JASA 69:118-121; Friedkin & Johnsen 1990, "Social influence and opinions",
J. Math. Sociol. 15:193-206. With W the weights a user gives to followees, each row summing to 1::

    o(t + 1) = a W o(t) + (1 - a) o(0)

a = 1 is DeGroot; for a < 1 the fixed point is (1 - a) (I - a W)^-1 o(0), and its error shrinks by a every tick. Who
follows nobody keeps the own opinion.
"""

from simulator.kernels.compiling import kernel
from simulator.kernels.diffusion.rule import value


@kernel
def step(offsets, followees, weights, openness, initial, opinion, out):
    """One tick; returns the largest change.

    Parameters
    ----------
    offsets, followees : int64[n + 1], int32[m]; whom every row follows.
    weights : float64[m] or float64[1]; need not sum to 1.
    openness : float64[n] or float64[1], a.
    initial, opinion, out : float64[n]; `out` is filled.
    """
    largest = 0.0
    for row in range(opinion.size):
        total, heard = 0.0, 0.0
        for edge in range(offsets[row], offsets[row + 1]):
            weight = value(weights, edge)
            total += weight
            heard += weight * opinion[followees[edge]]
        a = value(openness, row)
        out[row] = a * (heard / total) + (1.0 - a) * initial[row] if total > 0.0 else opinion[row]
        largest = max(largest, abs(out[row] - opinion[row]))
    return largest
