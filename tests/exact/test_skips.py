"""Cascades by skips against closed forms and against the keyed kernel. Seeds are pinned."""

import numpy as np
import pytest
from scipy import stats

from simulator.diffusion import independent_cascade
from simulator.errors import InputError
from simulator.kernels.diffusion import independent_cascade_skips as skips
from simulator.kernels.rng import absorb, stream
from simulator.network.csr import CSRGraph

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def star(leaves):
    return CSRGraph.from_edges(np.zeros(leaves, np.int64), np.arange(1, leaves + 1), leaves + 1)


def random_graph(n, mean, seed):
    rng = np.random.default_rng(seed)
    m = rng.poisson(n * mean)
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n)


def by_skips(graph, seeds, **arguments):
    return independent_cascade(graph, seeds, draws="skips", **arguments)


def plain_distance(draw, p):
    """The definition: the largest k up to K with U < S(k)."""
    law = skips.skip_law(p)
    return sum(int(draw) < int(level) for level in law.survival[1:])


@pytest.mark.parametrize("p", [1e-7, 1e-3, 0.05, 0.3, 0.5, 0.999, 1.0])
def test_the_guide_gives_the_defined_distance(p):
    law = skips.skip_law(p)
    edges = [int(level) + step for level in law.survival[1:-1][::97] for step in (-1, 0, 1)]
    draws = [0, 2**64 - 1] + [e for e in edges if 0 <= e < 2**64] + [int(absorb(np.uint64(3), i)) for i in range(50)]
    for draw in draws:
        assert skips.distance_of(np.uint64(draw), law.survival, law.guide) == plain_distance(draw, p)


@pytest.mark.parametrize("p", [1e-3, 0.05, 0.5])
def test_survival_is_the_power(p):
    """Each product rounds by 2**-53 relatively, so k of them by k * 2**-53."""
    survival = skips.skip_law(p).survival
    k = np.arange(1, survival.size - 1)
    assert np.abs(survival[1:-1] / 2.0**64 / (1.0 - p) ** k - 1.0).max() < 2 * survival.size * 2.0**-53


def test_distances_are_geometric():
    law, p = skips.skip_law(0.05), 0.05
    prefix = stream(5, 100)
    found = [skips.distance_of(np.uint64(absorb(prefix, i)), law.survival, law.guide) for i in range(40_000)]
    counts = np.bincount(np.minimum(found, 100), minlength=101)
    expected = stats.geom.pmf(np.arange(1, 102), p)
    expected[100] = (1 - p) ** 100
    assert stats.chisquare(counts, expected * 40_000).pvalue > FALSE_ALARM


def test_chances_0_and_1():
    graph = random_graph(300, 2, 2)
    never = by_skips(graph, [4, 9], probability=0.0, replications=5, trees=True)
    assert (never.final_sizes == 2).all()
    assert (never.parents(1) == -1).all()
    always = by_skips(graph, 7, probability=1.0)
    assert (always.adoption_times() == independent_cascade(graph, 7, probability=1.0).adoption_times()).all()
    each = by_skips(graph, 7, probability=np.zeros(graph.n_edges))
    assert each.final_sizes.tolist() == [1]


@pytest.mark.parametrize("each", [False, True])
def test_star(each):
    """The number of leaves won is binomial. With a chance for every edge, half of them at a fifth of the largest."""
    p = np.where(np.arange(3000) % 2, 0.02, 0.004) if each else 0.02
    sizes = by_skips(star(3000), 0, probability=p, replications=20_000, seed=4).final_sizes - 1
    pmf = stats.binom.pmf(np.arange(301), 3000, 0.02)
    if each:
        one, other = (stats.binom.pmf(np.arange(301), 1500, q) for q in (0.02, 0.004))
        pmf = np.convolve(one, other)[:301]
    counts = np.bincount(sizes, minlength=301)
    often = pmf * 20_000 >= 5
    observed, wanted = np.append(counts[often], counts[~often].sum()), np.append(pmf[often], pmf[~often].sum())
    assert stats.chisquare(observed, wanted / wanted.sum() * 20_000).pvalue > FALSE_ALARM


def test_every_leaf_is_won_as_often():
    result = by_skips(star(400), 0, probability=0.1, replications=20_000, seed=4)
    assert stats.chisquare(result.frequencies[1:]).pvalue > FALSE_ALARM


def test_long_rows_are_handed_on():
    """More successes in a row than are gathered at once: the mean of Binomial(20,000, .5) within 5 standard errors."""
    result = by_skips(star(20_000), 0, probability=0.5, replications=50, seed=2)
    assert 2 * skips.ROOM < 20_000 * 0.5
    assert abs(result.final_sizes.mean() - 10_001) < 5 * np.sqrt(5000 / 50)


def compare(p, other, replications=4000):
    """p-values of means, variances and distributions (Kolmogorov-Smirnov) of sizes by skips and keyed."""
    graph = random_graph(400, 8, 3)
    one = by_skips(graph, [0, 1], probability=p, replications=replications, seed=11).final_sizes
    two = independent_cascade(graph, [0, 1], probability=other, replications=replications, seed=12).final_sizes
    spread = [stats.ttest_ind((x - x.mean()) ** 2, (y - y.mean()) ** 2).pvalue for x, y in [(one, two)]]
    return [stats.ttest_ind(one, two).pvalue, *spread, stats.ks_2samp(one, two).pvalue]


def test_as_distributed_as_the_keyed_kernel():
    """Three tests at a false alarm of 1e-6 / 3 each; means that are 3 % apart are caught, see the next test."""
    assert min(compare(0.2, 0.2)) > FALSE_ALARM / 3


def test_thinned_as_distributed_as_the_keyed_kernel():
    p = np.random.default_rng(1).choice([0.05, 0.2, 0.35], random_graph(400, 8, 3).n_edges)
    assert min(compare(p, p)) > FALSE_ALARM / 3


def test_a_wrong_chance_is_caught():
    """Negative control."""
    assert min(compare(0.2, 0.22)) < FALSE_ALARM / 3


def test_threads_and_number_of_replications_change_nothing():
    graph = random_graph(300, 6, 1)
    one = by_skips(graph, [1, 2], probability=0.2, replications=37, seed=4)
    few = by_skips(graph, [1, 2], probability=0.2, replications=5, seed=4)
    assert (few.final_sizes == one.final_sizes[:5]).all()
    for threads in (2, 5):
        other = by_skips(graph, [2, 1, 1], probability=0.2, replications=37, seed=4, threads=threads)
        assert (other.final_sizes == one.final_sizes).all()
        assert (other.frequencies == one.frequencies).all()


def test_a_replication_run_again_is_the_same():
    """Times, parents and sizes belong to one cascade: every parent adopted a step earlier and is followed."""
    graph = random_graph(200, 6, 1)
    result = by_skips(graph, [1, 2], probability=0.3, replications=6, seed=4, trees=True)
    times = np.array([result.adoption_times(r) for r in range(6)])
    assert ((times >= 0).sum(axis=1) == result.final_sizes).all()
    assert ((times >= 0).sum(axis=0) == result.frequencies).all()
    parents, time = result.parents(2), times[2]
    won = np.flatnonzero(time > 0)
    assert won.size > 0
    assert (parents[time <= 0] == -1).all()
    assert (time[parents[won]] == time[won] - 1).all()
    assert all(row in graph.followers(parent) for row, parent in zip(won, parents[won], strict=True))


def test_memory_is_left_clean_after_small_and_large_cascades():
    graph = random_graph(2000, 6, 1)
    state, law = skips.skip_state(2000, True), skips.skip_law(0.3)
    sizes = [
        skips.independent_cascade(graph.offsets, graph.targets, np.uint64(r), law, np.array([r], np.int32), state)
        for r in (0,)
    ]
    skips.forget(state, sizes[0])
    small = skips.independent_cascade(
        graph.offsets, graph.targets, np.uint64(1), skips.skip_law(0.0), np.array([1999], np.int32), state
    )
    skips.forget(state, small)
    assert sizes[0] > state.seen.size
    assert small == 1
    assert not state.seen.any()
    assert (state.time == -1).all()


def test_keys_are_refused():
    graph = random_graph(20, 2, 1)
    with pytest.raises(InputError, match="lanes without keys"):
        by_skips(graph, 0, probability=0.1, keys=np.arange(20))
    with pytest.raises(InputError, match="draws"):
        independent_cascade(graph, 0, probability=0.1, draws="fast")
