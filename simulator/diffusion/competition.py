"""Two or more brands that spread over one graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one, chances, row_keys, seed_rows
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.rules import RULES
from simulator.diffusion.runner import ENDLESS, Call, Progress
from simulator.errors import InputError, Problem, nearest
from simulator.kernels.diffusion.competing import CompetingParameters
from simulator.notebook import table_html
from simulator.types import TARGET, Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class CompetitionResult:
    """What came of the replications of competing brands.

    Attributes
    ----------
    names : the brands.
    exclusive : whether a user takes the first brand only.
    brand_sizes : int64[R, K], users of each brand, seeds included.
    frequencies : int64[K, n], in how many replications each row took each brand.
    """

    names: tuple[str, ...]
    exclusive: bool
    brand_sizes: Array
    frequencies: Array
    _results: tuple[DiffusionResult, ...]

    @property
    def replications(self) -> int:
        return int(self.brand_sizes.shape[0])

    @property
    def final_sizes(self) -> Array:
        """int64[R]: users with a brand if exclusive; else a user counts once for each brand taken."""
        return np.asarray(self.brand_sizes.sum(axis=1))

    def adoption_times(self, brand: str, replication: int = 0) -> Array:
        """Tick at which each row took the brand, int32[n]: 0 for seeds, -1 for never."""
        place = self._place(brand)
        if not self.exclusive:
            return self._results[place].adoption_times(replication)
        return np.where(self._taken(replication) == place, self._results[0].adoption_times(replication), np.int32(-1))

    def parents(self, brand: str, replication: int = 0) -> Array:
        """Row that won each user of the brand, int32[n]; -1 for seeds and for all others."""
        place = self._place(brand)
        if not self.exclusive:
            return self._results[place].parents(replication)
        return np.where(self._taken(replication) == place, self._results[0].parents(replication), np.int32(-1))

    def to_pandas(self) -> pandas.DataFrame:
        """One row a replication and brand: replication, brand, final_size."""
        import pandas

        r, k = self.brand_sizes.shape
        table = {"replication": np.repeat(np.arange(r), k), "brand": np.tile(np.array(self.names, object), r)}
        return pandas.DataFrame({**table, "final_size": self.brand_sizes.ravel()})

    def _taken(self, replication: int) -> Array:
        """Place of each row's brand, valid where the row adopted."""
        state = self._results[0]._again(replication, False)
        return np.where(state.time >= 0, state.brand, -1)

    def _place(self, brand: str) -> int:
        if brand not in self.names:
            problem = f"unknown brand {brand!r}"
            raise InputError(Problem(0, 0, "brand", problem, ", ".join(self.names), nearest(brand, self.names)))
        return self.names.index(brand)

    def _facts(self) -> dict[str, str]:
        means = self.brand_sizes.mean(axis=0)
        facts = {"replications": f"{self.replications:,}", "exclusive": "yes" if self.exclusive else "no"}
        return facts | {f"mean size of {name}": f"{mean:,.1f}" for name, mean in zip(self.names, means, strict=True)}

    def __repr__(self) -> str:
        return f"CompetitionResult({', '.join(f'{name}: {fact}' for name, fact in self._facts().items())})"

    def _repr_html_(self) -> str:
        return table_html("competing contagions", self._facts())


def competing_contagions(
    graph: Graph,
    seeds: Mapping[str, Any],
    *,
    probability: Any,
    exclusive: bool = True,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> CompetitionResult:
    """Run two or more brands as independent cascades over one graph.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    seeds : brand -> rows that have it at tick 0. If exclusive, a row of several brands keeps one by a draw.
    probability : float, floats[m], or brand -> float or floats[m]
        Chance that a user of the brand wins a follower.
    exclusive : bool
        Whether the first brand keeps a user; ties within a tick are broken by a draw of their own. Otherwise every
        brand spreads on its own draws.
    replications, threads : int, at least 1
        The result is the same for every number of threads.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    progress : called with (replications done, in all); once for each brand if not exclusive.

    Raises
    ------
    InputError
        On no brands, brands without chances, rows that do not exist, and numbers outside their range.
    """
    at_least_one(replications=replications, threads=threads)
    names = tuple(seeds)
    if not names:
        raise InputError(Problem(0, 0, "seeds", "no brands", "one or more"))
    rows = [seed_rows(seeds[name], graph.n) for name in names]
    brands = np.repeat(np.arange(len(names), dtype=np.int32), [r.size for r in rows])
    table, identity = _table(graph, names, probability), row_keys(keys, graph.n)
    planted = np.concatenate(rows).astype(TARGET)
    results, sizes, frequencies = [], [], []
    for only in (-1,) if exclusive else range(len(names)):
        parameters = CompetingParameters(table, brands, only)
        call = Call(RULES["competing"], [graph], identity, seed, parameters, planted, ENDLESS)
        outcome = call.run(replications, threads, progress, tallies=(len(names), 1), cells=len(names) * graph.n)
        results.append(DiffusionResult(call, outcome.sizes, outcome.frequencies, np.empty(0, np.int64)))
        sizes.append(outcome.tallies[:, :, 0])
        frequencies.append(outcome.frequencies.reshape(len(names), graph.n))
    return CompetitionResult(
        names, exclusive, sum(sizes[1:], sizes[0]), sum(frequencies[1:], frequencies[0]), (*results,)
    )


def _table(graph: Graph, names: tuple[str, ...], probability: Any) -> Array:
    """Chances of every brand, float64[K, m] or float64[K, 1]."""
    given = probability if isinstance(probability, Mapping) else dict.fromkeys(names, probability)
    if set(given) != set(names):
        odd = ", ".join(sorted(set(given) ^ set(names)))
        raise InputError(Problem(0, 0, "probability", f"the brands differ from those of the seeds: {odd}", "the same"))
    columns = [chances(given[name], f"probability of {name}", {graph.n_edges: "an edge"}) for name in names]
    width = max(column.size for column in columns)
    return np.array([np.broadcast_to(column, width) for column in columns])
