import numpy as np
import pytest

from simulator.diffusion import (
    complex_contagion,
    dose_response,
    independent_cascade,
    linear_threshold,
    seir,
    si,
    sir,
    sis,
    weighted_cascade,
)
from simulator.errors import InputError
from tests.naive import independent_cascade as naive
from tests.support.cascades import followers_of, path, random_graph

GRAPH = random_graph(30, 120, 1)


def test_tables():
    result = sir(GRAPH, [1, 2], infection=0.3, recovery=0.5, ticks=6, replications=3, trees=True)
    adopters = result.to_pandas()
    assert list(adopters.columns) == ["replication", "user", "time", "parent", "depth"]
    assert adopters.groupby("replication").size().tolist() == result.final_sizes.tolist()
    for r, user, time, parent, depth in adopters.itertuples(index=False):
        assert (time, parent, depth) == (
            result.adoption_times(r)[user],
            result.parents(r)[user],
            result.depths(r)[user],
        )
    assert result.to_pandas("sizes").to_dict("list") == {
        "replication": [0, 1, 2],
        "final_size": result.final_sizes.tolist(),
    }
    counts = result.to_pandas("counts")
    assert list(counts.columns) == ["replication", "tick", "susceptible", "exposed", "infectious", "removed"]
    assert counts.shape == (21, 6)
    assert (counts.iloc[:, 2:].sum(axis=1) == 30).all()
    assert counts.loc[0, "infectious"] == 2


def test_html_tells_rule_and_sizes():
    result = linear_threshold(path(3), 0, replications=2)
    assert "linear threshold" in result._repr_html_()
    assert "mean size</th><td>4.0</td>" in result._repr_html_()
    assert "linear_threshold" in repr(result)
    cascade = independent_cascade(path(3), 0, probability=1.0)
    assert "<td>4.0</td>" in cascade._repr_html_()


def test_weighted_cascade():
    """Against the twin of the independent cascade, with chances of one over the followees."""
    followees = GRAPH.followee_counts()
    result = weighted_cascade(GRAPH, [1, 2], replications=20, seed=3)
    for r in range(20):
        times, parents = naive.independent_cascade(
            followers_of(GRAPH), range(30), [1, 2], lambda v, w: 1.0 / followees[w], 3, r
        )
        found = result.adoption_times(r)
        assert {row: int(found[row]) for row in np.flatnonzero(found >= 0)} == times
        assert result.parents(r)[list(times)].tolist() == [-1 if v is None else v for v in parents.values()]


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_counts_up_to_the_end(threads):
    calls = []
    independent_cascade(
        GRAPH, 0, probability=0.1, replications=50, threads=threads, progress=lambda *done: calls.append(done)
    )
    assert calls == sorted(calls)
    assert calls[-1] == (50, 50)
    assert len(calls) > 10


def test_a_callers_error_in_progress_is_passed_on():
    def stop(done, total):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        linear_threshold(GRAPH, 0, replications=10, threads=2, progress=stop)


def test_an_epidemic_without_ticks_runs_to_its_end_and_counts_nothing():
    ended = sir(GRAPH, 0, infection=0.3, recovery=0.5, replications=3)
    longer = sir(GRAPH, 0, infection=0.3, recovery=0.5, replications=3, ticks=500)
    assert (ended.final_sizes == longer.final_sizes).all()
    with pytest.raises(InputError, match="no counts"):
        ended.to_pandas("counts")


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda: linear_threshold(GRAPH, 30), "seeds: a row that does not exist; allowed: 0 to 29"),
        (lambda: linear_threshold(GRAPH, 0, weights=np.ones(GRAPH.n_edges)), "add up to .*allowed: at most 1"),
        (lambda: linear_threshold(GRAPH, 0, weights=[0.5, 0.1]), "weights: shape .*one an edge"),
        (lambda: linear_threshold(GRAPH, 0, thresholds=1.2), "thresholds: a number outside.*0 to 1"),
        (lambda: linear_threshold(GRAPH, 0, replications=0), "replications: 0; allowed: 1 or more"),
        (lambda: linear_threshold(GRAPH, 0, keys=[1] * 30), "a key stands twice"),
        (lambda: complex_contagion(GRAPH, 0), "none given; allowed: one of adopters, share, hazard"),
        (lambda: complex_contagion(GRAPH, 0, adopters=1, share=0.5), "adopters, share given"),
        (lambda: complex_contagion(GRAPH, 0, adopters=0), "adopters: 0"),
        (lambda: complex_contagion(GRAPH, 0, hazard=0.1, second=np.nan), "second: nan; allowed: a finite number"),
        (lambda: dose_response(GRAPH, 0, probability=0.1, doses=[]), "doses"),
        (lambda: dose_response(GRAPH, 0, probability=0.1, doses=[1.0, -1.0]), "doses"),
        (lambda: dose_response(GRAPH, 0, probability="often"), "probability: 'often'; allowed: numbers"),
        (lambda: sir(GRAPH, 0, infection=0.1, recovery=0.0), "recovery: 0, and no ticks"),
        (lambda: seir(GRAPH, 0, infection=0.1, incubation=0.0), "incubation: 0, and no ticks"),
        (lambda: sis(GRAPH, 0, infection=[0.1], recovery=1.0, ticks=3), "infection: shape .*one an edge"),
        (lambda: si(GRAPH, 0, infection=0.1, ticks=0), "ticks: 0"),
        (lambda: sir(lambda t: GRAPH, 0, infection=0.1), "ticks: none given"),
        (lambda: sir([], 0, infection=0.1), "an empty sequence"),
        (lambda: sir([GRAPH, path(3)], 0, infection=0.1), "4 rows at tick 1, 30 at tick 0"),
        (lambda: sir([GRAPH, GRAPH], 0, infection=np.full(GRAPH.n_edges, 0.1)), "infection: shape"),
        (lambda: linear_threshold(GRAPH, 0).adoption_times(1), "replication 1 does not exist; allowed: 0 to 0"),
        (lambda: linear_threshold(GRAPH, 0).to_pandas("all"), "allowed: sizes, adopters, counts"),
    ],
)
def test_refusals(run, message):
    with pytest.raises(InputError, match=message):
        run()
