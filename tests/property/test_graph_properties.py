"""What must hold on every graph: names are only names, strangers do not matter, more persuasion never means less."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.diffusion import independent_cascade
from simulator.network.csr import CSRGraph
from simulator.network.statistics import describe

PINNED = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 25))
    ends = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=120))
    src, dst = np.array(edges).T
    return CSRGraph.from_edges(src, dst, n)


@PINNED
@given(graphs(), st.integers(0, 2**64 - 1), st.floats(0, 1), st.randoms(use_true_random=False))
def test_renaming_rows_only_permutes_a_cascade(graph, seed, p, random):
    order = list(range(graph.n))
    random.shuffle(order)
    keys = np.arange(graph.n) * 3 + 1
    row_of = np.argsort(order)
    plain = independent_cascade(graph, [0], probability=p, seed=seed, keys=keys)
    renamed = independent_cascade(graph.relabel(order), [row_of[0]], probability=p, seed=seed, keys=keys[order])
    assert (renamed.adoption_times() == plain.adoption_times()[order]).all()
    parents = plain.parents()[order]
    assert (renamed.parents() == np.where(parents >= 0, row_of[parents], -1)).all()


@PINNED
@given(graphs(), graphs(), st.integers(0, 2**32), st.floats(0, 1))
def test_a_component_apart_changes_nobody(graph, other, seed, p):
    sources = [np.repeat(np.arange(g.n), g.follower_counts()) for g in (graph, other)]
    both = CSRGraph.from_edges(
        np.concatenate((sources[0], sources[1] + graph.n)),
        np.concatenate((graph.targets, other.targets + graph.n)),
        graph.n + other.n,
    )
    alone = independent_cascade(graph, [0], probability=p, seed=seed)
    beside = independent_cascade(both, [0, graph.n], probability=p, seed=seed)
    assert (beside.adoption_times()[: graph.n] == alone.adoption_times()).all()
    assert (beside.parents()[: graph.n] == alone.parents()).all()


@PINNED
@given(graphs(), st.integers(0, 2**32), st.floats(0, 1), st.floats(0, 1))
def test_raising_the_chance_never_shrinks_a_cascade_nor_delays_it(graph, seed, p, q):
    low, high = (independent_cascade(graph, [0], probability=c, seed=seed) for c in sorted((p, q)))
    before, after = low.adoption_times(), high.adoption_times()
    reached = before >= 0
    assert (after[reached] >= 0).all()
    assert (after[reached] <= before[reached]).all()


@PINNED
@given(graphs(), st.integers(0, 2**32), st.floats(0, 1))
def test_more_seeds_never_shrink_a_cascade(graph, seed, p):
    one = independent_cascade(graph, [0], probability=p, seed=seed)
    two = independent_cascade(graph, [0, graph.n - 1], probability=p, seed=seed)
    assert (two.adoption_times()[one.adoption_times() >= 0] >= 0).all()


@PINNED
@given(graphs(), st.randoms(use_true_random=False))
def test_edges_survive_every_change_of_form(graph, random):
    def pairs(g):
        return set(zip(np.repeat(np.arange(g.n), g.follower_counts()).tolist(), g.targets.tolist(), strict=True))

    edges = pairs(graph)
    assert pairs(graph.reverse()) == {(v, u) for u, v in edges}
    assert pairs(graph.undirected()) == edges | {(v, u) for u, v in edges}
    order = list(range(graph.n))
    random.shuffle(order)
    row_of = np.argsort(order)
    assert pairs(graph.relabel(order)) == {(row_of[u], row_of[v]) for u, v in edges}
    assert graph.relabel(order).relabel(row_of).content_hash() == graph.content_hash()


@PINNED
@given(graphs(), st.randoms(use_true_random=False))
def test_statistics_do_not_see_names(graph, random):
    order = list(range(graph.n))
    random.shuffle(order)
    plain, renamed = describe(graph), describe(graph.relabel(order))
    for name, value in plain.items():
        # sums of at most a few thousand doubles in another order
        np.testing.assert_allclose(renamed[name], value, rtol=1e-9, atol=1e-9)
