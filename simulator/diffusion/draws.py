"""How an independent cascade draws its luck: three forms of one rule, each with its kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from simulator.diffusion.inputs import Graph
from simulator.diffusion.runner import Piece
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.diffusion import independent_cascade as keyed
from simulator.kernels.diffusion import independent_cascade_lanes as lanes
from simulator.kernels.diffusion import independent_cascade_skips as skips
from simulator.kernels.rng import absorb, stream
from simulator.types import Array

Draws = Literal["keyed", "skips", "lanes"]

SKIPS, LANES = 1 << 40, 1 << 41
"""Words that no replication number reaches: forms do not share draws."""


class Form(Protocol):
    """One form of the rule, with all it is given."""

    def worker(self, sizes: Array) -> Callable[[], tuple[Piece, Array]]:
        """What a thread needs: see `runner.share_out`. Fills `sizes`, counts how often each row adopted."""

    def again(self, replication: int, trees: bool) -> keyed.CascadeState:
        """The state at the end of one replication."""


@dataclass(frozen=True, eq=False)
class Keyed:
    """A draw for every edge."""

    graph: Graph
    rows: Array
    prefix: np.uint64
    probability: Array
    keys: Array

    @property
    def _parameters(self) -> keyed.CascadeParameters:
        if self.probability.size == 1:
            return keyed.CascadeParameters(float(self.probability[0]), np.empty(0))
        return keyed.CascadeParameters(0.0, self.probability)

    def worker(self, sizes: Array) -> Callable[[], tuple[Piece, Array]]:
        def work() -> tuple[Piece, Array]:
            counts, state, graph = np.zeros(self.graph.n, np.int64), _state(self.graph.n, False), self.graph
            common = (graph.offsets, graph.targets, self.keys, self.prefix, self._parameters, self.rows, state)
            return lambda first, last: keyed.run_replications(*common, first, last, sizes, counts), counts

        return work

    def again(self, replication: int, trees: bool) -> keyed.CascadeState:
        graph, state = self.graph, _state(self.graph.n, trees)
        prefix = np.uint64(absorb(self.prefix, replication))
        keyed.independent_cascade(graph.offsets, graph.targets, self.keys, prefix, self._parameters, self.rows, state)
        return state


@dataclass(frozen=True, eq=False)
class Skips:
    """Draws of distances from one success to the next."""

    graph: Graph
    rows: Array
    prefix: np.uint64
    law: skips.SkipLaw

    def worker(self, sizes: Array) -> Callable[[], tuple[Piece, Array]]:
        def work() -> tuple[Piece, Array]:
            counts, state = np.zeros(self.graph.n, np.int64), skips.skip_state(self.graph.n, False)
            common = (self.graph.offsets, self.graph.targets, self.prefix, self.law, self.rows, state)
            return lambda first, last: skips.run_replications(*common, first, last, sizes, counts), counts

        return work

    def again(self, replication: int, trees: bool) -> keyed.CascadeState:
        prefix = np.uint64(absorb(self.prefix, replication))
        graph = self.graph
        return skips.cascade_in_full(graph.offsets, graph.targets, prefix, self.law, self.rows, trees)


@dataclass(frozen=True, eq=False)
class Lanes:
    """A draw for every edge and 64 replications at once."""

    graph: Graph
    rows: Array
    prefix: np.uint64
    chances: Array

    def worker(self, sizes: Array) -> Callable[[], tuple[Piece, Array]]:
        def work() -> tuple[Piece, Array]:
            counts, state = np.zeros(self.graph.n, np.int64), lanes.lane_state(self.graph.n)
            common = (self.graph.offsets, self.graph.targets, self.prefix, self.chances, self.rows, state)
            return lambda first, last: lanes.run_replications(*common, first, last, sizes, counts), counts

        return work

    def again(self, replication: int, trees: bool) -> keyed.CascadeState:
        graph, state = self.graph, _state(self.graph.n, trees)
        batch, lane = divmod(replication, lanes.LANES)
        prefix = np.uint64(absorb(self.prefix, batch))
        lanes.cascade_in_full(graph.offsets, graph.targets, prefix, self.chances, self.rows, lane, state)
        return state


def form_of(draws: str, graph: Graph, rows: Array, probability: Array, seed: int, keys: Array) -> Form:
    """The form of the given name; `probability` is float64[m] or float64[1], `keys` uint32[n] or uint32[0]."""
    prefix = stream(seed, decisions.CASCADE_EDGE)
    if draws == "keyed":
        return Keyed(graph, rows, prefix, probability, keys)
    if draws == "skips" and keys.size == 0:
        law = skips.law_for(probability if probability.size > 1 else float(probability[0]))
        return Skips(graph, rows, np.uint64(absorb(prefix, SKIPS)), law)
    if draws == "lanes" and keys.size == 0:
        return Lanes(graph, rows, np.uint64(absorb(prefix, LANES)), lanes.as_bits(probability))
    raise InputError(Problem(0, 0, "draws", f"{draws!r}", "keyed, or skips or lanes without keys"))


def _state(n: int, trees: bool) -> keyed.CascadeState:
    with_trees = n if trees else 0
    return keyed.CascadeState(
        np.full(n, keyed.NOT_ADOPTED, np.int32),
        np.empty(n, np.int32),
        np.empty(with_trees, np.int32),
        np.empty(with_trees, np.uint64),
    )
