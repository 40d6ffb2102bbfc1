"""Competing contagions: against their twin, and where their law is known. Seeds are pinned."""

import numpy as np
import pytest

from simulator.diffusion import competing_contagions
from simulator.errors import InputError
from tests.naive import competing as naive
from tests.support.cascades import edge_place, edges, followers_of, path, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def columns(taken, n, brand):
    time, parent = np.full(n, -1), np.full(n, -1)
    for row, (at, of, source) in taken.items():
        if of == brand:
            time[row], parent[row] = at, -1 if source is None else source
    return time, parent


@pytest.mark.parametrize("exclusive", [True, False])
def test_twin(exclusive):
    graph, rng = random_graph(50, 300, 1), np.random.default_rng(2)
    keys, chances = rng.choice(2**32, 50, replace=False), rng.random(graph.n_edges) * 0.4
    seeds, p = {"a": [1, 2], "b": [2, 3], "c": [9]}, {"a": 0.2, "b": chances, "c": 0.3}
    result = competing_contagions(
        graph, seeds, probability=p, exclusive=exclusive, replications=10, seed=3, keys=keys, threads=2
    )

    def chance(brand, v, w):
        return (0.2, chances[edge_place(graph, v, w)], 0.3)[brand]

    planted = [(row, b) for b, name in enumerate(seeds) for row in seeds[name]]
    frequencies = np.zeros((3, 50), np.int64)
    for r in range(10):
        for b, name in enumerate(seeds):
            mine = planted if exclusive else [seed for seed in planted if seed[1] == b]
            taken = naive.competing(followers_of(graph), keys.tolist(), mine, chance, 3, r)
            time, parent = columns(taken, 50, b)
            assert (result.adoption_times(name, r) == time).all()
            assert (result.parents(name, r) == parent).all()
            assert result.brand_sizes[r, b] == (time >= 0).sum()
            frequencies[b] += time >= 0
    assert (result.frequencies == frequencies).all()
    assert (result.final_sizes == result.brand_sizes.sum(axis=1)).all()
    table = result.to_pandas()
    assert table["brand"].tolist() == ["a", "b", "c"] * 10
    assert table["final_size"].tolist() == result.brand_sizes.ravel().tolist()


def test_ties_are_fair():
    """Between a and b: a alone wins with p (1 - q), b alone with q (1 - p), a tie goes half and half."""
    p, q = 0.3, 0.8
    graph, reps = edges(3, (0, 2), (1, 2)), 20_000
    result = competing_contagions(graph, {"a": 0, "b": 1}, probability={"a": p, "b": q}, replications=reps, seed=1)
    assert two_sided(result.frequencies[0, 2], reps, p * (1 - q) + p * q / 2) > FALSE_ALARM
    assert two_sided(result.frequencies[1, 2], reps, q * (1 - p) + p * q / 2) > FALSE_ALARM
    both = competing_contagions(
        graph, {"a": 0, "b": 1}, probability={"a": p, "b": q}, replications=reps, seed=1, exclusive=False
    )
    assert two_sided(both.frequencies[0, 2], reps, p) > FALSE_ALARM
    assert two_sided(both.frequencies[1, 2], reps, q) > FALSE_ALARM


def test_a_shared_seed_goes_to_one():
    result = competing_contagions(path(1), {"a": 0, "b": 0}, probability=1.0, replications=10_000, seed=2)
    assert (result.final_sizes == 2).all()
    assert two_sided(result.frequencies[0, 0], 10_000, 0.5) > FALSE_ALARM
    assert (result.frequencies[:, 0] == result.frequencies[:, 1]).all()


def test_the_first_to_come_stays():
    """Brands from both ends of a line of 7, certain to pass: they meet in the middle, which is a tie."""
    line = edges(7, *((k, k + 1) for k in range(6)), *((k + 1, k) for k in range(6)))
    result = competing_contagions(line, {"a": 0, "b": 6}, probability=1.0, replications=200, seed=3)
    assert result.frequencies[0, [0, 1, 2]].tolist() == [200] * 3
    assert result.frequencies[1, [4, 5, 6]].tolist() == [200] * 3
    assert two_sided(result.frequencies[0, 3], 200, 0.5) > FALSE_ALARM


def test_refusals():
    graph = path(3)
    with pytest.raises(InputError, match="no brands"):
        competing_contagions(graph, {}, probability=0.1)
    with pytest.raises(InputError, match="differ from those of the seeds: b"):
        competing_contagions(graph, {"a": 0, "b": 1}, probability={"a": 0.1})
    with pytest.raises(InputError, match="probability of a: a number outside"):
        competing_contagions(graph, {"a": 0}, probability=1.5)
    with pytest.raises(InputError, match="did you mean 'apple'"):
        competing_contagions(graph, {"apple": 0}, probability=0.5).adoption_times("aple")
