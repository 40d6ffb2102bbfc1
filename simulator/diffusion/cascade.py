"""The independent cascade, many replications over all cores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.diffusion.draws import Draws, Form, form_of
from simulator.diffusion.inputs import Graph, at_least_one, chances, followee_counts, key_column, seed_rows
from simulator.diffusion.runner import Progress, share_out
from simulator.errors import InputError
from simulator.kernels.diffusion.independent_cascade import CascadeState
from simulator.kernels.diffusion.weighted_cascade import edge_chances
from simulator.notebook import table_html
from simulator.types import Array

if TYPE_CHECKING:
    import pandas


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
    _form: Form

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

    def _again(self, replication: int, trees: bool) -> CascadeState:
        if not 0 <= replication < self.replications:
            raise InputError(f"replication {replication} does not exist; allowed: 0 to {self.replications - 1}")
        return self._form.again(replication, trees)

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
    draws : {"keyed", "skips", "lanes"}
        "keyed": a draw belongs to its edge, so raising a chance never shrinks a cascade. The others are as distributed
        and many times faster, for plain Monte Carlo without keys. "skips": where chances are small; a draw decides
        another edge when chances or rows change. "lanes": where chances are large, above .1 or so, and there are 64
        replications or more.
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
    chance = chances(probability, "probability", {graph.n_edges: "an edge"})
    at_least_one(replications=replications, threads=threads)
    form = form_of(draws, graph, rows, chance, seed, key_column(keys, graph.n))
    sizes = np.empty(replications, np.int64)
    frequencies = share_out(form.worker(sizes), replications, threads, progress)
    return CascadeResult(graph, rows, seed, sizes, frequencies, trees, form)


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
