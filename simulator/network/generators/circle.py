"""Circles of friends: undirected, clustered, local.

People meet in communities (a family, a class, an office, a village group), most of whose members know each
other: the focus theory of ties (Feld 1981, "The focused organization of social ties", American Journal of
Sociology 86), in the form of a random graph of groups (Newman 2003, "Properties of highly clustered networks",
Physical Review E 68:026121). Communities lie where their members live, and the chance of a tie falls with the
reciprocal of the number of people living in between (Liben-Nowell et al. 2005, "Geographic routing in social
networks", PNAS 102). What a user's communities leave of his degree is filled with acquaintances.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.kernels import decisions
from simulator.kernels import graph as kernels
from simulator.kernels import graph_generators as generators
from simulator.network.csr import CSRGraph, shrunk
from simulator.network.inputs import GraphInputs, prefix
from simulator.parameters import Parameters, parameter
from simulator.types import OFFSET, TARGET, Array


class CircleParameters(Parameters):
    """Shape of the circles of friends."""

    mean_friends: float = parameter(
        100.0,
        doc="Mean number of friends. In a population of fewer than twice as many it is half the population.",
        unit="edges",
        source="mean 128 in 2015 among users of 15 to 29; 2014 about 100",
        tag="D",
        low=1.0,
        high=1000.0,
        symbol="kB",
    )
    clustering: float = parameter(
        0.25,
        doc="Average local clustering aimed at: chance that two friends of a user are friends.",
        unit="-",
        source="assumption within the .1-.6 of published friendship graphs",
        tag="X",
        low=0.05,
        high=0.5,
        symbol="cB",
    )
    max_friends: int = parameter(
        500,
        doc="Most friends a user can have.",
        unit="edges",
        source="assumption: layers of acquaintance, Dunbar 2010",
        tag="X",
        low=1,
        high=5000,
    )
    community_size: int = parameter(
        40,
        doc="Memberships in a community.",
        unit="users",
        source="assumption: size of a school class or an office",
        tag="X",
        low=3,
        high=500,
    )
    community_share: float = parameter(
        0.85,
        doc="Share of friends met in communities; the rest are acquaintances.",
        unit="share",
        source="assumption",
        tag="X",
        low=0.1,
        high=1.0,
    )
    nearest: float = parameter(
        50.0,
        doc="Distance, in people living in between, from which ties thin out with its reciprocal.",
        unit="users",
        source="assumption; the law of distance is that of Liben-Nowell et al. 2005",
        tag="X",
        low=1.0,
        high=10000.0,
    )


class CircleGenerator:
    """Undirected graph with degrees in proportion to sociability."""

    name = "circle"
    parameters = CircleParameters
    needs: tuple[str, ...] = ("sociability",)
    expected: Mapping[str, tuple[float, float]] = {
        "reciprocity": (1.0, 1.0),
        "mean_followers": (60.0, 130.0),
        "clustering": (0.1, 0.4),
        "giant_component_share": (0.99, 1.0),
    }

    def generate(self, view: GraphInputs, parameters: CircleParameters, seed: int) -> CSRGraph:
        """Circles of the users in `view`: row i is user key i, every friendship stands in both rows."""
        n, cap = view.n, min(parameters.max_friends, view.n - 1)
        mean = min(parameters.mean_friends, 0.5 * n, cap)
        weights = view.sociability.astype(np.float64)
        degrees = np.minimum(cap, generators.capped_scale(weights, mean, float(cap)) * weights)
        close = _communities(degrees, parameters, seed)
        wanted = np.empty(n, np.int64)
        generators.round_keyed(prefix(seed, decisions.CIRCLE_ACQUAINTANCE), degrees, wanted)
        missing = np.maximum(wanted - close.follower_counts(), 0)
        graph = close.union(_acquaintances(missing, parameters.nearest, seed))
        return _capped(graph, cap, seed)


GENERATOR = CircleGenerator()


def _memberships(degrees: Array, density: float, parameters: CircleParameters) -> Array:
    """Communities that every user joins, int64[n], where pairs in a community are tied with chance `density`."""
    ties = density * (parameters.community_size - 1)
    return np.maximum(1, np.ceil(parameters.community_share * degrees / ties)).astype(np.int64)


def _density(degrees: Array, parameters: CircleParameters) -> float:
    """Chance of a tie inside a community that gives the clustering asked for.

    Two friends of a user in k communities both come from communities with chance s**2, from the same one with
    chance 1 / k, and are then tied with the chance sought: s**2 * density * mean(1 / k), which rises with density.
    """
    low, high = 0.0, 1.0
    for _ in range(30):
        density = 0.5 * (low + high)
        same = np.cumsum(1.0 / _memberships(degrees, density, parameters))[-1] / degrees.size
        enough = parameters.community_share**2 * density * float(same) >= parameters.clustering
        low, high = (low, density) if enough else (density, high)
    return high


def _communities(degrees: Array, parameters: CircleParameters, seed: int) -> CSRGraph:
    """Ties within communities. A user joins as many as his degree asks for."""
    share, size = parameters.community_share, parameters.community_size
    density = _density(degrees, parameters)
    memberships = _memberships(degrees, density, parameters)
    weight = share * degrees / (memberships * density * (size - 1))
    slots = _places(memberships, parameters.nearest, prefix(seed, decisions.CIRCLE_PLACE))
    weight /= np.sqrt(np.cumsum(weight * memberships)[-1] / memberships.sum())
    key, bits = prefix(seed, decisions.CIRCLE_EDGE), _bits(degrees.size)
    offsets, out = np.empty(degrees.size + 1, OFFSET), np.empty(0, TARGET)
    generators.join_communities(key, slots, bits, size, weight, density, offsets, out)
    out = np.empty(int(offsets[-1]), TARGET)
    if out.size:
        generators.join_communities(key, slots, bits, size, weight, density, offsets, out)
    return _symmetric(offsets, out)


def _acquaintances(missing: Array, nearest: float, seed: int) -> CSRGraph:
    """Ties between users who live near one another, `missing` of them for each."""
    slots = _places(missing, nearest, prefix(seed, decisions.CIRCLE_ACQUAINTANCE))
    offsets, out, bits = np.empty(missing.size + 1, OFFSET), np.empty(0, TARGET), _bits(missing.size)
    generators.join_neighbours(slots, bits, offsets, out)
    out = np.empty(int(offsets[-1]), TARGET)
    if out.size:
        generators.join_neighbours(slots, bits, offsets, out)
    return _symmetric(offsets, out)


def _bits(n: int) -> int:
    """Bits that hold a user key."""
    return max(1, (n - 1).bit_length())


def _places(numbers: Array, nearest: float, key: np.uint64) -> Array:
    slots = np.empty(int(numbers.sum()), np.uint64)
    generators.scatter(key, numbers, nearest, _bits(numbers.size), slots)
    slots.sort()
    return slots


def _symmetric(offsets: Array, out: Array) -> CSRGraph:
    """A graph of symmetric, unsorted rows; a tie made twice stands once."""
    n, none = offsets.size - 1, np.empty(0, np.float32)
    rows, targets = np.empty_like(offsets), np.empty_like(out)
    kernels.transpose(offsets, out, none, rows, targets, none)
    m = int(kernels.merge_equal(rows, targets, none, kernels.KEEP_FIRST))
    return CSRGraph(n, rows, shrunk(targets, m))


def _capped(graph: CSRGraph, cap: int, seed: int) -> CSRGraph:
    """The graph without the friends that a user has beyond `cap`."""
    if int(graph.follower_counts().max()) <= cap:
        return graph
    keep = np.empty(graph.n_edges, np.uint8)
    generators.mark_beyond_cap(prefix(seed, decisions.CIRCLE_EDGE), graph.offsets, graph.targets, cap, keep)
    m = int(generators.drop_unmarked(graph.offsets, graph.targets, keep, True))
    return CSRGraph(graph.n, graph.offsets, shrunk(graph.targets, m))
