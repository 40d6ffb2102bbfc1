"""What must hold for every registered diffusion rule, on any graph. A new rule is tested here before its own tests."""

from dataclasses import replace

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.diffusion import RULES
from simulator.diffusion.inputs import followee_counts
from simulator.diffusion.runner import Call
from simulator.kernels import decisions
from simulator.network.csr import CSRGraph
from tests.support.cascades import random_graph

PINNED = settings(max_examples=20, deadline=None, derandomize=True)
TICKS = 30
everybody = pytest.mark.parametrize("name", list(RULES))


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 20))
    ends = st.integers(0, n - 1)
    src, dst = np.array(draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=80))).T
    return CSRGraph.from_edges(src, dst, n)


def call(name, graph, strength, seeds=(0,), seed=0, keys=None):
    rows = np.array(seeds, np.int32)
    parameters = RULES[name].parameters(followee_counts(graph), graph.n_edges, rows.size, strength)
    identity = np.arange(graph.n, dtype=np.uint32) if keys is None else keys.astype(np.uint32)
    return Call(RULES[name], [graph], identity, seed, parameters, rows, TICKS)


def times(one, replication=0):
    return np.maximum(one.replay(replication).time, -1)


def test_the_rules_are_known():
    known = {"bass", "competing", "complex_contagion", "dose_response", "linear_threshold", "si", "sir", "sis", "seir"}
    assert known <= set(RULES)
    numbers = [rule.decision for rule in RULES.values()]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= {value for name, value in vars(decisions).items() if name.isupper()}


@everybody
def test_threads_and_pieces_change_nothing(name):
    one = call(name, random_graph(100, 500, 1), 0.4, (1, 2), 3)
    alone = one.run(23, 1, None)
    calls = []
    for threads in (2, 3, 40):
        other = one.run(23, threads, lambda done, total: calls.append((done, total)))
        assert (other.sizes == alone.sizes).all()
        assert (other.frequencies == alone.frequencies).all()
    assert calls[-1] == (23, 23)
    assert any((times(one, 0) != times(one, r)).any() for r in range(1, 9))


@everybody
def test_a_replay_is_the_replication(name):
    """Sizes of the batch, which reuses its memory, against replications run alone in fresh memory."""
    one = call(name, random_graph(100, 500, 2), 0.4, (1, 2), 3)
    batch = one.run(9, 1, None)
    reached = np.array([times(one, r) >= 0 for r in range(9)])
    assert (batch.sizes == reached.sum(axis=1)).all()
    assert (batch.frequencies == reached.sum(axis=0)).all()


@everybody
def test_strength_0_keeps_to_the_seeds(name):
    outcome = call(name, random_graph(100, 800, 3), 0.0, (4, 9), 1).run(5, 1, None)
    assert (outcome.sizes == 2).all()
    assert outcome.frequencies[[4, 9]].tolist() == [5, 5]


@everybody
def test_strength_1_reaches_all_there_is(name):
    graph = random_graph(100, 250, 4)
    found = times(replace(call(name, graph, 1.0, (7,), 1), ticks=300))
    distance = np.full(graph.n, -1)
    for row, steps in networkx.single_source_shortest_path_length(graph.to_networkx(), 7).items():
        distance[row] = steps
    assert ((found >= 0) == (distance >= 0)).all()
    if name == "seir":  # one tick or more passes before a user is infectious
        assert (found >= distance).all()
    else:
        assert (found == distance).all()


@everybody
@PINNED
@given(graphs(), st.integers(0, 2**64 - 1), st.floats(0, 1), st.randoms(use_true_random=False))
def test_renaming_rows_only_permutes(name, graph, seed, strength, random):
    order = list(range(graph.n))
    random.shuffle(order)
    row_of = np.argsort(order)
    keys = np.arange(graph.n) * 3 + 1
    plain = call(name, graph, strength, (0, 1), seed, keys).replay(1, True)
    renamed = call(name, graph.relabel(order), strength, row_of[[0, 1]], seed, keys[order]).replay(1, True)
    assert (np.maximum(renamed.time, -1) == np.maximum(plain.time, -1)[order]).all()
    if plain.parent.size:
        later = np.flatnonzero(renamed.time > 0)
        assert (renamed.parent[later] == row_of[plain.parent[np.array(order)[later]]]).all()


@everybody
@PINNED
@given(graphs(), st.integers(0, 2**64 - 1), st.floats(0, 1), st.floats(0, 1))
def test_more_strength_never_means_less(name, graph, seed, a, b):
    if not RULES[name].monotone:
        return
    weak, strong = (times(call(name, graph, strength, (0, 1), seed)) for strength in sorted((a, b)))
    reached = weak >= 0
    assert (strong[reached] >= 0).all()
    assert (strong[reached] <= weak[reached]).all()


@everybody
@PINNED
@given(graphs(), graphs(), st.integers(0, 2**32), st.floats(0, 1))
def test_a_component_apart_changes_nobody(name, graph, other, seed, strength):
    sources = [np.repeat(np.arange(g.n), g.follower_counts()) for g in (graph, other)]
    both = CSRGraph.from_edges(
        np.concatenate((sources[0], sources[1] + graph.n)),
        np.concatenate((graph.targets, other.targets + graph.n)),
        graph.n + other.n,
    )
    alone = times(call(name, graph, strength, (0,), seed))
    beside = times(call(name, both, strength, (0, graph.n), seed))
    assert (beside[: graph.n] == alone).all()
