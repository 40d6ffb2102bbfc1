"""Opinion rules on a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one, chances, row_keys
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.diffusion import bounded_confidence as bounded
from simulator.kernels.diffusion import friedkin_johnsen as averaging
from simulator.kernels.graph import transpose
from simulator.kernels.rng import absorb, stream
from simulator.notebook import table_html
from simulator.types import OFFSET, TARGET, Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class OpinionResult:
    """Where opinions went.

    Attributes
    ----------
    rule : str
    initial, opinions : float64[n], before the first and after the last tick.
    ticks : int
        Ticks that passed.
    last_change : float
        Largest change of an opinion in the last tick.
    settled : bool
        Whether that is at most the tolerance asked for.
    """

    rule: str
    initial: Array
    opinions: Array
    ticks: int
    last_change: float
    settled: bool

    def to_pandas(self) -> pandas.DataFrame:
        """One row a user: user, initial, opinion."""
        import pandas

        users = np.arange(self.opinions.size)
        return pandas.DataFrame({"user": users, "initial": self.initial, "opinion": self.opinions})

    def _facts(self) -> dict[str, str]:
        facts = {"users": f"{self.opinions.size:,}", "ticks": f"{self.ticks:,}"}
        facts |= {"settled": "yes" if self.settled else "no", "mean": f"{self.opinions.mean():.4f}"}
        return facts | {"lowest": f"{self.opinions.min():.4f}", "highest": f"{self.opinions.max():.4f}"}

    def __repr__(self) -> str:
        return f"OpinionResult({self.rule}, {', '.join(f'{name}={fact}' for name, fact in self._facts().items())})"

    def _repr_html_(self) -> str:
        return table_html(self.rule.replace("_", " "), self._facts())


def degroot(
    graph: Graph, opinions: Any, *, weights: Any = None, ticks: int = 1000, tolerance: float = 1e-9
) -> OpinionResult:
    """DeGroot 1974: everybody takes the mean opinion of the followees. Arguments as in `friedkin_johnsen`."""
    return _average("degroot", graph, opinions, 1.0, weights, ticks, tolerance)


def friedkin_johnsen(
    graph: Graph,
    opinions: Any,
    *,
    openness: Any = 0.6,
    weights: Any = None,
    ticks: int = 1000,
    tolerance: float = 1e-9,
) -> OpinionResult:
    """Friedkin & Johnsen 1990: the mean opinion of the followees, mixed with one's first opinion.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    opinions : floats[n], at the start.
    openness : float or floats[n], 0 to 1
        Weight of the followees against the own first opinion.
    weights : floats[m], 0 to 1, in the order of ``graph.targets``, optional
        Weight of an edge for the follower; need not sum to 1. By default all followees count alike.
    ticks : int, at least 1
        Ticks at most; the run ends earlier when opinions have settled.
    tolerance : float, at least 0
        Opinions have settled when none changed by more in a tick.

    Raises
    ------
    InputError
        On numbers outside their range and columns of a wrong length.
    """
    return _average("friedkin_johnsen", graph, opinions, openness, weights, ticks, tolerance)


def hegselmann_krause(
    graph: Graph, opinions: Any, *, confidence: float = 0.3, ticks: int = 1000, tolerance: float = 1e-9
) -> OpinionResult:
    """Hegselmann & Krause 2002: the mean of oneself and the followees at most `confidence` away.

    Other arguments as in `friedkin_johnsen`.
    """
    offsets, followees, _ = _followees(graph, None)
    eps = _confidence(confidence)

    def step(now: int, opinion: Array, out: Array) -> float:
        return float(bounded.hegselmann_krause(offsets, followees, eps, opinion, out))

    return _settle("hegselmann_krause", step, graph, opinions, ticks, tolerance)


def deffuant(
    graph: Graph,
    opinions: Any,
    *,
    confidence: float = 0.3,
    convergence: float = 0.3,
    seed: int = 0,
    keys: Any = None,
    ticks: int = 1000,
    tolerance: float = 1e-9,
) -> OpinionResult:
    """Deffuant et al. 2000: in a tick everybody meets one followee, and both move if at most `confidence` apart.

    Parameters
    ----------
    graph, opinions, ticks : as in `friedkin_johnsen`.
    confidence : float, at least 0
    convergence : float, 0 to .5
        Share of the gap by which each of the two moves.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    tolerance : float, at least 0
        The run ends when no user and followee who would listen to each other are further apart; `last_change` is
        their largest distance.
    """
    offsets, followees, _ = _followees(graph, None)
    eps, identity = _confidence(confidence), row_keys(keys, graph.n)
    share = float(chances(convergence, "convergence", {}, high=0.5)[0])
    prefix, hashes = stream(seed, decisions.DEFFUANT), np.empty(graph.n, np.uint64)

    def step(now: int, opinion: Array, out: Array) -> float:
        luck = np.uint64(absorb(prefix, now))
        bounded.meeting_order(identity, luck, hashes)
        order = np.argsort(hashes)
        out[:] = opinion
        bounded.deffuant(offsets, followees, identity, luck, order, eps, share, out)
        return float(bounded.widest_open(offsets, followees, eps, out))

    return _settle("deffuant", step, graph, opinions, ticks, tolerance)


def _average(
    name: str, graph: Graph, opinions: Any, openness: Any, weights: Any, ticks: int, tolerance: float
) -> OpinionResult:
    a = chances(openness, "openness", {graph.n: "a row"})
    offsets, followees, columns = _followees(graph, weights)
    initial = _opinions(opinions, graph.n)

    def step(now: int, opinion: Array, out: Array) -> float:
        return float(averaging.step(offsets, followees, columns, a, initial, opinion, out))

    return _settle(name, step, graph, opinions, ticks, tolerance)


def _settle(
    name: str, step: Callable[[int, Array, Array], float], graph: Graph, opinions: Any, ticks: int, tolerance: float
) -> OpinionResult:
    """Run ticks until opinions have settled."""
    at_least_one(ticks=ticks)
    limit = float(chances(tolerance, "tolerance", {}, high=float("inf"))[0])
    initial = _opinions(opinions, graph.n)
    opinion, out = initial.copy(), np.empty(graph.n)
    now, change = 0, float("inf")
    while now < ticks and change > limit:
        now += 1
        change = step(now, opinion, out)
        opinion, out = out, opinion
    return OpinionResult(name, initial, opinion, now, change, change <= limit)


def _followees(graph: Graph, weights: Any) -> tuple[Array, Array, Array]:
    """Whom every row follows, and with what weight: float64[m] or float64[1]."""
    given = np.ones(1) if weights is None else chances(weights, "weights", {graph.n_edges: "an edge"})
    offsets, followees = np.empty(graph.n + 1, OFFSET), np.empty(graph.n_edges, TARGET)
    if given.size == 1:
        none = np.empty(0, np.float32)
        transpose(graph.offsets, graph.targets, none, offsets, followees, none.copy())
        return offsets, followees, given
    by_follower = np.argsort(graph.targets, kind="stable")
    offsets[0] = 0
    np.cumsum(np.bincount(graph.targets, minlength=graph.n), out=offsets[1:])
    sources = np.repeat(np.arange(graph.n, dtype=TARGET), np.diff(graph.offsets))
    return offsets, sources[by_follower], given[by_follower]


def _opinions(opinions: Any, n: int) -> Array:
    column = np.asarray(opinions)
    if column.shape != (n,) or column.dtype.kind not in "fiub" or not np.isfinite(column).all():
        raise InputError(Problem(0, 0, "opinions", f"{column.dtype}{list(column.shape)}", f"{n} finite numbers"))
    return np.array(column, np.float64)


def _confidence(confidence: float) -> float:
    return float(chances(confidence, "confidence", {}, high=float("inf"))[0])
