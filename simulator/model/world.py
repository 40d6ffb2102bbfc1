"""What all arms of a replication share: people, needs and graphs, drawn from the seed alone."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.errors import InputError, Problem
from simulator.kernels import needs as need_kernels
from simulator.kernels.state import NEED, Needs
from simulator.model.need_processes import need_processes
from simulator.network.csr import CSRGraph
from simulator.network.generators import GENERATORS
from simulator.network.inputs import GraphInputs
from simulator.network.io import read_graph
from simulator.network.procedural import ProceduralGraph
from simulator.population.synthesis import Population, synthesise
from simulator.types import USER_KEY, Array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.agents.brand_parameters import CategoryParameters
    from simulator.scenario.schema import Scenario

Graph = CSRGraph | ProceduralGraph

_worlds: OrderedDict[str, Any] = OrderedDict()
_most_kept = 4


def keep_worlds(most: int) -> None:
    """From now on keep the last `most` populations and graphs in this process, for one that is asked often."""
    global _most_kept
    _most_kept = most


def _kept(name: str, make: Any) -> Any:
    """One of the last few things built in this process under this name; arms of a replication share them."""
    if name in _worlds:
        _worlds.move_to_end(name)
    else:
        _worlds[name] = make()
        while len(_worlds) > _most_kept:
            _worlds.popitem(last=False)
    return _worlds[name]


def population_of(scenario: Scenario, seed: int) -> Population:
    """The people of the world; columns by key. Shared, so it must not be written to."""
    parameters = scenario.population
    name = f"population {scenario.market.users} {seed} {parameters.model_dump_json()}"
    made: Population = _kept(name, lambda: synthesise(scenario.market.users, seed, parameters))
    return made


def graph_of(scenario: Scenario, layer: str, seed: int, population: Population) -> Graph:
    """The network of one layer, in key space. Shared, so it must not be written to."""
    source = getattr(scenario.network, layer)
    name = f"graph {layer} {population.n} {seed} {scenario.population.model_dump_json()} {source.model_dump_json()}"
    if hasattr(source, "file"):
        there = Path(source.file).stat()
        name += f" {there.st_mtime_ns} {there.st_size}"
    made: Graph = _kept(name, lambda: _make_graph(source, seed, population))
    return made


def _make_graph(source: Any, seed: int, population: Population) -> Graph:
    if hasattr(source, "file"):
        return _graph_from_file(Path(source.file), source.edges, population.n)
    generator = GENERATORS[source.generator]
    columns = {name: population.columns[name] for name in generator.needs}
    inputs = GraphInputs(population.n, _without_empty(population.regions.starts(population.n)), **columns)
    made: Graph = generator.generate(inputs, source, seed)
    return made


def _without_empty(starts: Array) -> Array:
    """First keys of the regions in which anybody lives, and the number of users last."""
    return np.unique(starts)


def check_graph_files(scenario: Scenario) -> None:
    """Read the graphs that platforms use from files.

    Raises
    ------
    InputError
        If one cannot be read, or its nodes are not as many as the market's users.
    """
    for platform in scenario.platforms:
        affordances: Any = platform.affordances
        if affordances.active("graph"):
            source = getattr(scenario.network, affordances.graph.layer)
            if hasattr(source, "file"):
                _graph_from_file(Path(source.file), source.edges, scenario.market.users)


def _graph_from_file(path: Path, edges: Literal["flows", "follows", "undirected"], users: int) -> CSRGraph:
    """A graph from a file: its nodes, in order of id, are the users with keys 0, 1, 2, ..."""
    graph = read_graph(path, edges=edges).graph
    if graph.n != users:
        raise InputError(
            Problem(
                0,
                0,
                "market.users",
                f"the graph has {graph.n} nodes, the market {users} users",
                str(graph.n),
                file=path.name,
            )
        )
    return graph


def ledger(
    categories: Mapping[str, CategoryParameters],
    keys: Array,
    days: int,
    seed: int,
    region: Array | None = None,
    regions: Sequence[str] = ("",),
    start_month: int = 1,
) -> Needs:
    """Draw the need ledger of users `keys`, by row; everything a run writes is at its initial value.

    Needs are drawn past the end of the run, as far as a deal could bring them forward or an exposure wake them.
    `keys` may be empty where rows are keys, if `region` is given.
    `region` (n,) is each row's, a place in `regions`; the run begins on the first of `start_month`.
    """
    drawn = need_processes(categories, days, seed, regions, start_month)
    where = np.zeros(keys.size, np.uint8) if region is None else np.ascontiguousarray(region)
    shift = shift_for(where.size, where.size * float(np.sum(drawn.horizon / drawn.interval.mean(axis=1))))
    start = np.zeros((where.size - 1 >> shift) + 2, np.int64)
    need_kernels.count_needs(keys, where, drawn, shift, start)
    table = np.zeros(int(start[-1]), NEED).view(np.recarray)
    need_kernels.fill_needs(keys, where, drawn, table)
    return Needs(start, shift, table)


def shift_for(n: int, needs: float) -> int:
    """Blocks of the ledger's index hold 2**shift rows, so many that there is about one need in each, 1024 at most."""
    return int(min(10, max(0, math.floor(math.log2(max(1.0, n / max(needs, 1.0)))))))


@dataclass(frozen=True)
class Rows:
    """In which row each user is stored: ``key[row]``, empty where rows are keys. Results do not depend on it."""

    key: Array

    @classmethod
    def ordered(cls, order: Any, n: int) -> Rows:
        """The rows of `n` users whose keys are stored in this order, None for that of the keys.

        Raises
        ------
        InputError
            If it is no permutation of the keys.
        """
        none = np.empty(0, USER_KEY)
        if order is None:
            return cls(none)
        keys = np.asarray(order, USER_KEY)
        if keys.shape != (n,) or not np.array_equal(np.sort(keys), np.arange(n)):
            raise InputError(f"order must be a permutation of the user keys 0 to {n - 1}")
        return cls(none if np.array_equal(keys, np.arange(n)) else keys)

    @property
    def identity(self) -> bool:
        """Whether rows are keys."""
        return self.key.size == 0
