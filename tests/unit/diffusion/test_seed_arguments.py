import numpy as np
import pytest

from simulator.diffusion import degree_discount_seeds, degree_seeds, random_seeds, select_seeds
from simulator.errors import InputError
from simulator.network.csr import CSRGraph


@pytest.fixture(scope="module")
def graph():
    rng = np.random.default_rng(1)
    return CSRGraph.from_edges(rng.integers(0, 200, 1500), rng.integers(0, 200, 1500), 200)


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_threads_change_nothing(graph, model):
    one = select_seeds(graph, 5, model=model)
    two = select_seeds(graph, 5, model=model, threads=3)
    assert two.seeds.tolist() == one.seeds.tolist()
    assert (two.spread, two.certified_ratio) == (one.spread, one.certified_ratio)


def test_as_many_as_asked_for(graph):
    chosen = select_seeds(graph, 200, probability=0.0, max_sets=20_000)
    assert sorted(chosen.seeds.tolist()) == list(range(200))
    assert chosen.spread == 200.0


def test_too_few_sets_are_said(graph):
    chosen = select_seeds(graph, 2, probability=0.01, max_sets=100)
    assert not chosen.reached
    assert chosen.sets == 100
    assert chosen.certified_ratio < chosen.target_ratio


def test_degree(graph):
    counts = np.diff(graph.offsets)
    assert degree_seeds(graph, 3).tolist() == np.lexsort((np.arange(200), -counts))[:3].tolist()


def test_degree_discount():
    """Row 0 has 3 followers, 1 among them with 2; row 5 has 2. At p = .5, row 1 counts 2 - 2 - (2 - 1) / 2 < 2."""
    graph = CSRGraph.from_edges([0, 0, 0, 1, 1, 5, 5], [1, 2, 3, 2, 3, 6, 7], 8)
    assert degree_discount_seeds(graph, 2, 0.5).tolist() == [0, 5]
    assert degree_seeds(graph, 2).tolist() == [0, 1]


def test_random(graph):
    seeds = random_seeds(graph, 50, seed=2)
    assert np.unique(seeds).size == 50
    assert random_seeds(graph, 20, seed=2).tolist() == seeds[:20].tolist()
    assert random_seeds(graph, 20, seed=3).tolist() != seeds[:20].tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "k: missing"),
        ({"k": 0}, "1 to 200"),
        ({"k": 201}, "1 to 200"),
        ({"k": 2, "model": "sir"}, "ic, lt"),
        ({"k": 2, "epsilon": 0.0}, "epsilon"),
        ({"k": 2, "delta": 1.0}, "delta"),
        ({"k": 2, "probability": 1.5}, "0 to 1"),
        ({"k": 2, "probability": [0.1]}, "one number or"),
        ({"k": 2, "probability": "tame"}, "weighted"),
        ({"k": 2, "model": "lt", "probability": 0.9}, "at most 1"),
        ({"k": 2, "budget": 3.0}, "both or neither"),
        ({"costs": np.ones(200), "budget": 0.5}, "lowest cost"),
        ({"costs": np.zeros(200), "budget": 0.5}, "above 0"),
        ({"k": 2, "threads": 0}, "1 or more"),
    ],
)
def test_wrong_arguments(graph, arguments, message):
    with pytest.raises(InputError, match=message):
        select_seeds(graph, **arguments)
