"""What all diffusion rules share: how they are registered, called and recorded.

A rule is three kernels over one state. `start(keys, luck, parameters, seeds, state)` makes the seeds adopt at tick 0.
`step(offsets, targets, keys, luck, parameters, state, now)` lets one tick pass and returns whether more can happen.
`run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome)` runs the replications
first to last - 1 and leaves the state as it found it. `luck` is the hash of (seed, decision, replication).

Every state has `time` int32[n], `queue` int32[n], `parent` and `rank` (of size 0 if trees are not wanted) and `cursor`
int64[CURSORS]. Parameters given one an edge or one a row are arrays of that length, or of length 1 for all.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simulator.kernels.compiling import inner

NOT_ADOPTED = -1
HEAD, TAIL, FIRST_FREE = 0, 1, 2
CURSORS = 8


class Outcome(NamedTuple):
    """Filled by `run`."""

    sizes: np.ndarray
    """int64[R], adopters, seeds included."""
    frequencies: np.ndarray
    """int64[n], grows by the number of replications in which a row adopted."""
    tallies: np.ndarray
    """int64[R, a, b]; each rule says what it counts. Size 0 if not wanted."""


class Rule(NamedTuple):
    """A registered rule."""

    name: str
    source: str
    decision: int
    """Number of its draws in `simulator.kernels.decisions`."""
    parameters: Callable[..., Any]
    """example(followees int64[n], m, seeds, strength): strength 0 keeps to the seeds, 1 reaches all there is."""
    state: Callable[..., Any]
    """state(n, trees, parameters): memory for one replication at a time."""
    start: Callable[..., Any]
    step: Callable[..., Any]
    run: Callable[..., Any]
    monotone: bool = True
    """Whether no user adopts later when the chance of adoption grows."""


@inner
def value(array, place):
    """The entry for an edge or a row; an array of one entry holds for all."""
    return array[place] if array.size > 1 else array[0]


@inner
def record(state, replication, outcome):
    """Count the adopters of a finished replication."""
    number = state.cursor[TAIL]
    outcome.sizes[replication] = number
    for i in range(number):
        outcome.frequencies[state.queue[i]] += 1


@inner
def plant(seeds, state):
    """Let the seeds adopt at tick 0."""
    state.cursor[:] = 0
    tail = np.int64(0)
    for seed in seeds:
        if state.time[seed] == NOT_ADOPTED:
            state.time[seed] = 0
            state.queue[tail] = seed
            tail += 1
            if state.parent.size > 0:
                state.parent[seed] = -1
    state.cursor[TAIL] = tail


@inner
def adopt(row, now, state):
    """One more adopter."""
    state.time[row] = now
    state.queue[state.cursor[TAIL]] = row
    state.cursor[TAIL] += 1
