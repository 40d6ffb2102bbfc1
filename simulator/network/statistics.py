"""Statistics of graphs, named by followers and followees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.errors import InputError
from simulator.kernels import decisions
from simulator.kernels import graph_statistics as kernels
from simulator.network.csr import CSRGraph
from simulator.network.inputs import prefix
from simulator.types import Array

EXACT_DEGREE = 2000
"""Neighbours beyond which the clustering of a user is measured on sampled pairs."""

SAMPLED_PAIRS = 2000
EXACT_USERS = 5000
MOST_CANDIDATES = 150


class PowerLawFit(NamedTuple):
    """A power-law tail fitted to counts."""

    exponent: float
    """Exponent of the density."""
    standard_error: float
    x_min: int
    """Where the tail begins."""
    n_tail: int
    """Observations in the tail."""
    distance: float
    """Kolmogorov-Smirnov distance between tail and fit."""


def reciprocity(graph: CSRGraph) -> float:
    """Share of edges whose opposite exists; loops are left out; nan without edges."""
    sources = np.repeat(np.arange(graph.n, dtype=np.int32), graph.follower_counts())
    edges = graph.n_edges - int(np.count_nonzero(sources == graph.targets))
    return float(kernels.count_reciprocal(graph.offsets, graph.targets) / edges) if edges else float("nan")


def power_law_tail(counts: Array, *, smallest_tail: int = 50, x_min: int | None = None) -> PowerLawFit:
    """Maximum-likelihood exponent of a discrete power-law tail, its beginning chosen by least KS distance.

    Source: Clauset, Shalizi & Newman 2009, "Power-law distributions in empirical data", SIAM Review 51,
    equations 3.5 (likelihood with the Hurwitz zeta function), 3.6 and 3.9 (distance).

    Parameters
    ----------
    counts : non-negative integers; zeros are left out.
    smallest_tail : fewest observations that a tail may have.
    x_min : where the tail begins, if it is given rather than chosen. At most 150 beginnings are tried, evenly
        spread over the ranks of the distinct values.

    Raises
    ------
    InputError
        If fewer than `smallest_tail` observations, or fewer than two distinct ones, are left.
    """
    observed = np.asarray(counts)
    values, multiplicity = np.unique(observed[observed > 0], return_counts=True)
    in_tail = np.cumsum(multiplicity[::-1])[::-1]
    possible = np.flatnonzero((in_tail >= smallest_tail) & (np.arange(values.size) < values.size - 1))
    if x_min is not None:
        possible = possible[values[possible] >= x_min][:1]
    if possible.size == 0:
        raise InputError(f"a power-law tail needs at least {smallest_tail} positive, not all equal, observations")
    spread = np.unique(np.linspace(0, possible.size - 1, min(MOST_CANDIDATES, possible.size)).round().astype(np.int64))
    candidates = possible[spread].astype(np.int64)
    exponents, distances = np.empty(candidates.size), np.empty(candidates.size)
    kernels.fit_tails(values.astype(np.float64), multiplicity.astype(np.int64), candidates, exponents, distances)
    best = int(np.argmin(distances))
    n_tail = int(in_tail[candidates[best]])
    exponent = float(exponents[best])
    return PowerLawFit(
        exponent, (exponent - 1.0) / n_tail**0.5, int(values[candidates[best]]), n_tail, float(distances[best])
    )


def follower_exponent(graph: CSRGraph) -> PowerLawFit:
    """Tail exponent of the follower counts."""
    return power_law_tail(graph.follower_counts())


def average_clustering(graph: CSRGraph, *, sample: int | None = 4000, seed: int = 0) -> float:
    """Mean local clustering coefficient (Watts & Strogatz 1998), directions ignored.

    Every user counts, those with fewer than two neighbours as 0; nan without users. In a graph of more than 5,000
    users it is the mean over `sample` users drawn by key, unless `sample` is None; of users with more than 2,000
    neighbours, pairs of these are drawn.
    """
    plain = CSRGraph(graph.n, graph.offsets, graph.targets)
    ties = _without_loops(plain).undirected()
    key = prefix(seed, decisions.GRAPH_SAMPLE)
    users = np.arange(graph.n)
    if sample is not None and graph.n > max(EXACT_USERS, sample):
        users = np.sort(np.random.Generator(np.random.PCG64(int(key))).choice(graph.n, sample, replace=False))
    found = np.empty(users.size)
    kernels.local_clustering(ties.offsets, ties.targets, users, key, EXACT_DEGREE, SAMPLED_PAIRS, found)
    return float(found.mean()) if found.size else float("nan")


def follower_assortativity(graph: CSRGraph) -> float:
    """Correlation, over edges, of the follower counts at both ends (Newman 2003); nan where it is undefined.

    On an undirected graph this is degree assortativity.
    """
    counts = graph.follower_counts()
    m = graph.n_edges
    sx, sy, sxx, syy, sxy = kernels.edge_moments(graph.offsets, graph.targets, counts, counts)
    variance = (m * sxx - sx * sx) * (m * syy - sy * sy)
    return float((m * sxy - sx * sy) / variance**0.5) if variance > 0 else float("nan")


class RegionalMixing(NamedTuple):
    """How edges stay within regions."""

    within: float
    """Share of edges whose ends are in one region."""
    expected: float
    """That share if ends were joined at random, every region keeping its edges."""
    over_expected: float
    """within / expected."""
    assortativity: float
    """(within - expected) / (1 - expected), Newman 2003: 0 at random, 1 if no edge leaves a region."""


def regional_mixing(graph: CSRGraph, region: Array) -> RegionalMixing:
    """Share of edges within regions against chance; `region` is uint8[n]."""
    codes = np.asarray(region)
    if codes.shape != (graph.n,):
        raise InputError(f"region has shape {list(codes.shape)}; allowed: [{graph.n}]")
    mixing = np.empty((256, 256), np.int64)
    kernels.region_mixing(graph.offsets, graph.targets, np.require(codes, np.uint8, ["C", "W"]), mixing)
    share = mixing / max(1, graph.n_edges)
    within, expected = float(np.trace(share)), float(share.sum(0) @ share.sum(1))
    nan = float("nan")
    return RegionalMixing(
        within,
        expected,
        within / expected if expected else nan,
        (within - expected) / (1.0 - expected) if expected < 1.0 else nan,
    )


def giant_component_share(graph: CSRGraph) -> float:
    """Share of users in the largest component, directions ignored; nan for an empty graph."""
    return float(kernels.largest_component(graph.offsets, graph.targets) / graph.n) if graph.n else float("nan")


def describe(graph: CSRGraph, region: Array | None = None) -> dict[str, float]:
    """The statistics by which graphs are compared.

    Returns
    -------
    dict
        users, edges, mean_followers, mean_followees, largest_follower_share (of users), follower_exponent (nan
        where no tail can be fitted), reciprocity, clustering, follower_assortativity, giant_component_share; with
        `region` also regional_share, regional_over_expected and regional_assortativity.
    """
    counts = graph.follower_counts()
    mean = float(counts.mean()) if graph.n else float("nan")
    try:
        exponent = follower_exponent(graph).exponent
    except InputError:
        exponent = float("nan")
    found = {
        "users": float(graph.n),
        "edges": float(graph.n_edges),
        "mean_followers": mean,
        "mean_followees": mean,
        "largest_follower_share": float(counts.max() / graph.n) if graph.n else float("nan"),
        "follower_exponent": exponent,
        "reciprocity": reciprocity(graph),
        "clustering": average_clustering(graph),
        "follower_assortativity": follower_assortativity(graph),
        "giant_component_share": giant_component_share(graph),
    }
    if region is not None:
        mixing = regional_mixing(graph, region)
        found["regional_share"] = mixing.within
        found["regional_over_expected"] = mixing.over_expected
        found["regional_assortativity"] = mixing.assortativity
    return found


def _without_loops(graph: CSRGraph) -> CSRGraph:
    sources = np.repeat(np.arange(graph.n, dtype=np.int32), graph.follower_counts())
    if not (sources == graph.targets).any():
        return graph
    return CSRGraph.from_edges(sources, graph.targets, graph.n)
