"""Linear threshold.

Source: Granovetter 1978, "Threshold models of collective behavior", AJS 83:1420-1443; Kempe, Kleinberg & Tardos 2003,
"Maximizing the spread of influence through a social network", KDD, section 2.1. User w has a threshold theta(w),
uniform on [0, 1), and gives weight b(v, w) to each followee v, sum over v at most 1::

    w adopts at t + 1  <=>  sum of b(v, w) over the v that adopted by t  >=  theta(w)

theta(w) is one uniform draw keyed by (seed, replication, key of w), or a given number. Weights are counted in units of
1 / scale(w), so that a sum does not depend on its order: a whole weight is `scale`, by default the number of followees.
"""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.compiling import kernel
from simulator.kernels.diffusion.exposure import expose, exposure_state, forget
from simulator.kernels.diffusion.rule import HEAD, TAIL, Rule, adopt, plant, record, value
from simulator.kernels.rng import absorb, unit

UNITS = 1 << 40
"""Scale of weights that are not one over the number of followees."""

SLACK = 1e-9
"""A sum this close to the threshold, as a share of a whole weight, reaches it: .1 * 3 counts as .3."""


class LinearThresholdParameters(NamedTuple):
    """Weights and thresholds."""

    weights: np.ndarray
    """int64[m] or int64[1], b(v, w) in units."""
    scales: np.ndarray
    """int64[n] or int64[1], units of a whole weight."""
    thresholds: np.ndarray
    """float64[n], float64[1], or float64[0] if they are drawn."""


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds adopt."""
    plant(seeds, state)


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody adopted."""
    number = expose(offsets, targets, keys, luck, parameters.weights, state, now)
    drawn = parameters.thresholds.size == 0
    for i in range(number):
        row = state.fresh[i]
        theta = unit(absorb(luck, keys[row])) if drawn else value(parameters.thresholds, row)
        needed = math.ceil((theta - SLACK) * value(parameters.scales, row))
        if state.received[row] >= max(needed, 1):
            adopt(row, now, state)
    return state.cursor[TAIL] > state.cursor[HEAD]


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1."""
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        plant(seeds, state)
        now, active = 0, True
        while active and now < ticks:
            now += 1
            active = step(offsets, targets, keys, luck, parameters, state, now)
        record(state, replication, outcome)
        forget(state)


def example(followees, m, seeds, strength):
    """Weights that add up to `strength`."""
    whole = np.where(followees > 0, followees, 1)
    if strength == 0.0:
        return LinearThresholdParameters(np.zeros(1, np.int64), whole, np.empty(0))
    scaled = np.round(whole / max(strength, 1.0 / UNITS)).astype(np.int64)
    return LinearThresholdParameters(
        np.ones(1, np.int64), np.ones(1, np.int64) if strength == 1.0 else scaled, np.empty(0)
    )


RULE = Rule(
    "linear_threshold", "Kempe, Kleinberg & Tardos 2003", decisions.LINEAR_THRESHOLD,
    example, exposure_state, start, step, run,
)
