import networkx
import numpy as np
import pytest
from scipy import special, stats

from simulator.errors import InputError
from simulator.kernels.graph_statistics import discrete_exponent, hurwitz_zeta, local_clustering
from simulator.network.csr import CSRGraph
from simulator.network.statistics import (
    average_clustering,
    describe,
    follower_assortativity,
    giant_component_share,
    power_law_tail,
    reciprocity,
    regional_mixing,
)


def random_graph(n, m, seed):
    rng = np.random.default_rng(seed)
    hubs = (n * rng.random(m) ** 2).astype(int)
    return CSRGraph.from_edges(hubs, rng.integers(0, n, m), n)


@pytest.mark.parametrize("seed", range(3))
def test_against_networkx(seed):
    graph = random_graph(80, 600, seed)
    other = graph.to_networkx()
    undirected = other.to_undirected()
    assert reciprocity(graph) == pytest.approx(networkx.overall_reciprocity(other), rel=1e-12)
    assert average_clustering(graph) == pytest.approx(networkx.average_clustering(undirected), rel=1e-12)
    largest = max(len(c) for c in networkx.connected_components(undirected))
    assert giant_component_share(graph) == largest / 80
    assert follower_assortativity(graph.undirected()) == pytest.approx(
        networkx.degree_assortativity_coefficient(undirected), rel=1e-9
    )


def test_sparse_graph_in_many_components():
    graph = random_graph(400, 150, 7)
    components = networkx.connected_components(graph.to_networkx().to_undirected())
    assert giant_component_share(graph) == max(len(c) for c in components) / 400


def test_reciprocity_by_hand():
    graph = CSRGraph.from_edges([0, 1, 1, 2, 2], [1, 0, 2, 0, 2], 3, self_loops="keep")
    assert reciprocity(graph) == 0.5
    assert np.isnan(reciprocity(CSRGraph.from_edges([], [], 3)))
    assert reciprocity(graph.undirected()) == 1.0


def test_follower_assortativity_of_a_directed_graph():
    """Followers of 0, 1, 2, 3: 3, 1, 1, 0. Over the edges 0>1, 0>2, 0>3, 1>2, 2>3, as plain correlation."""
    graph = CSRGraph.from_edges([0, 0, 0, 1, 2], [1, 2, 3, 2, 3], 4)
    expected = np.corrcoef([3, 3, 3, 1, 1], [1, 1, 0, 1, 0])[0, 1]
    assert follower_assortativity(graph) == pytest.approx(expected, rel=1e-12)
    assert np.isnan(follower_assortativity(CSRGraph.from_edges([0, 1], [1, 0], 2)))


def test_sampled_clustering_is_unbiased():
    """A hub of 300 neighbours measured on 20,000 pairs: 5 standard errors, false alarm below 1e-6."""
    graph = random_graph(300, 4000, 3).union(CSRGraph.from_edges(np.zeros(299, int), np.arange(1, 300), 300))
    ties = graph.undirected()
    exact, sampled = np.empty(1), np.empty(1)
    hub = np.array([0])
    local_clustering(ties.offsets, ties.targets, hub, np.uint64(5), 1000, 1, exact)
    local_clustering(ties.offsets, ties.targets, hub, np.uint64(5), 10, 20_000, sampled)
    assert abs(sampled[0] - exact[0]) < 5 * (exact[0] * (1 - exact[0]) / 20_000) ** 0.5
    assert sampled[0] != exact[0]


def test_clustering_of_a_sample_of_users():
    """Beyond 5,000 users a keyed sample: every user of disjoint triangles has clustering 1, of stars 0."""
    corner = np.arange(21_000) // 3 * 3
    triangles = CSRGraph.from_edges(
        np.concatenate((corner, corner + 1)), np.concatenate((corner + 1, corner + 2)), 21_000
    )
    ring = triangles.union(CSRGraph.from_edges(corner, corner + 2, 21_000))
    assert average_clustering(ring) == 1.0
    assert average_clustering(triangles) == 0.0
    assert average_clustering(ring, seed=1) == average_clustering(ring, seed=2)


@pytest.mark.parametrize("s", [1.001, 1.5, 2.2, 4.0, 7.9])
@pytest.mark.parametrize("a", [1.0, 2.0, 37.0, 1e5])
def test_hurwitz_zeta(s, a):
    assert hurwitz_zeta(s, a) == pytest.approx(special.zeta(s, a), rel=1e-12)


@pytest.mark.parametrize("exponent", [1.8, 2.2, 3.0])
def test_exponent_of_a_known_law(exponent):
    """50,000 draws of a zeta law: 5 standard errors, false alarm below 1e-6; .006 at exponent 2.2."""
    draws = stats.zipf(exponent).rvs(50_000, random_state=1)
    fit = power_law_tail(draws, x_min=1)
    assert fit.x_min == 1
    assert abs(fit.exponent - exponent) < 5 * (exponent - 1) / 50_000**0.5
    assert fit.distance < 0.01


def test_the_tail_is_found_below_which_there_is_another_law():
    """Uniform counts up to 19 below a tail of 10,000 draws from 20: the beginning is found within a few values."""
    rng = np.random.default_rng(2)
    uniforms = rng.random(10_000)
    values = np.arange(20, 2_000_000)
    tail = values[np.searchsorted(np.cumsum(values**-2.5) / (values**-2.5).sum(), uniforms)]
    fit = power_law_tail(np.concatenate((rng.integers(1, 20, 30_000), tail)))
    assert 18 <= fit.x_min <= 30
    assert abs(fit.exponent - 2.5) < 5 * fit.standard_error


def test_likelihood_has_its_maximum_there():
    mean_log = 1.3
    best = discrete_exponent(mean_log, 2.0)

    def cost(s):
        return np.log(special.zeta(s, 2.0)) + s * mean_log

    assert cost(best) <= min(cost(best - 1e-3), cost(best + 1e-3))


@pytest.mark.parametrize("counts", [[], [0, 0], [3] * 100, [1, 2, 3]])
def test_no_tail_to_fit(counts):
    with pytest.raises(InputError, match="needs at least 50"):
        power_law_tail(counts)


def test_regional_mixing_by_hand():
    region = np.array([0, 0, 1, 1], np.uint8)
    mixing = regional_mixing(CSRGraph.from_edges([0, 1, 2, 3], [1, 0, 3, 0], 4), region)
    assert mixing.within == 0.75
    assert mixing.expected == 0.5 * 0.75 + 0.5 * 0.25
    assert mixing.over_expected == 1.5
    assert mixing.assortativity == 0.5
    apart = regional_mixing(CSRGraph.from_edges([0, 1, 2, 3], [1, 0, 3, 2], 4), region)
    assert apart.assortativity == 1.0
    with pytest.raises(InputError, match="region has shape"):
        regional_mixing(CSRGraph.from_edges([], [], 4), region[:3])


def test_description():
    graph = random_graph(200, 3000, 5)
    found = describe(graph, np.arange(200) // 100)
    assert found["users"] == 200
    assert found["mean_followers"] == found["mean_followees"] == graph.n_edges / 200
    assert found["largest_follower_share"] == graph.follower_counts().max() / 200
    assert {"follower_exponent", "reciprocity", "clustering", "regional_assortativity"} <= set(found)
    empty = describe(CSRGraph.from_edges([], [], 0))
    assert empty["edges"] == 0
    assert np.isnan(empty["follower_exponent"])
