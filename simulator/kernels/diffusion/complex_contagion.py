"""Complex contagion: adoption needs, or is helped by, several distinct adopters.

Source: Centola & Macy 2007, "Complex contagions and the weakness of long ties", AJS 113:702-734 (absolute threshold);
Watts 2002, "A simple model of global cascades on random networks", PNAS 99:5766-5771 (relative threshold); Centola
2010, "The spread of behavior in an online social network experiment", Science 329:1194-1197 (reinforcement). With c(w)
distinct followees who adopted by t::

    absolute    w adopts at t + 1  <=>  c(w) >= k
    relative    w adopts at t + 1  <=>  c(w) >= share * followees(w)
    hazard      the c-th adopter wins w with chance h(c) = h0 (1 + r1 [c >= 2] + r2 [c >= 3])

The hazard depends on the number of adopters only, not on who they are. So the chances of a user in turn are the same in
law as one draw U(w), keyed by (seed, replication, key of w), with w adopting once U(w) < 1 - product of (1 - h(j)) over
j up to c(w) (Kempe, Kleinberg & Tardos 2003, section 3): nothing depends on the order of adopters within a tick.
"""

from typing import Any, NamedTuple

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.exposure import expose, exposure_state, forget
from simulator.kernels.diffusion.rule import HEAD, TAIL, Rule, adopt, plant, record, value
from simulator.kernels.rng import absorb, unit

_ONE = np.ones(1, np.int64)


class ComplexContagionParameters(NamedTuple):
    """Thresholds or hazards."""

    needed: np.ndarray
    """int64[n] or int64[1], distinct adopters needed; int64[0] for the hazard rule."""
    hazards: np.ndarray
    """float64[K], h(1), ..., h(K); the last holds for every later adopter."""
    weights: np.ndarray
    """int64[1], the 1 that every adopter counts."""


@inner
def _won(hazards, count):
    """Chance to have been won by the first `count` adopters."""
    kept = 1.0
    for j in range(count):
        kept *= 1.0 - hazards[min(j, hazards.size - 1)]
    return 1.0 - kept


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds adopt."""
    plant(seeds, state)


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody adopted."""
    number = expose(offsets, targets, keys, luck, parameters.weights, state, now)
    for i in range(number):
        row = state.fresh[i]
        count = state.received[row]
        if parameters.needed.size > 0:
            enough = count >= value(parameters.needed, row)
        else:
            enough = unit(absorb(luck, keys[row])) < _won(parameters.hazards, count)
        if enough:
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


def parameters(needed: Any = None, hazards: Any = (0.0,)) -> ComplexContagionParameters:
    """Parameters from an array of thresholds, or from hazards."""
    wanted = np.empty(0, np.int64) if needed is None else np.atleast_1d(np.asarray(needed, np.int64))
    return ComplexContagionParameters(wanted, np.asarray(hazards, np.float64), _ONE)


def example(followees, m, seeds, strength):
    """Hazards that grow with the number of adopters."""
    return parameters(hazards=(0.6 * strength if strength < 1.0 else 1.0, 0.8 * strength, strength))


RULE = Rule(
    "complex_contagion", "Centola & Macy 2007; Watts 2002; Centola 2010", decisions.COMPLEX_CONTAGION,
    example, exposure_state, start, step, run,
)
