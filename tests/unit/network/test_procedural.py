from itertools import chain, pairwise

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.kernels import procedural as kernels
from simulator.network.procedural import ProceduralGraph, ProceduralParameters, largest_hub, pareto_minimum
from simulator.network.statistics import follower_exponent, reciprocity, regional_mixing

STARTS = [0, 1, 40, 41, 300, 1000]


def small(seed=1, **parameters):
    return ProceduralGraph(1000, seed, ProceduralParameters(**parameters), STARTS)


def author_of(graph, row):
    """An author as kernels take it: compiled code hands uint64 out as a plain int."""
    author = kernels.procedural_row(graph.law, row)
    return author._replace(prefix=np.uint64(author.prefix), tied=np.uint64(author.tied))


def slices(graph, row, lo, hi):
    """Followers of a row within [lo, hi), as the delivery lists them: one part after the other."""
    author = author_of(graph, row)
    found = []
    for part in (kernels.LOCAL, kernels.REMOTE):
        first, last = kernels.procedural_slice(graph.law, author, part, lo, hi)
        found.append([kernels.procedural_at(graph.law, author, j) for j in range(first, last)])
    return found


@pytest.mark.parametrize("homophily", [0.0, 0.4, 0.95])
def test_owner_ranges_share_out_every_follower(homophily):
    graph = small(homophily=homophily)
    cuts = [0, 1, 39, 41, 41, 250, 777, 1000]
    for row in [*range(0, 60), 299, 300, 500, 999]:
        whole = slices(graph, row, 0, 1000)
        parts = [slices(graph, row, lo, hi) for lo, hi in pairwise(cuts)]
        for part in range(2):
            assert list(chain.from_iterable(p[part] for p in parts)) == whole[part]
        assert all(lo <= f < hi for p, (lo, hi) in zip(parts, pairwise(cuts), strict=True) for half in p for f in half)
        assert sorted(whole[0] + whole[1]) == graph.followers(row).tolist()


def test_parts_are_sorted_disjoint_and_leave_the_author_out():
    graph = small()
    for row in range(1000):
        local, remote = slices(graph, row, 0, 1000)
        region = np.searchsorted(STARTS, row, side="right") - 1
        assert all(STARTS[region] <= f < STARTS[region + 1] for f in local)
        assert not any(STARTS[region] <= f < STARTS[region + 1] for f in remote)
        assert (np.diff(local) > 0).all()
        assert (np.diff(remote) > 0).all()
        assert row not in local


def test_one_by_one_materialised_and_listed_are_the_same():
    graph = small()
    stored = graph.materialise()
    assert (stored.follower_counts() == graph.follower_counts()).all()
    for row in range(1000):
        followers = graph.followers(row)
        assert (followers == stored.followers(row)).all()
        degree = kernels.procedural_degree(graph.law, row)
        one_by_one = [kernels.procedural_follower(graph.law, row, j) for j in range(degree)]
        assert sorted(one_by_one) == followers.tolist()
    assert followers.dtype == np.int32


@pytest.mark.parametrize("n", [2, 3, 5, 10, 41])
def test_tiny_populations(n):
    for seed in range(5):
        graph = ProceduralGraph(n, seed, ProceduralParameters(exponent=1.5), [0, 1, n] if n > 2 else None)
        stored = graph.materialise()
        for row in range(n):
            followers = stored.followers(row)
            assert (np.diff(followers) > 0).all()
            assert row not in followers


def test_mean_exponent_cap_and_homophily():
    """30,000 users. The mean has a standard error of 2.2: 4 of them, false alarm 6e-5, catch a mean off by a sixth."""
    starts = [0, 5000, 6000, 18000, 30000]
    graph = ProceduralGraph(30_000, 3, None, starts)
    counts = graph.follower_counts()
    assert abs(counts.mean() - 60.0) < 4 * counts.std() / 30_000**0.5
    assert counts.max() <= 3000
    fit = follower_exponent(graph.materialise())
    assert fit.exponent == pytest.approx(2.2, abs=0.06)
    region = np.repeat(np.arange(4), np.diff(starts)).astype(np.uint8)
    # 1.8 million edges: standard error .0004; hubs of small regions, whose home is too small, take a little off
    assert regional_mixing(graph.materialise(), region).assortativity == pytest.approx(0.4, abs=0.02)


def test_partners_follow_each_other():
    """The n / 2 * 6 pairs are tied with chance .8: 48,000 ties, standard error 98.

    Partners that share a stratum cost about one tie in eight.

    Without ties, and in one region, the answered share is that of chance, about 60 / 20,000, standard error 7e-5.
    """
    chance = ProceduralGraph(20_000, 5, ProceduralParameters(reciprocity=0.0)).materialise()
    assert reciprocity(chance) == pytest.approx(chance.n_edges / 20_000 / 19_999, abs=4 * 7e-5)
    starts = [0, 5000, 20_000]
    tied = ProceduralGraph(20_000, 5, None, starts).materialise()
    alone = ProceduralGraph(20_000, 5, ProceduralParameters(reciprocity=0.0), starts).materialise()
    assert (tied.follower_counts() == alone.follower_counts()).all()
    answered = (reciprocity(tied) - reciprocity(alone)) * tied.n_edges / 2
    assert 0.8 * 48_000 < answered < 48_000 + 4 * 98
    few = ProceduralGraph(20_000, 5, ProceduralParameters(reciprocity=0.04), starts).materialise()
    assert 0.8 < (reciprocity(few) - reciprocity(alone)) / 0.04 < 1.02


def test_ties_are_the_same_from_both_sides():
    """Whom a row is tied to is tied to it, unless two of its partners share a stratum, which is rare."""
    graph = ProceduralGraph(3000, 2, None, [0, 1000, 3000])
    authors = [author_of(graph, row) for row in range(3000)]
    pairs = set()
    for row, author in enumerate(authors):
        numbers = [number for number, _ in author.ties if number >= 0]
        pairs |= {(row, kernels.procedural_at(graph.law, author, number)) for number in numbers}
        assert author.tied == sum({1 << (number & 63) for number in numbers})
    answered = sum((b, a) in pairs for a, b in pairs)
    assert len(pairs) > 3000 * 4
    assert answered > 0.95 * len(pairs)


def test_followee_numbers_are_even_over_the_map():
    """Followee numbers are sums of many rare events: variance near the mean, and below, as strata take one each."""
    counts = ProceduralGraph(20_000, 5).materialise().followee_counts()
    assert counts.mean() == pytest.approx(60.0, rel=0.1)
    assert 0.7 * counts.mean() < counts.var() < 1.1 * counts.mean()


def test_seeds_matter_and_repeat():
    assert (small(1).followers(7) == small(1).followers(7)).all()
    assert small(1).materialise().content_hash() != small(2).materialise().content_hash()
    assert "1,000" in repr(small())


@pytest.mark.parametrize("exponent", [1.5, 2.0, 2.2, 3.5])
def test_minimum_of_a_capped_pareto(exponent):
    """The mean of the capped law by numerical integration of its upper tail."""
    cap, mean = 2000, 60.0
    minimum = pareto_minimum(mean, exponent, cap)
    x = np.linspace(minimum, cap, 2_000_001)
    tail = (minimum / x) ** (exponent - 1.0)
    integral = minimum + ((tail[1:] + tail[:-1]) / 2).sum() * (x[1] - x[0])
    # the trapezoid's error is of order (cell / minimum)**2, below 1e-4
    assert integral == pytest.approx(mean, rel=2e-4)


def test_largest_hub():
    assert largest_hub(20_000, 60.0, 0.1) == 2000
    assert largest_hub(1000, 60.0, 0.1) == 240
    assert largest_hub(10, 4.5, 0.1) == 9


@pytest.mark.parametrize("starts", [[0, 5], [1, 1000], [0, 500, 500, 1000], [0], [0, 700, 600, 1000]])
def test_wrong_regions(starts):
    with pytest.raises(InputError, match="allowed: rising from 0 to 1000"):
        ProceduralGraph(1000, 1, None, starts)


def test_wrong_sizes_and_rows():
    for n in (1, 2**31):
        with pytest.raises(InputError, match="allowed: 2 to"):
            ProceduralGraph(n, 1)
    with pytest.raises(InputError, match="allowed: 0 to 999"):
        small().followers(1000)


def test_a_population_far_beyond_memory():
    """156 million users: lists, and slices of them, cost no memory."""
    graph = ProceduralGraph(156_000_000, 1, None, [0, 60_000_000, 156_000_000])
    followers = graph.followers(155_999_999)
    assert (np.diff(followers) > 0).all()
    counts = np.empty(1000, np.int64)
    kernels.procedural_counts(graph.law, 0, 1000, counts)
    hub = int(counts.argmax())
    author = author_of(graph, hub)
    whole = graph.followers(hub)
    for lo, hi in ((0, 60_000_000), (59_999_000, 60_001_000), (150_000_000, 156_000_000)):
        numbers = sum(
            last - first for first, last in (kernels.procedural_slice(graph.law, author, p, lo, hi) for p in range(2))
        )
        assert numbers == ((whole >= lo) & (whole < hi)).sum()
