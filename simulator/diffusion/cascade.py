"""The independent cascade, many replications over all cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one, followee_counts, key_column, seed_rows
from simulator.diffusion.result import table_html
from simulator.diffusion.runner import Piece, Progress, share_out
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.diffusion import independent_cascade as rule
from simulator.kernels.diffusion import independent_cascade_skips as skips
from simulator.kernels.diffusion.weighted_cascade import edge_chances
from simulator.kernels.rng import absorb, stream
from simulator.types import Array

if TYPE_CHECKING:
    import pandas

Draws = Literal["keyed", "skips"]


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
    _parameters: rule.CascadeParameters | skips.SkipLaw
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
        graph = self.graph
        if isinstance(self._parameters, skips.SkipLaw):
            prefix = np.uint64(absorb(_skip_prefix(self.seed), replication))
            return skips.cascade_in_full(graph.offsets, graph.targets, prefix, self._parameters, self.seeds, trees)
        state = _state(graph.n, trees)
        prefix = np.uint64(absorb(_prefix(self.seed), replication))
        rule.independent_cascade(graph.offsets, graph.targets, self._keys, prefix, self._parameters, self.seeds, state)
        return state

    def __repr__(self) -> str:
        return (
            f"CascadeResult(replications={self.replications}, users={self.graph.n:,}, "
            f"mean_size={self.final_sizes.mean():,.1f})"
        )

    def _repr_html_(self) -> str:
        sizes = self.final_sizes
        facts = {
            "users": f"{self.graph.n:,}",
            "seeds": f"{self.seeds.size:,}",
            "replications": f"{self.replications:,}",
        }
        facts |= {"mean size": f"{sizes.mean():,.1f}", "smallest": f"{sizes.min():,}", "largest": f"{sizes.max():,}"}
        return table_html("independent cascade", facts)


def independent_cascade(
    graph: Graph,
    seeds: Any,
    *,
    probability: Any,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    draws: Draws = "keyed",
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
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
    draws : {"keyed", "skips"}
        "keyed": a draw belongs to its edge, so raising a chance never shrinks a cascade. "skips": as distributed and
        many times faster where chances are small, for plain Monte Carlo; a draw decides another edge when chances or
        rows change, so there are no keys.
    trees : bool
        Whether `CascadeResult.to_pandas` lists every adopter with its parent.
    threads : int
        Threads over replications; the result is the same for every number.
    progress : called with (replications done, in all), from any thread, one call at a time.

    Raises
    ------
    InputError
        On rows that do not exist, chances outside 0 to 1, repeated keys, keys with skips, or numbers below 1.
    """
    rows = seed_rows(seeds, graph.n)
    parameters = _chances(probability, graph.n_edges)
    identity = key_column(keys, graph.n)
    at_least_one(replications=replications, threads=threads)
    sizes = np.empty(replications, np.int64)
    if draws == "skips" and keys is None:
        law = skips.law_for(parameters.probabilities if np.ndim(probability) else parameters.probability)
        frequencies = share_out(_skip_worker(graph, law, rows, seed, sizes), replications, threads, progress)
        return CascadeResult(graph, rows, seed, sizes, frequencies, trees, law, identity)
    if draws != "keyed":
        raise InputError(Problem(0, 0, "draws", f"{draws!r}", "keyed, or skips without keys"))

    def worker() -> tuple[Piece, Array]:
        counts, state = np.zeros(graph.n, np.int64), _state(graph.n, False)
        common = (graph.offsets, graph.targets, identity, _prefix(seed), parameters, rows, state)
        return lambda first, last: rule.run_replications(*common, first, last, sizes, counts), counts

    frequencies = share_out(worker, replications, threads, progress)
    return CascadeResult(graph, rows, seed, sizes, frequencies, trees, parameters, identity)


def weighted_cascade(
    graph: Graph,
    seeds: Any,
    *,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> CascadeResult:
    """Run weighted cascades (Kempe, Kleinberg & Tardos 2003): an edge into w has chance 1 / (followees of w).

    Arguments as in `independent_cascade`.
    """
    probabilities = edge_chances(graph.targets, followee_counts(graph))
    return independent_cascade(
        graph,
        seeds,
        probability=probabilities,
        replications=replications,
        seed=seed,
        keys=keys,
        trees=trees,
        threads=threads,
        progress=progress,
    )


def _prefix(seed: int) -> np.uint64:
    return np.uint64(stream(seed, decisions.CASCADE_EDGE))


def _skip_prefix(seed: int) -> np.uint64:
    """Skips draw under a replication number that no keyed cascade has."""
    return np.uint64(absorb(_prefix(seed), 1 << 40))


def _skip_worker(
    graph: Graph, law: skips.SkipLaw, rows: Array, seed: int, sizes: Array
) -> Callable[[], tuple[Piece, Array]]:
    def worker() -> tuple[Piece, Array]:
        counts, state = np.zeros(graph.n, np.int64), skips.skip_state(graph.n, False)
        common = (graph.offsets, graph.targets, _skip_prefix(seed), law, rows, state)
        return lambda first, last: skips.run_replications(*common, first, last, sizes, counts), counts

    return worker


def _state(n: int, trees: bool) -> rule.CascadeState:
    with_trees = n if trees else 0
    return rule.CascadeState(
        np.full(n, rule.NOT_ADOPTED, np.int32),
        np.empty(n, np.int32),
        np.empty(with_trees, np.int32),
        np.empty(with_trees, np.uint64),
    )


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
