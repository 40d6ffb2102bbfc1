"""Sets grown in lanes: against cascades drawn one after the other, and where their law is known. Seeds are pinned."""

import numpy as np
import pytest
from scipy import stats

from simulator.diffusion import independent_cascade
from simulator.diffusion.draws import SKIPS
from simulator.diffusion.growth import Growth
from simulator.diffusion.live_laws import LiveGraph, forward_law, reversed_graph
from simulator.kernels import decisions
from simulator.kernels.diffusion import live_edges as kernels
from simulator.kernels.diffusion.independent_cascade_skips import law_for
from simulator.kernels.rng import absorb, stream
from simulator.network.csr import CSRGraph
from tests.support.cascades import path, random_graph

FALSE_ALARM = 1e-6


def sets_of(pieces):
    """Set number -> its rows, in order."""
    found = {}
    for numbers, ends, pool in pieces:
        for number, rows in zip(numbers.tolist(), np.split(pool, ends[:-1]), strict=True):
            assert number not in found
            found[number] = rows.tolist()
    return found


@pytest.mark.parametrize("each", [False, True])
def test_sets_are_the_cascades_of_the_skips(each):
    """The same draws, one cascade after the other: the same rows, and the same number of times."""
    graph, seeds = random_graph(200, 1200, 1), np.array([3, 40], np.int32)
    p = np.random.default_rng(2).random(graph.n_edges) * 0.3 if each else 0.15
    result = independent_cascade(graph, seeds, probability=p, draws="skips", replications=300, seed=5)
    prefix = np.uint64(absorb(stream(5, decisions.CASCADE_EDGE), SKIPS))
    live = LiveGraph(graph.offsets, graph.targets, forward_law(law_for(p)))
    found = sets_of(Growth(live, prefix, seeds).pieces(0, 300))
    assert sorted(found) == list(range(300))
    assert [len(found[r]) for r in range(300)] == result.final_sizes.tolist()
    assert (np.bincount(np.concatenate(list(found.values())), minlength=200) == result.frequencies).all()


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_sets_that_outgrow_their_lane_are_grown_alone(model, monkeypatch):
    """With room for 5 rows a lane, and a pool for few lanes, the sets are those of lanes with room."""
    live = reversed_graph(random_graph(100, 900, 3), model, "weighted")
    plain = sets_of(Growth(live, np.uint64(9)).pieces(20, 220))
    growth = Growth(live, np.uint64(9))
    growth._lanes = kernels.lanes_for(live.offsets, 7, 5)
    _, large = growth.beside_others(20, 220)
    assert 10 < large.size < 190
    assert sets_of(growth.pieces(20, 220)) == plain
    assert not growth._lanes.seen.any()
    assert max(map(len, plain.values())) > 5


def test_one_in_d():
    """Each of d edges is live with chance 1 / d, all alike and in pairs: number and which ones, for rows of 1 to 6."""
    for d in (1, 2, 3, 6):
        star = CSRGraph.from_edges(np.arange(1, d + 1), np.zeros(d, np.int64), d + 1)
        live = reversed_graph(star, "ic", "weighted")
        sets = sets_of(Growth(live, np.uint64(d), np.zeros(1, np.int32)).pieces(0, 20_000))
        codes = [sum(1 << (row - 1) for row in rows[1:]) for rows in sets.values()]
        ones = np.array([code.bit_count() for code in range(1 << d)])
        chance = (1 / d) ** ones * (1 - 1 / d) ** (d - ones)
        counts = np.bincount(codes, minlength=1 << d)
        assert counts[chance == 0].sum() == 0
        if d > 1:
            assert stats.chisquare(counts, chance * 20_000).pvalue > FALSE_ALARM / 3
        wrong = (1.1 / d) ** ones * (1 - 1.1 / d) ** (d - ones)
        if d > 1:  # a chance 10 % off is caught
            assert stats.chisquare(counts, wrong * 20_000).pvalue < FALSE_ALARM


def test_one_in_many():
    """The number of live edges among 3,000 is binomial with mean 1."""
    star = CSRGraph.from_edges(np.arange(1, 3001), np.zeros(3000, np.int64), 3001)
    live = reversed_graph(star, "ic", "weighted")
    sets = sets_of(Growth(live, np.uint64(1), np.zeros(1, np.int32)).pieces(0, 20_000))
    sizes = np.array([len(rows) - 1 for rows in sets.values()])
    pmf = stats.binom.pmf(np.arange(7), 3000, 1 / 3000)
    counts = np.bincount(np.minimum(sizes, 6), minlength=7)
    pmf[6] = 1 - pmf[:6].sum()
    assert stats.chisquare(counts, pmf * 20_000).pvalue > FALSE_ALARM
    rows = np.concatenate([rows[1:] for rows in sets.values()])
    assert stats.kstest(rows / 3001, "uniform").pvalue > FALSE_ALARM


def test_paths_have_one_live_edge_a_row():
    """Weights .5 and .3: the first with chance .5, the second with .3, none with .2; without weights half each."""
    pair = CSRGraph.from_edges([1, 2], [0, 0], 3)
    for given, chance in (([0.5, 0.3], (0.2, 0.5, 0.3)), ("weighted", (0.0, 0.5, 0.5))):
        live = reversed_graph(pair, "lt", given)
        sets = sets_of(Growth(live, np.uint64(4), np.zeros(1, np.int32)).pieces(0, 20_000))
        counts = np.bincount([sum(rows) for rows in sets.values()], minlength=3)
        used = np.array(chance) > 0
        assert counts[~used].sum() == 0
        assert stats.chisquare(counts[used], np.array(chance)[used] * 20_000).pvalue > FALSE_ALARM


def test_a_path_that_meets_itself_ends():
    ring = CSRGraph.from_edges(np.arange(5), (np.arange(5) + 1) % 5, 5)
    live = reversed_graph(ring, "lt", "weighted")
    assert all(sorted(rows) == list(range(5)) for rows in sets_of(Growth(live, np.uint64(2)).pieces(0, 50)).values())
    live = reversed_graph(path(4), "lt", "weighted")
    sets = sets_of(Growth(live, np.uint64(2)).pieces(0, 50))
    assert all(rows == list(range(rows[0], -1, -1)) for rows in sets.values())
