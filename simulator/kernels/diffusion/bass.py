"""Bass on a graph.

Source: Bass 1969, "A new product growth for model consumer durables", Management Science 15:215-227; as agents on a
graph Rand & Rust 2011, "Agent-based modeling in marketing: guidelines for rigor", IJRM 28:181-193. Who has not adopted
by t does so in the tick that follows with the hazard::

    lambda_w(t) = p(w) + q(w) * (followees of w that adopted by t) / (followees of w)

w adopts at the first t + 1 at which lambda_w(0) + ... + lambda_w(t) reaches an exponential draw keyed by
(seed, replication, key of w); in law this is a chance 1 - exp(-lambda) a tick. On the complete graph, whose edges are
not stored, the share of adopters F follows dF/dt = (p + q F)(1 - F) as ticks grow short::

    F(t) = (1 - exp(-(p + q) t)) / (1 + (q / p) exp(-(p + q) t))
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.compiling import kernel
from simulator.kernels.diffusion import rule as common
from simulator.kernels.diffusion.rule import CURSORS, HEAD, NOT_ADOPTED, TAIL, Rule, adopt, plant, record, value
from simulator.kernels.rng import absorb, exponential

WAITING = common.FIRST_FREE


class BassParameters(NamedTuple):
    """Hazards a tick."""

    innovation: np.ndarray
    """float64[n] or float64[1], p."""
    imitation: np.ndarray
    """float64[n] or float64[1], q."""
    followees: np.ndarray
    """int64[n], or int64[0] on the complete graph."""


class BassState(NamedTuple):
    """Memory of a replication."""

    time: np.ndarray
    """int32[n], tick of adoption, or -1."""
    queue: np.ndarray
    """int32[n], the adopters in the order of adoption."""
    parent: np.ndarray
    """int32[0]: an adopter has no one parent."""
    rank: np.ndarray
    """uint64[0]."""
    cursor: np.ndarray
    missing: np.ndarray
    """float64[n], hazard still missing until adoption."""
    adopted: np.ndarray
    """int32[n], followees that adopted."""
    waiting: np.ndarray
    """int32[n], who has not adopted."""


def state_of(n, trees, parameters):
    """Memory for a graph of n rows."""
    return BassState(
        np.full(n, NOT_ADOPTED, np.int32), np.empty(n, np.int32), np.empty(0, np.int32), np.empty(0, np.uint64),
        np.zeros(CURSORS, np.int64), np.empty(n), np.zeros(n, np.int32), np.empty(n, np.int32),
    )


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds adopt and draw everybody's resistance."""
    plant(seeds, state)
    waiting = 0
    for row in range(keys.size):
        state.adopted[row] = 0
        if state.time[row] == NOT_ADOPTED:
            state.missing[row] = exponential(absorb(luck, keys[row]))
            state.waiting[waiting] = row
            waiting += 1
    state.cursor[WAITING] = waiting


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody is left."""
    cursor = state.cursor
    complete = parameters.followees.size == 0
    everybody = cursor[TAIL] / max(keys.size - 1, 1)
    if not complete:
        for place in range(cursor[HEAD], cursor[TAIL]):
            source = state.queue[place]
            for edge in range(offsets[source], offsets[source + 1]):
                state.adopted[targets[edge]] += 1
    cursor[HEAD] = cursor[TAIL]
    waiting = 0
    for i in range(cursor[WAITING]):
        row = state.waiting[i]
        share = everybody
        if not complete:
            share = state.adopted[row] / max(parameters.followees[row], 1)
        state.missing[row] -= value(parameters.innovation, row) + value(parameters.imitation, row) * share
        if state.missing[row] <= 0.0:
            adopt(row, now, state)
        else:
            state.waiting[waiting] = row
            waiting += 1
    cursor[WAITING] = waiting
    return waiting > 0


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1; tallies [R, ticks + 1, 1] count adopters at the end of each tick."""
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        start(keys, luck, parameters, seeds, state)
        now, active = 0, True
        while active and now < ticks:
            now += 1
            active = step(offsets, targets, keys, luck, parameters, state, now)
        record(state, replication, outcome)
        tallies = outcome.tallies
        for i in range(state.cursor[TAIL]):
            row = state.queue[i]
            if tallies.size > 0:
                tallies[replication, state.time[row], 0] += 1
            state.time[row] = NOT_ADOPTED
        for tick in range(1, tallies.shape[1]):
            tallies[replication, tick, 0] += tallies[replication, tick - 1, 0]


def example(followees, m, seeds, strength):
    """No innovation; imitation so strong that strength 1 wins everybody who has one adopter among the followees."""
    return BassParameters(np.zeros(1), np.array([0.2 * strength if strength < 1.0 else 1e9]), followees)


RULE = Rule("bass", "Bass 1969; Rand & Rust 2011", decisions.BASS, example, state_of, start, step, run)
