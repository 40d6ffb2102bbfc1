"""Cascades on a graph, without a market."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.diffusion import independent_cascade as rule
from simulator.kernels.rng import absorb, stream
from simulator.types import Array

if TYPE_CHECKING:
    import pandas


class Graph(Protocol):
    """A graph in the form of `simulator.network.csr.CSRGraph`."""

    @property
    def n(self) -> int:
        """Number of rows."""

    @property
    def n_edges(self) -> int:
        """Number of directed edges, m."""

    @property
    def offsets(self) -> Array:
        """int64[n + 1]; row a is ``targets[offsets[a]:offsets[a + 1]]``."""

    @property
    def targets(self) -> Array:
        """int32[m], followers."""


@dataclass(frozen=True, eq=False)
class CascadeResult:
    """What came of the replications of a cascade.

    Only sizes and frequencies are stored: a replication is run again, draw for draw, when its users are asked for.

    Attributes
    ----------
    graph : simulator.network.csr.CSRGraph
    seeds : int32[k], rows that adopt at time 0, ascending.
    seed : int
        Names the luck of all replications.
    final_sizes : int64[R]
        Adopters in each replication, seeds included.
    frequencies : int64[n]
        In how many replications each row adopted.
    trees : bool
        Whether `to_pandas` lists every adopter.
    """

    graph: Graph
    seeds: Array
    seed: int
    final_sizes: Array
    frequencies: Array
    trees: bool
    _parameters: rule.CascadeParameters
    _keys: Array

    @property
    def replications(self) -> int:
        return int(self.final_sizes.size)

    def adoption_times(self, replication: int = 0) -> Array:
        """Time at which each row adopted, int32[n]: 0 for seeds, -1 for never."""
        return self._again(replication, False).time

    def depths(self, replication: int = 0) -> Array:
        """Steps from each adopter to its seed, int32[n]; -1 for rows that never adopted.

        A step takes one unit of time, so depth in the tree and time of adoption are the same number.
        """
        return self.adoption_times(replication)

    def parents(self, replication: int = 0) -> Array:
        """Row that won each adopter, int32[n]; -1 for seeds and for rows that never adopted."""
        state = self._again(replication, True)
        return np.where(state.time > 0, state.parent, np.int32(-1)).astype(np.int32)

    def to_pandas(self) -> pandas.DataFrame:
        """One row a replication (replication, final_size); with `trees`, one row an adopter.

        An adopter's row holds replication, user, time and parent (-1 for seeds), sorted by replication, time, user.
        """
        import pandas

        if not self.trees:
            return pandas.DataFrame({"replication": np.arange(self.replications), "final_size": self.final_sizes})
        parts = []
        for replication in range(self.replications):
            state = self._again(replication, True)
            users = np.flatnonzero(state.time >= 0)
            users = users[np.argsort(state.time[users], kind="stable")]
            times = state.time[users]
            parents = np.where(times > 0, state.parent[users], -1)
            parts.append(
                pandas.DataFrame({"replication": replication, "user": users, "time": times, "parent": parents})
            )
        return pandas.concat(parts, ignore_index=True)

    def _again(self, replication: int, trees: bool) -> rule.CascadeState:
        if not 0 <= replication < self.replications:
            raise InputError(f"replication {replication} does not exist; allowed: 0 to {self.replications - 1}")
        state = _state(self.graph.n, trees)
        prefix = np.uint64(absorb(_prefix(self.seed), replication))
        rule.independent_cascade(
            self.graph.offsets, self.graph.targets, self._keys, prefix, self._parameters, self.seeds, state
        )
        return state

    def __repr__(self) -> str:
        return (
            f"CascadeResult(replications={self.replications}, users={self.graph.n:,}, "
            f"mean_size={self.final_sizes.mean():,.1f})"
        )


def independent_cascade(
    graph: Graph,
    seeds: Any,
    *,
    probability: Any,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
) -> CascadeResult:
    """Run independent cascades (Kempe, Kleinberg & Tardos 2003) from `seeds`.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    seeds : rows that adopt at time 0; order and repetitions do not matter.
    probability : float or floats[m]
        Chance that an adopter wins a follower: one number, or one an edge in the order of ``graph.targets``.
    replications : int, at least 1
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws, 0 to 2**32 - 1, each once; the row number by default. With keys, a
        graph stored in another row order gives the same cascade.
    trees : bool
        Whether `CascadeResult.to_pandas` lists every adopter with its parent.
    threads : int
        Threads over replications; the result is the same for every number.

    Raises
    ------
    InputError
        On rows that do not exist, chances outside 0 to 1, repeated keys, or numbers below 1.
    """
    rows = _seed_rows(seeds, graph.n)
    parameters = _chances(probability, graph.n_edges)
    identity = _key_column(keys, graph.n)
    for name, value in (("replications", replications), ("threads", threads)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise InputError(Problem(0, 0, name, f"{value!r}", "1 or more"))
    sizes = np.empty(replications, np.int64)
    cuts = np.linspace(0, replications, min(threads, replications) + 1).astype(int)

    def work(part: int) -> Array:
        counts = np.zeros(graph.n, np.int64)
        state = _state(graph.n, False)
        first, last = int(cuts[part]), int(cuts[part + 1])
        rule.run_replications(
            graph.offsets, graph.targets, identity, _prefix(seed), parameters, rows, state, first, last, sizes, counts
        )
        return counts

    if cuts.size == 2:
        frequencies = work(0)
    else:
        with ThreadPoolExecutor(cuts.size - 1) as pool:
            frequencies = np.sum(list(pool.map(work, range(cuts.size - 1))), axis=0)
    return CascadeResult(graph, rows, seed, sizes, frequencies, trees, parameters, identity)


def _prefix(seed: int) -> np.uint64:
    return np.uint64(stream(seed, decisions.CASCADE_EDGE))


def _state(n: int, trees: bool) -> rule.CascadeState:
    with_trees = n if trees else 0
    return rule.CascadeState(
        np.full(n, rule.NOT_ADOPTED, np.int32),
        np.empty(n, np.int32),
        np.empty(with_trees, np.int32),
        np.empty(with_trees, np.uint64),
    )


def _seed_rows(seeds: Any, n: int) -> Array:
    rows = np.atleast_1d(np.asarray(seeds))
    if rows.ndim != 1 or rows.size == 0 or rows.dtype.kind not in "iu":
        raise InputError(Problem(0, 0, "seeds", f"{rows.dtype}{list(rows.shape)}", "one or more row numbers"))
    if rows.min() < 0 or rows.max() >= n:
        raise InputError(Problem(0, 0, "seeds", "a row that does not exist", f"0 to {n - 1}"))
    return np.unique(rows).astype(np.int32)


def _chances(probability: Any, m: int) -> rule.CascadeParameters:
    values = np.asarray(probability, np.float64)
    if values.shape not in ((), (m,)):
        raise InputError(
            Problem(0, 0, "probability", f"shape {list(values.shape)}", f"one number, or {m}, one an edge")
        )
    if not ((values >= 0.0) & (values <= 1.0)).all():
        raise InputError(Problem(0, 0, "probability", "a chance outside its range", "0 to 1"))
    if values.ndim == 0:
        return rule.CascadeParameters(float(values), np.empty(0))
    return rule.CascadeParameters(0.0, np.require(values, np.float64, ["C", "W"]))


def _key_column(keys: Any, n: int) -> Array:
    if keys is None:
        return np.empty(0, np.uint32)
    column = np.asarray(keys)
    if column.shape != (n,) or column.dtype.kind not in "iu":
        raise InputError(Problem(0, 0, "keys", f"{column.dtype}{list(column.shape)}", f"{n} integers"))
    if n and (column.min() < 0 or column.max() > np.iinfo(np.uint32).max):
        raise InputError(Problem(0, 0, "keys", "a key outside its range", "0 to 4294967295"))
    if np.unique(column).size != n:
        raise InputError(Problem(0, 0, "keys", "a key stands twice", "every key once"))
    return column.astype(np.uint32)
