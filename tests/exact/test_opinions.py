"""Opinion rules: against their twins, and their fixed points. Sums in another order may differ by rounding: 1e-12."""

import numpy as np
import pytest

from simulator.diffusion import deffuant, degroot, friedkin_johnsen, hegselmann_krause
from simulator.errors import InputError
from tests.naive import opinions as naive
from tests.support.cascades import complete, edge_place, edges, followers_of, path, random_graph

N = 40
GRAPH = random_graph(N, 200, 1)
RNG = np.random.default_rng(2)
START, OPENNESS, WEIGHTS = RNG.random(N) * 2 - 1, RNG.random(N), RNG.random(GRAPH.n_edges)
FOLLOWEES = followers_of(GRAPH.reverse())
ROUNDING = 1e-12


def weight_of(row, followee):
    return WEIGHTS[edge_place(GRAPH, followee, row)]


def matrix():
    w = np.zeros((N, N))
    for row, others in FOLLOWEES.items():
        for v in others:
            w[row, v] = weight_of(row, v)
    return w / w.sum(axis=1, keepdims=True)


def after(step, ticks):
    opinion = dict(enumerate(START))
    for tick in range(1, ticks + 1):
        opinion = step(opinion, tick)
    return [opinion[row] for row in range(N)]


def test_twins():
    mixed = friedkin_johnsen(GRAPH, START, openness=OPENNESS, weights=WEIGHTS, ticks=7, tolerance=0.0)
    twin = after(lambda o, t: naive.friedkin_johnsen(FOLLOWEES, weight_of, OPENNESS.__getitem__, START, o), 7)
    assert mixed.opinions == pytest.approx(twin, abs=ROUNDING)
    assert mixed.ticks == 7
    plain = degroot(GRAPH, START, ticks=7, tolerance=0.0)
    twin = after(lambda o, t: naive.friedkin_johnsen(FOLLOWEES, lambda w, v: 1, lambda w: 1, START, o), 7)
    assert plain.opinions == pytest.approx(twin, abs=ROUNDING)
    near = hegselmann_krause(GRAPH, START, confidence=0.4, ticks=4, tolerance=0.0)
    assert near.opinions == pytest.approx(
        after(lambda o, t: naive.hegselmann_krause(FOLLOWEES, 0.4, o), 4), abs=ROUNDING
    )
    keys = RNG.choice(2**32, N, replace=False)
    met = deffuant(GRAPH, START, confidence=0.5, convergence=0.25, seed=9, keys=keys, ticks=6, tolerance=0.0)
    twin = after(lambda o, t: naive.deffuant(FOLLOWEES, keys.tolist(), 0.5, 0.25, o, 9, t), 6)
    assert met.opinions.tolist() == twin


def test_fixed_point_of_friedkin_johnsen():
    result = friedkin_johnsen(GRAPH, START, openness=0.6, weights=WEIGHTS, tolerance=1e-13)
    fixed = np.linalg.solve(np.eye(N) - 0.6 * matrix(), 0.4 * START)
    assert result.settled
    assert result.opinions == pytest.approx(fixed, abs=ROUNDING)


def test_consensus_of_degroot():
    """On a strongly connected, aperiodic graph all agree on the mean, weighted by the stationary law of W."""
    result = degroot(GRAPH, START, weights=WEIGHTS, tolerance=1e-14, ticks=5000)
    values, vectors = np.linalg.eig(matrix().T)
    law = np.real(vectors[:, np.argmax(np.real(values))])
    assert result.settled
    assert result.opinions == pytest.approx(np.full(N, law @ START / law.sum()), abs=1e-11)


def test_who_follows_nobody_keeps_the_opinion():
    result = degroot(path(3), [0.7, 0.0, 0.1, -1.0])
    assert result.opinions == pytest.approx([0.7] * 4, abs=ROUNDING)
    assert friedkin_johnsen(path(1), [0.7, 0.1], openness=0.5).opinions == pytest.approx([0.7, 0.4], abs=ROUNDING)


@pytest.mark.parametrize("rule", [hegselmann_krause, deffuant])
def test_clusters(rule):
    """Everybody follows everybody: two groups .6 apart agree within, at their means, and never between, at eps .3."""
    groups = np.array([0.0, 0.1, 0.2, 0.8, 0.9, 1.0])
    result = rule(complete(6), groups, confidence=0.3, tolerance=1e-14, ticks=2000)
    assert result.opinions == pytest.approx([0.1] * 3 + [0.9] * 3, abs=1e-9)
    one = rule(complete(6), groups, confidence=2.0, tolerance=1e-14, ticks=2000)
    assert one.opinions == pytest.approx([0.5] * 6, abs=1e-9)
    none = rule(complete(6), groups, confidence=0.05)
    assert none.opinions.tolist() == groups.tolist()


def test_meetings_keep_the_mean():
    result = deffuant(GRAPH, START, confidence=0.7, ticks=50, seed=3)
    assert result.opinions.mean() == pytest.approx(START.mean(), abs=ROUNDING)
    assert result.opinions.std() < START.std()


def test_renaming_rows_only_permutes():
    order = np.random.default_rng(5).permutation(N)
    keys = np.arange(N) + 100
    plain = deffuant(GRAPH, START, ticks=20, keys=keys, seed=1)
    renamed = deffuant(GRAPH.relabel(order), START[order], ticks=20, keys=keys[order], seed=1)
    assert renamed.opinions.tolist() == plain.opinions[order].tolist()


def test_tables_and_refusals():
    result = degroot(edges(2, (0, 1)), [0.0, 1.0])
    assert result.to_pandas().to_dict("list") == {"user": [0, 1], "initial": [0.0, 1.0], "opinion": [0.0, 0.0]}
    assert "degroot" in result._repr_html_()
    for run, message in (
        (lambda: degroot(GRAPH, START[1:]), "opinions: float64.*40 finite numbers"),
        (lambda: degroot(GRAPH, START * np.nan), "finite numbers"),
        (lambda: friedkin_johnsen(GRAPH, START, openness=1.1), "openness: a number outside.*0 to 1"),
        (lambda: deffuant(GRAPH, START, convergence=0.6), "convergence.*0 to 0.5"),
        (lambda: hegselmann_krause(GRAPH, START, confidence=-1.0), "confidence.*0 or more"),
        (lambda: degroot(GRAPH, START, ticks=0), "ticks: 0"),
    ):
        with pytest.raises(InputError, match=message):
            run()
