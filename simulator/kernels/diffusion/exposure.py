"""Counting exposures: the part that all threshold rules share.

In one tick every adopter of the tick before exposes its followers. A user adopts once the exposures so far are enough,
and each rule says what is enough. Exposures are integers, so their sum does not depend on the order of the rows.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner
from simulator.kernels.diffusion.rule import CURSORS, FIRST_FREE, HEAD, NOT_ADOPTED, TAIL, value
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import absorb

TOUCHED = FIRST_FREE
AHEAD = 8
"""Adopters looked ahead for memory."""


class ExposureState(NamedTuple):
    """Memory of a replication."""

    time: np.ndarray
    """int32[n]: tick of adoption; -1 if never exposed, -1 - t if last exposed at t."""
    queue: np.ndarray
    """int32[n], adopters in the order of adoption."""
    parent: np.ndarray
    """int32[n] or int32[0]: of those who exposed a row last, the one with the smallest hash."""
    rank: np.ndarray
    """uint64[n] or uint64[0], that hash."""
    cursor: np.ndarray
    received: np.ndarray
    """int64[n], exposures so far, weighted."""
    fresh: np.ndarray
    """int32[n], rows exposed in this tick."""
    touched: np.ndarray
    """int32[n], rows exposed in any tick."""


def exposure_state(n, trees):
    """Memory for a graph of n rows."""
    tree = n if trees else 0
    return ExposureState(
        np.full(n, NOT_ADOPTED, np.int32), np.empty(n, np.int32), np.empty(tree, np.int32), np.empty(tree, np.uint64),
        np.zeros(CURSORS, np.int64), np.zeros(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int32),
    )


@inner
def expose(offsets, targets, keys, luck, weights, state, now):
    """The adopters of the last tick expose their followers; returns how many rows, ``state.fresh[:number]``."""
    time, received, cursor = state.time, state.received, state.cursor
    trees = state.parent.size > 0
    number = np.int64(0)
    stop = cursor[TAIL]
    for place in range(cursor[HEAD], stop):
        if place + 2 * AHEAD < stop:
            prefetch(offsets, state.queue[place + 2 * AHEAD])
            prefetch(targets, min(offsets[state.queue[place + AHEAD]], targets.size - 1))
        source = state.queue[place]
        end = offsets[source + 1]
        for edge in range(offsets[source], end):
            if edge + AHEAD < end:
                prefetch(time, targets[edge + AHEAD])
                prefetch(received, targets[edge + AHEAD])
            row = targets[edge]
            seen = time[row]
            if seen >= 0:
                continue
            first = seen != -1 - now
            if first:
                if seen == NOT_ADOPTED:
                    state.touched[cursor[TOUCHED]] = row
                    cursor[TOUCHED] += 1
                time[row] = -1 - now
                state.fresh[number] = row
                number += 1
            received[row] += value(weights, edge)
            if trees:
                h = absorb(absorb(luck, keys[source]), keys[row])
                if first or h < state.rank[row]:
                    state.rank[row] = h
                    state.parent[row] = source
    cursor[HEAD] = stop
    return number


@inner
def forget(state):
    """Make the state ready for the next replication: touches the rows of the last one and nobody else."""
    for i in range(state.cursor[TOUCHED]):
        state.time[state.touched[i]] = NOT_ADOPTED
        state.received[state.touched[i]] = 0
    for i in range(state.cursor[TAIL]):
        state.time[state.queue[i]] = NOT_ADOPTED
