"""The loop that threshold rules share, where blocks fill, needs are settled in a sweep, and doses are looked at again.

Against the twins, which know no blocks, no sweep, and evaluate every exposure from the start.
"""

from fractions import Fraction

import numpy as np
import pytest

from simulator.diffusion import complex_contagion, dose_response, linear_threshold
from simulator.kernels.diffusion.exposure import BLOCK, SWEPT
from tests.naive import complex_contagion as naive_complex
from tests.naive import dose_response as naive_dose
from tests.naive import linear_threshold as naive_linear
from tests.support.cascades import agree, edge_place, edges, followers_of, random_graph

GRAPH = random_graph(300, 12_000, 1)
SEEDS = list(range(40))
NAMES = dict(enumerate(range(300)))
FOLLOWERS = followers_of(GRAPH)
FOLLOWEES = GRAPH.followee_counts()


def test_the_graph_is_large_enough():
    """The first tick fills a block; more rows than one in 32 are exposed by it."""
    assert GRAPH.follower_counts()[SEEDS].sum() > BLOCK
    result = linear_threshold(GRAPH, SEEDS)
    assert result.call.replay(0).cursor[SWEPT] == 1


def test_linear_threshold():
    agree(
        linear_threshold(GRAPH, SEEDS, replications=3, seed=2),
        lambda r: naive_linear.linear_threshold(
            FOLLOWERS, NAMES, SEEDS, lambda v, w: Fraction(1, int(FOLLOWEES[w])), 2, r
        ),
    )


def test_weights_some_of_them_0():
    rng = np.random.default_rng(3)
    weights = rng.random(GRAPH.n_edges) * (rng.random(GRAPH.n_edges) < 0.7) / FOLLOWEES[GRAPH.targets]
    result = linear_threshold(GRAPH, SEEDS, weights=weights, replications=2, seed=4)
    assert result.call.replay(0).cursor[SWEPT] == 1

    def twin(replication):
        def weight(v, w):
            return Fraction(weights[edge_place(GRAPH, v, w)])

        return naive_linear.linear_threshold(FOLLOWERS, NAMES, SEEDS, weight, 4, replication)

    assert result.final_sizes.min() > 40
    agree(result, twin)


def test_one_edge_with_a_weight():
    """A single weight belongs to its edge and is not taken for one that all edges share."""
    pair = edges(2, (0, 1))
    assert linear_threshold(pair, 0, weights=[0.4], thresholds=0.4).final_sizes.tolist() == [2]
    assert linear_threshold(pair, 0, weights=[0.4], thresholds=0.5).final_sizes.tolist() == [1]


@pytest.mark.parametrize("adopters", [3, 7, 10**12])
def test_given_numbers(adopters):
    agree(
        complex_contagion(GRAPH, SEEDS, adopters=adopters),
        lambda r: naive_complex.with_thresholds(FOLLOWERS, NAMES, SEEDS, lambda w: adopters, 0, r),
    )


def test_many_exposures_of_small_chance():
    """Rows of 40 followees adopt after 1 to 40 exposures: looked at again after 8, 16 and 32 of them."""
    agree(
        dose_response(GRAPH, SEEDS, probability=0.02, doses=[1.0, 0.5, 1.5], replications=4, seed=5),
        lambda r: naive_dose.dose_response(
            FOLLOWERS, NAMES, SEEDS, lambda w, m: 0.02 * (1.0, 0.5, 1.5)[min(m, 3) - 1], 5, r
        ),
    )
    result = dose_response(GRAPH, SEEDS, probability=0.3, fractional=True, replications=4, seed=6)
    assert result.call.replay(0).looked.max() > 16
    agree(
        result,
        lambda r: naive_dose.dose_response(FOLLOWERS, NAMES, SEEDS, lambda w, m: 0.3 * (m / FOLLOWEES[w]), 6, r),
    )


def test_nobody_follows_where_chances_are_0():
    assert dose_response(GRAPH, SEEDS, probability=0.0).final_sizes.tolist() == [40]
    assert complex_contagion(GRAPH, SEEDS, hazard=0.0).final_sizes.tolist() == [40]
