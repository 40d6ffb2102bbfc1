"""Generated graphs against their declared statistics and pattern 24.

The statistics of graphs of 20,000 users scatter little from seed to seed (mean degree by less than .5, clustering and
reciprocity by less than .005, the exponent by .03), and every band is many times wider than that: a false alarm is
rarer than 1e-6, and what is caught is an error of the size of a band.
"""

import numpy as np
import pytest

from simulator.network.csr import CSRGraph
from simulator.network.generators import GENERATORS
from simulator.network.statistics import describe, regional_mixing
from tests.unit.network.views import make_view

SEEDS = (1, 2, 3)


def generate(name, n=20_000, seed=1, view=None, **parameters):
    generator = GENERATORS[name]
    graph = generator.generate(view or make_view(n, seed), generator.parameters(**parameters), seed)
    return graph if isinstance(graph, CSRGraph) else graph.materialise()


def regions(view):
    """The region of every user."""
    return np.repeat(np.arange(view.starts.size - 1), np.diff(view.starts))


@pytest.fixture(scope="module")
def described():
    return {
        (name, seed): describe(generate(name, seed=seed), regions(make_view(20_000, seed)))
        for name in GENERATORS
        for seed in SEEDS
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", list(GENERATORS))
def test_declared_statistics(described, name, seed):
    for statistic, (low, high) in GENERATORS[name].expected.items():
        assert low <= described[name, seed][statistic] <= high, statistic


@pytest.mark.parametrize("seed", SEEDS)
def test_pattern_24(described, seed):
    circle, feed = described["circle", seed], described["follow", seed]
    assert 0.03 <= feed["reciprocity"] <= 0.15
    assert 30 <= feed["mean_followees"] <= 122
    assert 1.9 <= feed["follower_exponent"] <= 2.6
    assert circle["reciprocity"] == 1.0
    assert 60 <= circle["mean_followers"] <= 130
    assert circle["clustering"] / feed["clustering"] > 2


@pytest.mark.parametrize("name", list(GENERATORS))
def test_a_seed_repeats_and_another_differs(name):
    view = make_view(2000, 5)
    hashes = [generate(name, view=view, seed=seed).content_hash() for seed in (1, 1, 2)]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("name", list(GENERATORS))
@pytest.mark.parametrize("n", [2, 3, 10, 11, 50, 200, 1000])
def test_small_populations(name, n):
    for seed in SEEDS:
        graph = generate(name, n, seed)
        assert graph.n == n
        for row in range(n):
            followers = graph.followers(row)
            assert (np.diff(followers) > 0).all()
            assert row not in followers


@pytest.mark.parametrize("name", ["follow", "procedural"])
@pytest.mark.parametrize("homophily", [0.0, 0.4, 0.8])
def test_homophily_is_the_assortativity_of_regions(name, homophily):
    """Over 600,000 edges the standard error is below .001. Hubs too large for their home take a few hundredths."""
    graph = generate(name, homophily=homophily, **({"taste_homophily": 0.0} if name == "follow" else {}))
    found = regional_mixing(graph, regions(make_view(20_000, 1))).assortativity
    assert found == pytest.approx(homophily, abs=0.04)


def test_followers_are_in_proportion_to_popularity():
    """Below the cap, mean follower counts of tenths of users against their mean popularity: proportional within 5 %."""
    view = make_view(20_000, 1)
    counts = generate("follow", view=view).follower_counts()
    order = np.argsort(view.popularity)[: int(0.98 * 20_000)]
    tenths = np.array_split(order, 10)
    ratio = np.array([counts[t].mean() / view.popularity[t].mean() for t in tenths])
    # follow-backs give everyone about two followers more, which the least popular notice
    assert ratio.max() / ratio.min() < 1.25
    assert (np.diff([counts[t].mean() for t in tenths]) > 0).all()


def test_no_hub_beyond_the_largest_share():
    for share in (0.01, 0.1):
        counts = generate("follow", largest_share=share).follower_counts()
        assert counts.max() <= max(share * 20_000, 240)


def test_followee_numbers_vary_as_declared():
    """Gamma of shape 1.5 has a coefficient of variation of .816; its standard error over 20,000 users is .006."""
    counts = generate("follow").followee_counts()
    assert counts.std() / counts.mean() == pytest.approx(1.5**-0.5, abs=0.03)
    narrow = generate("follow", followees_shape=50.0).followee_counts()
    assert narrow.std() / narrow.mean() < 0.25


def test_followees_are_nearer_in_taste():
    view = make_view(20_000, 1)

    def distance(taste_homophily):
        graph = generate("follow", view=view, taste_homophily=taste_homophily)
        sources = np.repeat(np.arange(graph.n), graph.follower_counts())
        return np.abs(view.taste[sources] - view.taste[graph.targets]).mean()

    # two strangers differ by 2 / sqrt(pi) = 1.128 on average; hubs have tastes of their own, so within a tenth
    assert distance(0.0) == pytest.approx(1.128, abs=0.1)
    assert distance(0.9) < 0.85 * distance(0.0)


@pytest.mark.parametrize(("reciprocity", "low", "high"), [(0.0, 0.0, 0.02), (0.06, 0.05, 0.08), (0.3, 0.27, 0.33)])
def test_reciprocity_follows_its_parameter(reciprocity, low, high):
    graph = generate("follow", reciprocity=reciprocity)
    assert low <= describe(graph)["reciprocity"] <= high


def test_friends_are_in_proportion_to_sociability():
    view = make_view(20_000, 1)
    graph = generate("circle", view=view)
    counts = graph.follower_counts()
    order = np.argsort(view.sociability)[: int(0.97 * 20_000)]
    ratio = np.array([counts[t].mean() / view.sociability[t].mean() for t in np.array_split(order, 10)])
    assert ratio.max() / ratio.min() < 1.1
    logs = np.log(np.maximum(counts, 1))
    assert logs.std() == pytest.approx(0.7, abs=0.05)
    assert counts.max() <= 500


@pytest.mark.parametrize(
    "parameters", [{"max_friends": 120}, {"mean_friends": 60.0}, {"mean_friends": 130.0}, {"clustering": 0.1},
                   {"clustering": 0.4}, {"community_size": 15}, {"community_share": 0.3}]
)  # fmt: skip
def test_circles_of_other_shapes(parameters):
    graph = generate("circle", **parameters)
    wanted = parameters.get("mean_friends", 100.0)
    # acquaintances who meet twice are tied once, which costs up to 4 % of the friends
    assert 0.95 * wanted < graph.follower_counts().mean() < 1.01 * wanted
    assert graph.follower_counts().max() <= parameters.get("max_friends", 500)
    assert describe(graph)["reciprocity"] == 1.0


def test_clustering_follows_its_parameter():
    found = [describe(generate("circle", clustering=c))["clustering"] for c in (0.1, 0.2, 0.3, 0.4)]
    assert (np.diff(found) > 0.03).all()
    assert found[0] == pytest.approx(0.1, abs=0.02)


def test_friends_live_near():
    """Friendship falls with the reciprocal of distance: as many friends 100 to 700 users away as 700 to 4,900.

    Half a million ties of 10,000 users are counted; the ratio scatters by less than .02 from seed to seed, and a law
    that falls with the power .8 of distance, or 1.2, gives 1.5 or .7.
    """
    graph = generate("circle")
    sources = np.repeat(np.arange(graph.n), graph.follower_counts())
    inner = (sources > 5000) & (sources < 15_000)
    away = np.abs(sources - graph.targets)[inner]
    near, far = (((away >= lo) & (away < hi)).sum() for lo, hi in ((100, 700), (700, 4900)))
    assert near / far == pytest.approx(1.0, abs=0.2)


def test_circles_cannot_be_made_by_a_graph_without_communities():
    """Negative control: the same degrees joined at random fail the declared clustering."""
    degrees = generate("circle").follower_counts()
    stubs = np.random.default_rng(1).permutation(np.repeat(np.arange(20_000), degrees))
    pairs = stubs[: stubs.size // 2 * 2].reshape(-1, 2)
    random = CSRGraph.from_edges(pairs[:, 0], pairs[:, 1], 20_000).undirected()
    low, _ = GENERATORS["circle"].expected["clustering"]
    assert describe(random)["clustering"] < low
