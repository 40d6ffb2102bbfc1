"""Bass on a graph: against its twin, and against the closed form on the complete graph. Seeds are pinned."""

import numpy as np
import pytest

from simulator.diffusion import CompleteGraph, bass, bass_curve
from simulator.errors import InputError
from tests.naive import bass as naive
from tests.support.cascades import complete, followers_of, random_graph, two_sided


def times_of(result, replication):
    found = result.adoption_times(replication)
    return {row: int(found[row]) for row in np.flatnonzero(found >= 0)}


def test_twin():
    graph, rng = random_graph(50, 200, 1), np.random.default_rng(2)
    p, q, keys = rng.random(50) * 0.02, rng.random(50) * 0.4, rng.choice(2**32, 50, replace=False)
    result = bass(graph, innovation=p, imitation=q, ticks=30, seeds=[4], replications=6, seed=3, keys=keys)
    for r in range(6):
        twin = naive.bass(followers_of(graph.reverse()), keys.tolist(), [4], p.__getitem__, q.__getitem__, 30, 3, r)
        assert times_of(result, r) == twin
        counts = [sum(at <= tick for at in twin.values()) for tick in range(31)]
        assert result.counts[r, :, 0].tolist() == counts


def test_the_complete_graph_needs_no_edges():
    given = {"innovation": 0.01, "imitation": 0.2, "ticks": 40, "replications": 5, "seed": 4}
    stored, counted = bass(complete(60), **given), bass(CompleteGraph(60), **given)
    assert (stored.counts == counted.counts).all()
    assert (stored.frequencies == counted.frequencies).all()


def test_closed_form():
    """Pattern 22: p = .03, q = .38 a year, 20 years in months, 20,000 users, 10 replications; error below 3 %.

    The error is the largest distance of the mean curve from the closed form over the market size, and the mean distance
    over the mean height. Of it, at most q / 24 = 1.6 % comes from the length of a tick, and five standard errors of 10
    replications are below .6 %.
    """
    months, p, q = 240, 0.03 / 12, 0.38 / 12
    result = bass(CompleteGraph(20_000), innovation=p, imitation=q, ticks=months, replications=10, seed=1, threads=2)
    curve, exact = result.counts[:, :, 0].mean(axis=0) / 20_000, bass_curve(p, q, months)
    assert np.abs(curve - exact).max() < 0.03
    assert np.abs(curve - exact).mean() / exact.mean() < 0.03
    # imitation 10 % off is caught
    assert np.abs(curve - bass_curve(p, 1.1 * q, months)).max() > 0.03


def test_without_imitation_adoption_is_geometric():
    result = bass(CompleteGraph(1000), innovation=0.1, imitation=0.0, ticks=5, replications=40, seed=2)
    for tick in range(6):
        adopters = result.counts[:, tick, 0].sum()
        assert two_sided(adopters, 40_000, 1.0 - np.exp(-0.1 * tick)) > 1e-6 / 6


def test_refusals():
    with pytest.raises(InputError, match="innovation: a number outside its range; allowed: 0 or more"):
        bass(CompleteGraph(10), innovation=-0.1, imitation=0.1, ticks=5)
    with pytest.raises(InputError, match="ticks: 0; allowed: 1 or more"):
        bass(CompleteGraph(10), innovation=0.1, imitation=0.1, ticks=0)
    with pytest.raises(InputError, match="infinite hazard"):
        bass(CompleteGraph(10), innovation=0.1, imitation=np.inf, ticks=1)
    with pytest.raises(InputError, match="no one parent"):
        bass(CompleteGraph(10), innovation=0.1, imitation=0.1, ticks=5).parents()
    with pytest.raises(InputError, match="more than 0"):
        bass_curve(0.0, 0.1, 5)
    with pytest.raises(InputError, match="n: 0; allowed: 1 or more"):
        CompleteGraph(0)
