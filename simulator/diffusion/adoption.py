"""Bass adoption on a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.diffusion.front import Common, run_rule
from simulator.diffusion.inputs import Graph, at_least_one, chances, followee_counts, seed_rows
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.runner import Progress
from simulator.errors import InputError, Problem
from simulator.kernels.diffusion.bass import BassParameters
from simulator.types import OFFSET, TARGET, Array


@dataclass(frozen=True)
class CompleteGraph:
    """Everybody follows everybody. The n (n - 1) edges are not stored; `bass` counts adopters instead."""

    n: int

    def __post_init__(self) -> None:
        at_least_one(n=self.n)

    @property
    def n_edges(self) -> int:
        """Number of directed edges."""
        return self.n * (self.n - 1)


@dataclass(frozen=True)
class _Edgeless:
    n: int
    offsets: Array
    targets: Array
    n_edges: int = 0


def bass(
    graph: Graph | CompleteGraph,
    *,
    innovation: Any,
    imitation: Any,
    ticks: int,
    seeds: Any = None,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """Bass adoption: a hazard of one's own and one that grows with the share of followees who adopted.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph or CompleteGraph
    innovation, imitation : float or floats[n], at least 0
        p and q, hazards a tick. Yearly values over 12 with a tick of a month, and so on.
    ticks : int, at least 1
    seeds : rows that have adopted at tick 0; nobody by default.
    replications, threads : int, at least 1
        The result is the same for every number of threads.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    progress : called with (replications done, in all).

    Returns
    -------
    DiffusionResult
        `counts` int64[R, ticks + 1, 1] are the adopters at the end of each tick.

    Raises
    ------
    InputError
        On rows that do not exist and numbers outside their range.
    """
    common = Common(replications, seed, keys, False, threads, progress)
    at_least_one(ticks=ticks)
    n = graph.n
    p = chances(innovation, "innovation", {n: "a row"}, high=float("inf"))
    q = chances(imitation, "imitation", {n: "a row"}, high=float("inf"))
    if not (np.isfinite(p).all() and np.isfinite(q).all()):
        raise InputError(Problem(0, 0, "innovation, imitation", "an infinite hazard", "finite numbers"))
    if isinstance(graph, CompleteGraph):
        followees = np.empty(0, np.int64)
        edges: Graph = _Edgeless(n, np.zeros(n + 1, OFFSET), np.empty(0, TARGET))
    else:
        followees, edges = followee_counts(graph), graph
    parameters = BassParameters(p, q, followees)
    rows = np.empty(0, TARGET) if seeds is None else seed_rows(seeds, n)
    return run_rule("bass", [edges], rows, parameters, common, ticks=ticks, states=("adopters",))


def bass_curve(innovation: float, imitation: float, ticks: int) -> Array:
    """Share of adopters at the end of ticks 0 to `ticks` by the closed form of Bass 1969; `innovation` above 0."""
    if not innovation > 0.0:
        raise InputError(Problem(0, 0, "innovation", f"{innovation!r}", "more than 0"))
    fading = np.exp(-(innovation + imitation) * np.arange(ticks + 1))
    return np.asarray((1.0 - fading) / (1.0 + imitation / innovation * fading))
