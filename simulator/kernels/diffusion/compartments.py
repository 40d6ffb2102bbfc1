"""Epidemics in discrete time: the part that SI, SIR, SIS and SEIR share.

In one tick, from the states at its start: every infectious user infects every susceptible follower with chance beta;
every infectious user recovers with chance gamma, after having infected; every exposed user becomes infectious with
chance sigma. Draws are keyed by (seed, replication, source, when, follower) and (seed, replication, user, when). Where
nobody falls ill twice, `when` counts the ticks since the source fell ill: then a replication is a first passage over
lags that belong to edges, and raising beta or lowering gamma makes nobody fall ill later. Where the recovered are
susceptible again, `when` is the tick; they may be infected again in the tick in which they recover (Gomez, Arenas,
Borge-Holthoefer, Meloni & Moreno 2010, EPL 89:38009), which makes that rule monotone too.
"""

from typing import Any, NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.rule import CURSORS, FIRST_FREE, NOT_ADOPTED, TAIL, adopt, plant, record, value
from simulator.kernels.rng import absorb, unit

SUSCEPTIBLE, EXPOSED, INFECTIOUS, REMOVED, FRESH = 0, 1, 2, 3, 4
ILL, WAITING, GONE = FIRST_FREE, FIRST_FREE + 1, FIRST_FREE + 2
INFECT, RECOVER, INCUBATE = 0, 1, 2


class EpidemicParameters(NamedTuple):
    """Chances a tick."""

    infection: np.ndarray
    """float64[m] or float64[1], beta."""
    recovery: np.ndarray
    """float64[n] or float64[1], gamma."""
    incubation: np.ndarray
    """float64[n], float64[1], or float64[0] if the infected are infectious at once; sigma."""
    returning: bool
    """Whether the recovered are susceptible again."""


class EpidemicState(NamedTuple):
    """Memory of a replication."""

    time: np.ndarray
    """int32[n], tick of the first infection, or -1."""
    queue: np.ndarray
    """int32[n], everybody ever infected, in that order."""
    parent: np.ndarray
    """int32[n] or int32[0], who infected a row first; the smallest hash counts."""
    rank: np.ndarray
    cursor: np.ndarray
    status: np.ndarray
    """uint8[n]."""
    since: np.ndarray
    """int32[n], tick at which the present status began."""
    ill: np.ndarray
    """int32[n], the infectious."""
    waiting: np.ndarray
    """int32[n], the exposed."""
    fresh: np.ndarray
    """int32[n], infected in this tick."""


def epidemic_state(n, trees, parameters):
    """Memory for a graph of n rows."""
    tree = n if trees else 0
    return EpidemicState(
        np.full(n, NOT_ADOPTED, np.int32), np.empty(n, np.int32), np.empty(tree, np.int32), np.empty(tree, np.uint64),
        np.zeros(CURSORS, np.int64), np.zeros(n, np.uint8), np.zeros(n, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int32), np.empty(n, np.int32),
    )


@kernel
def start(keys, luck, parameters, seeds, state):
    """Make the seeds infectious."""
    plant(seeds, state)
    for i in range(state.cursor[TAIL]):
        row = state.queue[i]
        state.status[row] = INFECTIOUS
        state.since[row] = 0
        state.ill[i] = row
    state.cursor[ILL] = state.cursor[TAIL]


@inner
def _infect(offsets, targets, keys, luck, parameters, state, now):
    """The infectious infect their followers; returns how many rows, ``state.fresh[:number]``."""
    status, trees = state.status, state.parent.size > 0
    number = np.int64(0)
    for i in range(state.cursor[ILL]):
        source = state.ill[i]
        when = now if parameters.returning else now - state.since[source]
        base = absorb(absorb(luck, keys[source]), when)
        for edge in range(offsets[source], offsets[source + 1]):
            row = targets[edge]
            h = absorb(base, keys[row])
            if unit(h) >= value(parameters.infection, edge):
                continue
            if status[row] == SUSCEPTIBLE:
                status[row] = FRESH
                state.fresh[number] = row
                number += 1
                if state.time[row] == NOT_ADOPTED:
                    adopt(row, now, state)
                    if trees:
                        state.rank[row] = h
                        state.parent[row] = source
            elif trees and status[row] == FRESH and state.time[row] == now and h < state.rank[row]:
                state.rank[row] = h
                state.parent[row] = source
    return number


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody is ill."""
    cursor, status, since = state.cursor, state.status, state.since
    recover, incubate = absorb(luck, RECOVER), absorb(luck, INCUBATE)
    for i in range(cursor[ILL]):
        row = state.ill[i]
        when = now if parameters.returning else now - since[row]
        if unit(absorb(absorb(recover, keys[row]), when)) < value(parameters.recovery, row):
            status[row] = SUSCEPTIBLE if parameters.returning else REMOVED
            cursor[GONE] += not parameters.returning
    number = _infect(offsets, targets, keys, absorb(luck, INFECT), parameters, state, now)
    ill = np.int64(0)
    for i in range(cursor[ILL]):
        if status[state.ill[i]] == INFECTIOUS:
            state.ill[ill] = state.ill[i]
            ill += 1
    waiting = np.int64(0)
    for i in range(cursor[WAITING]):
        row = state.waiting[i]
        h = absorb(absorb(incubate, keys[row]), now - since[row])
        if unit(h) < value(parameters.incubation, row):
            status[row] = INFECTIOUS
            since[row] = now
            state.ill[ill] = row
            ill += 1
        else:
            state.waiting[waiting] = row
            waiting += 1
    for i in range(number):
        row = state.fresh[i]
        since[row] = now
        if parameters.incubation.size > 0:
            status[row] = EXPOSED
            state.waiting[waiting] = row
            waiting += 1
        else:
            status[row] = INFECTIOUS
            state.ill[ill] = row
            ill += 1
    cursor[ILL] = ill
    cursor[WAITING] = waiting
    return ill + waiting > 0


@inner
def _tally(n, state, row):
    """row int64[4]: susceptible, exposed, infectious, removed."""
    row[1], row[2], row[3] = state.cursor[WAITING], state.cursor[ILL], state.cursor[GONE]
    row[0] = n - row[1] - row[2] - row[3]


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1; tallies [R, ticks + 1, 4] count the states at the end of each tick."""
    n, tallied = keys.size, outcome.tallies.size > 0
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        start(keys, luck, parameters, seeds, state)
        now, active = 0, True
        if tallied:
            _tally(n, state, outcome.tallies[replication, 0])
        while active and now < ticks:
            now += 1
            active = step(offsets, targets, keys, luck, parameters, state, now)
            if tallied:
                _tally(n, state, outcome.tallies[replication, now])
        if tallied:
            for later in range(now + 1, outcome.tallies.shape[1]):
                outcome.tallies[replication, later] = outcome.tallies[replication, now]
        record(state, replication, outcome)
        for i in range(state.cursor[TAIL]):
            state.time[state.queue[i]] = NOT_ADOPTED
            state.status[state.queue[i]] = SUSCEPTIBLE


def parameters(
    infection: Any, recovery: Any = 0.0, incubation: Any = None, returning: bool = False
) -> EpidemicParameters:
    """Parameters from numbers or arrays."""
    return EpidemicParameters(
        np.atleast_1d(np.asarray(infection, np.float64)),
        np.atleast_1d(np.asarray(recovery, np.float64)),
        np.empty(0) if incubation is None else np.atleast_1d(np.asarray(incubation, np.float64)),
        returning,
    )
