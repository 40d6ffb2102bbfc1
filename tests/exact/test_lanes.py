"""Cascades in the bits of a word against one lane at a time, closed forms and the keyed kernel. Seeds are pinned."""

import numpy as np
import pytest
from scipy import stats

from simulator.diffusion import independent_cascade
from simulator.kernels.diffusion.independent_cascade_lanes import as_bits, live_lanes
from simulator.network.csr import CSRGraph
from tests.naive.rng import absorb
from tests.support.cascades import path, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def in_lanes(graph, seeds, **arguments):
    return independent_cascade(graph, seeds, draws="lanes", **arguments)


@pytest.mark.parametrize("p", [0.0, 2.0**-53, 0.1, 0.375, 0.5, 1.0 - 2.0**-53, 1.0])
def test_a_lane_is_live_if_its_number_is_below_the_chance(p):
    """Bit j after the point of a lane's number is its bit of word j of the hash."""
    h, every = 12345, 2**64 - 1
    words = [absorb(h, j) for j in range(53)]
    numbers = [sum(((words[j] >> lane) & 1) << (52 - j) for j in range(53)) for lane in range(64)]
    expected = sum((number < int(p * 2**53)) << lane for lane, number in enumerate(numbers))
    assert int(live_lanes(np.uint64(h), as_bits(p)[0], np.uint64(every))) == expected
    few = 0b1011 << 20
    assert int(live_lanes(np.uint64(h), as_bits(p)[0], np.uint64(few))) == expected & few


@pytest.mark.parametrize("each", [False, True])
def test_a_batch_is_its_lanes_one_at_a_time(each):
    """Sizes and frequencies of 150 replications, two batches and a part of one, on any number of threads."""
    graph = random_graph(80, 500, 1)
    p = np.random.default_rng(2).random(graph.n_edges) * 0.5 if each else 0.2
    result = in_lanes(graph, [3, 40], probability=p, replications=150, seed=5)
    times = np.array([result.adoption_times(r) for r in range(150)])
    assert (result.final_sizes == (times >= 0).sum(axis=1)).all()
    assert (result.frequencies == (times >= 0).sum(axis=0)).all()
    assert np.unique(result.final_sizes).size > 20
    other = in_lanes(graph, [3, 40], probability=p, replications=150, seed=5, threads=3)
    assert (other.final_sizes == result.final_sizes).all()
    assert (other.frequencies == result.frequencies).all()


def test_times_and_parents_are_a_tree_of_edges():
    graph = random_graph(80, 500, 1)
    result = in_lanes(graph, [3, 40], probability=0.3, replications=70, seed=6)
    time, parent = result.adoption_times(69), result.parents(69)
    won = np.flatnonzero(time > 0)
    assert won.size > 10
    assert (time[parent[won]] == time[won] - 1).all()
    assert all(row in graph.followers(parent[row]) for row in won)
    assert (parent[time <= 0] == -1).all()


def test_chances_0_and_1():
    graph = random_graph(300, 600, 2)
    assert (in_lanes(graph, [4, 9], probability=0.0, replications=65).final_sizes == 2).all()
    always = in_lanes(graph, 7, probability=1.0, replications=65)
    assert (always.adoption_times(64) == independent_cascade(graph, 7, probability=1.0).adoption_times()).all()


def test_path():
    result = in_lanes(path(5), 0, probability=0.7, replications=20_000, seed=3)
    for k in range(6):
        assert two_sided(result.frequencies[k], 20_000, 0.7**k) > FALSE_ALARM / 6
    assert two_sided(result.frequencies[1], 20_000, 0.735) < FALSE_ALARM  # a chance 5 % off is caught


def test_star():
    """The number of leaves won is binomial; so lanes are not tied to each other, nor edges."""
    star = CSRGraph.from_edges(np.zeros(40, np.int64), np.arange(1, 41), 41)
    sizes = in_lanes(star, 0, probability=0.3, replications=20_000, seed=4).final_sizes - 1
    pmf = stats.binom.pmf(np.arange(41), 40, 0.3)
    often = pmf * 20_000 >= 5
    counts = np.bincount(sizes, minlength=41)
    observed, wanted = np.append(counts[often], counts[~often].sum()), np.append(pmf[often], pmf[~often].sum())
    assert stats.chisquare(observed, wanted / wanted.sum() * 20_000).pvalue > FALSE_ALARM
    batches = sizes[: 312 * 64].reshape(312, 64).mean(axis=1)  # means of 64: their variance is that of one, by 64
    assert stats.chi2.sf(311 * batches.var(ddof=1) / (40 * 0.21 / 64), 311) > FALSE_ALARM


def test_as_distributed_as_the_keyed_kernel():
    """Means, variances and distributions (Kolmogorov-Smirnov) of sizes: three tests at a false alarm of 1e-6 / 3."""
    graph = random_graph(400, 3200, 3)
    one = in_lanes(graph, [0, 1], probability=0.2, replications=4000, seed=11).final_sizes
    two = independent_cascade(graph, [0, 1], probability=0.2, replications=4000, seed=12).final_sizes
    spread = stats.ttest_ind((one - one.mean()) ** 2, (two - two.mean()) ** 2).pvalue
    assert min(stats.ttest_ind(one, two).pvalue, spread, stats.ks_2samp(one, two).pvalue) > FALSE_ALARM / 3


def test_more_chance_never_means_less():
    graph = random_graph(200, 800, 4)
    weak, strong = (in_lanes(graph, 0, probability=p, replications=100, seed=1) for p in (0.3, 0.31))
    assert (weak.frequencies <= strong.frequencies).all()
    assert (weak.final_sizes <= strong.final_sizes).all()
    assert (weak.final_sizes < strong.final_sizes).any()
