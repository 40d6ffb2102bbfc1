"""Follow graphs of an open feed: directed, with hubs, mostly one-sided.

Users choose whom to follow in proportion to a fixed weight (the static form of preferential attachment: Goh, Kahng &
Kim 2001, "Universal behavior of load distribution in scale-free networks", Physical Review Letters 87:278701), some
at home and the rest anywhere, and sometimes the one of two candidates who is nearer in taste. A few of a user's
followees are followers followed back.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from simulator.kernels import decisions
from simulator.kernels import graph as kernels
from simulator.kernels import graph_generators as generators
from simulator.network.csr import CSRGraph, shrunk
from simulator.network.inputs import GraphInputs, prefix
from simulator.network.procedural import largest_hub
from simulator.parameters import Parameters, parameter
from simulator.types import OFFSET, TARGET, Array


class FollowParameters(Parameters):
    """Shape of the follow graph. The exponent of follower counts is that of the users' popularity."""

    mean_followees: float = parameter(
        60.0,
        doc="Mean number of users that a user follows.",
        unit="edges",
        source="Han et al. 2016 (mean 122 on all Weibo), scaled to active users",
        tag="P",
        low=0.5,
        high=1000.0,
        symbol="kC",
    )
    followees_shape: float = parameter(
        1.5,
        doc="Shape of the Gamma distribution of followee numbers; the larger, the more alike users are.",
        unit="-",
        source="assumption",
        tag="X",
        low=0.2,
        high=50.0,
    )
    max_followees: int = parameter(
        2000,
        doc="Most users that a user can follow.",
        unit="edges",
        source="limit of ordinary accounts on the public feeds of the time",
        tag="M-M",
        low=1,
        high=100000,
    )
    largest_share: float = parameter(
        0.1,
        doc="Largest follower count, as a share of all users; at least four times the mean is always allowed.",
        unit="share of users",
        source="assumption: the largest accounts reach about a tenth of active users",
        tag="X",
        low=0.001,
        high=1.0,
    )
    reciprocity: float = parameter(
        0.06,
        doc="Share of edges whose opposite exists, not counting those that chance makes.",
        unit="share",
        source="a quarter of Twitter's .22: Han et al. 2016, Kwak et al. 2010",
        tag="D",
        low=0.0,
        high=0.9,
        symbol="rC",
    )
    homophily: float = parameter(
        0.4,
        doc="Share of followees chosen in the user's own region, the rest being chosen anywhere; equals the regional "
        "assortativity coefficient.",
        unit="share",
        source="sign: Han et al. 2016 (links between provinces); size assumed",
        tag="P",
        low=0.0,
        high=0.95,
    )
    taste_homophily: float = parameter(
        0.5,
        doc="Share of choices where two candidates are looked at and the one nearer in taste is followed.",
        unit="share",
        source="sign: Goel, Munagala, Sharma & Zhang 2015; size assumed",
        tag="X",
        low=0.0,
        high=0.9,
        symbol="hh",
    )


class FollowGenerator:
    """Directed graph with follower counts in proportion to popularity."""

    name = "follow"
    parameters = FollowParameters
    needs: tuple[str, ...] = ("popularity", "taste")
    expected: Mapping[str, tuple[float, float]] = {
        "reciprocity": (0.03, 0.15),
        "mean_followees": (30.0, 122.0),
        "follower_exponent": (1.9, 2.6),
        "largest_follower_share": (0.0, 0.1),
        "giant_component_share": (0.99, 1.0),
    }

    def generate(self, view: GraphInputs, parameters: FollowParameters, seed: int) -> CSRGraph:
        """The follow graph of the users in `view`: row i lists the followers of user key i."""
        n = view.n
        mean = min(parameters.mean_followees, (n - 1) / 2)
        cap = largest_hub(n, mean, parameters.largest_share)
        wanted = np.empty(n, np.int64)
        most = max(1, min(parameters.max_followees, (n - 1) // 2))
        generators.draw_followee_numbers(
            prefix(seed, decisions.FOLLOWEES), mean, parameters.followees_shape, 1, most, wanted
        )
        back = np.empty(n, np.int64)
        # r / 2 of all edges answer another, so that a share r of edges has its opposite
        generators.round_keyed(prefix(seed, decisions.FOLLOW_BACK), 0.5 * parameters.reciprocity * wanted, back)
        graph = _chosen(view, parameters, wanted - back, float(cap), mean, seed)
        return _capped(graph.union(_answered(graph, back, seed)), cap, seed)


GENERATOR = FollowGenerator()


def _chosen(
    view: GraphInputs, parameters: FollowParameters, numbers: Array, cap: float, mean: float, seed: int
) -> CSRGraph:
    """The edges that users choose, as rows of followers."""
    popularity = view.popularity.astype(np.float64)
    weights = np.minimum(cap, generators.capped_scale(popularity, mean, cap) * popularity)
    starts = view.starts
    anywhere, at_home = np.empty(view.n, np.uint64), np.empty(view.n, np.uint64)
    generators.build_alias(weights, 0, view.n, anywhere)
    for start, stop in pairwise(starts):
        generators.build_alias(weights, int(start), int(stop), at_home)
    followee_offsets, followees = np.empty(view.n + 1, OFFSET), np.empty(int(numbers.sum()), TARGET)
    generators.choose_followees(
        prefix(seed, decisions.FOLLOW_EDGE),
        numbers,
        anywhere,
        at_home,
        starts,
        parameters.homophily,
        np.require(view.taste, np.float32, ["C", "W"]),
        parameters.taste_homophily,
        followee_offsets,
        followees,
    )
    none = np.empty(0, np.float32)
    offsets, followers = np.empty(view.n + 1, OFFSET), np.empty(int(followee_offsets[-1]), TARGET)
    kernels.transpose(followee_offsets, followees, none, offsets, followers, none)
    return CSRGraph(view.n, offsets, followers)


def _answered(graph: CSRGraph, numbers: Array, seed: int) -> CSRGraph:
    """The edges by which users follow their followers back."""
    rows, followers = np.empty(int(numbers.sum()), TARGET), np.empty(int(numbers.sum()), TARGET)
    key = prefix(seed, decisions.FOLLOW_BACK)
    m = int(generators.follow_back(key, graph.offsets, graph.targets, numbers, rows, followers))
    none = np.empty(0, np.float32)
    offsets, targets = np.empty(graph.n + 1, OFFSET), np.empty(m, TARGET)
    kernels.bucket_edges(rows[:m], followers[:m], none, True, offsets, targets, none)
    return CSRGraph(graph.n, offsets, targets)


def _capped(graph: CSRGraph, cap: int, seed: int) -> CSRGraph:
    """The graph without the followers that a user has beyond `cap`."""
    if int(graph.follower_counts().max()) <= cap:
        return graph
    keep = np.empty(graph.n_edges, np.uint8)
    generators.mark_beyond_cap(prefix(seed, decisions.FOLLOW_EDGE), graph.offsets, graph.targets, cap, keep)
    m = int(generators.drop_unmarked(graph.offsets, graph.targets, keep, False))
    return CSRGraph(graph.n, graph.offsets, shrunk(graph.targets, m))
