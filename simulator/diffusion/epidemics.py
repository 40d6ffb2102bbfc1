"""Epidemics in discrete time, on a graph that may change between ticks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulator.diffusion.front import Common, run_rule
from simulator.diffusion.inputs import Graph, at_least_one, chances, seed_rows
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.runner import Progress
from simulator.errors import InputError, Problem
from simulator.kernels.diffusion import compartments
from simulator.types import Array

STATES = ("susceptible", "exposed", "infectious", "removed")

Graphs = Graph | Sequence[Graph] | Callable[[int], Graph]
"""One graph; or a sequence, whose entry t holds in the tick from t to t + 1 and whose last entry holds ever after; or a
function of t, called once for every tick before the run starts."""


def si(
    graph: Graphs,
    seeds: Any,
    *,
    infection: Any,
    ticks: int,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """SI: whoever is infected stays infectious. Arguments as in `sir`; `ticks` must be given, since nothing ends it."""
    graphs = _graphs(graph, ticks)
    parameters = _parameters(graphs, infection, 0.0)
    common = Common(replications, seed, keys, trees, threads, progress)
    return _run("si", graphs, seeds, parameters, ticks, common)


def sir(
    graph: Graphs,
    seeds: Any,
    *,
    infection: Any,
    recovery: Any = 1.0,
    ticks: int | None = None,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """SIR: the infected recover and are immune.

    Parameters
    ----------
    graph : one graph, a sequence of graphs, or a function tick -> graph
        A sequence's entry t holds in the tick from t to t + 1, its last entry ever after. A function is called once
        for every tick, before the run starts, and needs `ticks`. All graphs have the same rows.
    seeds : rows that are infectious at tick 0; order and repetitions do not matter.
    infection : float or floats[m], 0 to 1
        Chance a tick that an infectious user infects a follower; one an edge only if the graph does not change.
    recovery : float or floats[n], 0 to 1
        Chance a tick to recover; 1 is an infectious period of one tick.
    ticks : int, at least 1, optional
        Length of the run; without it a run ends when nobody is ill. `DiffusionResult.counts` needs it.
    replications, threads : int, at least 1
        The result is the same for every number of threads.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    trees : bool
        Whether `DiffusionResult.to_pandas` lists everybody infected with parent and depth.
    progress : called with (replications done, in all).

    Raises
    ------
    InputError
        On rows that do not exist, numbers outside their range, graphs of unequal size, and a run that might never end.
    """
    graphs = _graphs(graph, ticks)
    parameters = _parameters(graphs, infection, recovery)
    common = Common(replications, seed, keys, trees, threads, progress)
    return _run("sir", graphs, seeds, parameters, ticks, common)


def sis(
    graph: Graphs,
    seeds: Any,
    *,
    infection: Any,
    recovery: Any,
    ticks: int,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """SIS: the recovered are susceptible again, even in the tick of recovery. Arguments as in `sir`; `ticks` is needed.

    `final_sizes` counts everybody ever infected; the infectious at every tick are in `counts`.
    """
    graphs = _graphs(graph, ticks)
    parameters = _parameters(graphs, infection, recovery, returning=True)
    common = Common(replications, seed, keys, trees, threads, progress)
    return _run("sis", graphs, seeds, parameters, ticks, common)


def seir(
    graph: Graphs,
    seeds: Any,
    *,
    infection: Any,
    incubation: Any,
    recovery: Any = 1.0,
    ticks: int | None = None,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """SEIR: the infected are infectious after a time. Arguments as in `sir`, and

    incubation : float or floats[n], 0 to 1, the chance a tick that an exposed user becomes infectious.
    """
    graphs = _graphs(graph, ticks)
    parameters = _parameters(graphs, infection, recovery, incubation=incubation)
    common = Common(replications, seed, keys, trees, threads, progress)
    return _run("seir", graphs, seeds, parameters, ticks, common)


def _parameters(
    graphs: Sequence[Graph], infection: Any, recovery: Any, *, incubation: Any = None, returning: bool = False
) -> compartments.EpidemicParameters:
    rows = {graphs[0].n: "a row"}
    beta = chances(infection, "infection", {graphs[0].n_edges: "an edge"} if len(graphs) == 1 else {})
    gamma = chances(recovery, "recovery", rows)
    sigma = None if incubation is None else chances(incubation, "incubation", rows)
    return compartments.parameters(beta, gamma, sigma, returning)


def _graphs(graph: Graphs, ticks: int | None) -> list[Graph]:
    """The graphs of the ticks, checked."""
    if ticks is not None:
        at_least_one(ticks=ticks)
    if callable(graph):
        if ticks is None:
            raise InputError(
                Problem(0, 0, "ticks", "none given", "a number, since the graph is a function of the tick")
            )
        graphs = [graph(tick) for tick in range(ticks)]
    else:
        graphs = list(graph) if isinstance(graph, Sequence) else [graph]
        if not graphs:
            raise InputError(Problem(0, 0, "graph", "an empty sequence", "one or more graphs"))
    for tick, other in enumerate(graphs):
        if other.n != graphs[0].n:
            raise InputError(
                Problem(0, 0, "graph", f"{other.n} rows at tick {tick}, {graphs[0].n} at tick 0", "equal rows")
            )
    return graphs


def _tally(now: int, state: Any, counted: Array) -> None:
    """Count the states at the end of tick `now`, here and for all later ticks."""
    exposed, infectious, removed = (
        state.cursor[place] for place in (compartments.WAITING, compartments.ILL, compartments.GONE)
    )
    counted[now:] = (state.time.size - exposed - infectious - removed, exposed, infectious, removed)


def _run(
    name: str,
    graphs: Sequence[Graph],
    seeds: Any,
    parameters: compartments.EpidemicParameters,
    ticks: int | None,
    common: Common,
) -> DiffusionResult:
    if ticks is None:
        for what, column in (("recovery", parameters.recovery), ("incubation", parameters.incubation)):
            if (column == 0.0).any():
                raise InputError(Problem(0, 0, what, "0, and no ticks", "more than 0, or a number of ticks"))
    return run_rule(
        name, graphs, seed_rows(seeds, graphs[0].n), parameters, common, ticks=ticks, states=STATES, tally=_tally
    )


def endemic_level(n: int, infection: float, recovery: float) -> float:
    """Share infectious in the long run on a complete graph of n rows, by mean field.

    The largest root of i = (1 - gamma) i + (1 - (1 - gamma) i)(1 - (1 - beta)**(n i)), the fixed point of the equation
    in `simulator.kernels.diffusion.sis`.
    """
    level = 1.0
    for _ in range(10_000):
        kept = (1.0 - recovery) * level
        level = float(kept + (1.0 - kept) * (1.0 - np.power(1.0 - infection, n * level)))
    return level
