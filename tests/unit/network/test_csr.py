from itertools import pairwise

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.kernels.graph import has_edge, lower_bound, owner_slice
from simulator.network.csr import CSRGraph

SRC, DST = [2, 0, 0, 3, 2, 0], [1, 3, 1, 0, 0, 2]


def dense(graph):
    matrix = np.zeros((graph.n, graph.n))
    for row in range(graph.n):
        for place in range(graph.offsets[row], graph.offsets[row + 1]):
            matrix[row, graph.targets[place]] += 1.0 if graph.weights is None else graph.weights[place]
    return matrix


def random_graph(n, m, seed, weighted=False):
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 9, m).astype(np.float32) if weighted else None
    return CSRGraph.from_edges(rng.integers(0, n, m), rng.integers(0, n, m), n, weights)


def test_rows_list_followers_ascending():
    graph = CSRGraph.from_edges(SRC, DST, 5)
    assert graph.offsets.tolist() == [0, 3, 3, 5, 6, 6]
    assert graph.targets.tolist() == [1, 2, 3, 0, 1, 0]
    assert (graph.offsets.dtype, graph.targets.dtype) == (np.int64, np.int32)
    assert graph.followers(0).tolist() == [1, 2, 3]
    assert graph.followers(4).size == 0
    assert graph.follower_counts().tolist() == [3, 0, 2, 1, 0]
    assert graph.followee_counts().tolist() == [2, 2, 1, 1, 0]
    assert graph.n_edges == 6
    assert graph.nbytes == 6 * 8 + 6 * 4


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint32, np.int64, np.uint64])
def test_any_integer_type_and_read_only_or_strided_columns(dtype):
    src, dst = np.array(SRC, dtype), np.array(DST, dtype)
    src.setflags(write=False)
    graph = CSRGraph.from_edges(src, np.repeat(dst, 2)[::2], 5)
    assert graph.content_hash() == CSRGraph.from_edges(SRC, DST, 5).content_hash()


def test_self_loops():
    assert CSRGraph.from_edges([0, 1], [0, 0], 2).targets.tolist() == [0]
    assert CSRGraph.from_edges([0, 1], [0, 0], 2, self_loops="keep").targets.tolist() == [0, 0]
    with pytest.raises(InputError, match="edge 0 joins row 0 to itself"):
        CSRGraph.from_edges([0, 1], [0, 0], 2, self_loops="error")


def test_duplicates():
    src, dst, weights = [0, 1, 0, 0], [1, 0, 1, 1], [2.0, 3.0, 5.0, 7.0]
    assert CSRGraph.from_edges(src, dst, 2).targets.tolist() == [1, 0]
    first = CSRGraph.from_edges(src, dst, 2, weights)
    assert first.weights.tolist() == [2.0, 3.0]
    total = CSRGraph.from_edges(src, dst, 2, weights, duplicates="sum")
    assert total.weights.tolist() == [14.0, 3.0]
    counted = CSRGraph.from_edges(src, dst, 2, duplicates="sum")
    assert counted.weights.tolist() == [3.0, 1.0]
    with pytest.raises(InputError, match="from row 0 to row 1 stands twice"):
        CSRGraph.from_edges(src, dst, 2, duplicates="error")


@pytest.mark.parametrize("n", [0, 1, 7])
def test_graphs_without_edges(n):
    graph = CSRGraph.from_edges([], [], n)
    assert (graph.n, graph.n_edges) == (n, 0)
    assert graph.reverse().undirected().relabel(np.arange(n)).n_edges == 0
    assert "CSRGraph" in graph._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0], [5], 5), r"dst\[0\] is 5; allowed: 0 to 4"),
        (([-1], [0], 5), r"src\[0\] is -1; allowed: 0 to 4"),
        (([0, 1], [0], 5), "src has 2 entries and dst 1"),
        (([0.5], [0], 5), "allowed: a list of integers"),
        (([[0]], [0], 5), "allowed: a list of integers"),
        (([0], [1], 5, [1.0, 2.0]), "allowed: 1 numbers"),
        (([0], [1], 5, [np.nan]), "no finite number"),
        (([0], [1], 2**31), "allowed: 0 to 2147483647"),
        (([0], [1], -1), "allowed: 0 to 2147483647"),
    ],
)
def test_wrong_edges_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        CSRGraph.from_edges(*arguments)


@pytest.mark.parametrize("word", ["self_loops", "duplicates"])
def test_unknown_treatment(word):
    with pytest.raises(InputError, match=word):
        CSRGraph.from_edges([0], [1], 2, **{word: "ignore"})


def test_arrays_of_another_form_are_refused():
    offsets, targets = np.array([0, 1, 1]), np.array([1], np.int32)
    CSRGraph(2, offsets, targets)
    for wrong in (
        (2, offsets.astype(np.int32), targets),
        (2, offsets, targets.astype(np.int64)),
        (3, offsets, targets),
        (2, offsets + 1, targets),
        (2, offsets, targets, np.ones(1)),
    ):
        with pytest.raises(InputError, match="allowed"):
            CSRGraph(*wrong)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_against_dense_matrices(weighted, seed):
    graph = random_graph(30, 200, seed, weighted)
    matrix = dense(graph)
    assert (dense(graph.reverse()) == matrix.T).all()
    assert (dense(graph.reverse().reverse()) == matrix).all()
    both = matrix + matrix.T if weighted else np.maximum(matrix, matrix.T)
    assert (dense(graph.undirected()) == both).all()
    order = np.random.default_rng(seed).permutation(30)
    assert (dense(graph.relabel(order)) == matrix[np.ix_(order, order)]).all()
    for made in (graph.reverse(), graph.undirected(), graph.relabel(order)):
        assert all((np.diff(made.followers(row)) > 0).all() for row in range(30))


def test_union_of_two_graphs():
    a, b = random_graph(20, 60, 1), random_graph(20, 60, 2)
    assert (dense(a.union(b)) == np.maximum(dense(a), dense(b))).all()
    with pytest.raises(InputError, match="equal size"):
        a.union(random_graph(21, 60, 2))
    with pytest.raises(InputError, match="both have weights"):
        a.union(random_graph(20, 60, 2, weighted=True))


@pytest.mark.parametrize("order", [[0, 0, 1], [0, 1], [0, 1, 3], [0.0, 1.0, 2.0]])
def test_relabel_wants_a_permutation(order):
    with pytest.raises(InputError, match="allowed"):
        CSRGraph.from_edges([0], [1], 3).relabel(order)


def test_followers_of_a_row_that_does_not_exist():
    for row in (-1, 5):
        with pytest.raises(InputError, match="allowed: 0 to 4"):
            CSRGraph.from_edges(SRC, DST, 5).followers(row)


def test_content_hash_tells_graphs_apart():
    graph = CSRGraph.from_edges(SRC, DST, 5)
    assert graph.content_hash() == CSRGraph.from_edges(SRC[::-1], DST[::-1], 5).content_hash()
    others = [
        CSRGraph.from_edges(SRC, DST, 6),
        CSRGraph.from_edges(SRC[1:], DST[1:], 5),
        CSRGraph.from_edges(SRC, DST, 5, np.ones(6)),
        graph.reverse(),
    ]
    assert len({graph.content_hash(), *(other.content_hash() for other in others)}) == 5
    assert len(graph.content_hash()) == 64


def test_as_networkx():
    graph = random_graph(12, 40, 3, weighted=True)
    networkx = graph.to_networkx()
    assert set(networkx.nodes) == set(range(12))
    assert all(dense(graph)[u, v] == w for u, v, w in networkx.edges(data="weight"))
    assert networkx.number_of_edges() == graph.n_edges
    assert CSRGraph.from_edges(SRC, DST, 5).to_networkx().has_edge(3, 0)


def test_text_and_html():
    graph = CSRGraph.from_edges(SRC, DST, 5, np.ones(6))
    assert repr(graph) == "CSRGraph(n=5, edges=6, weighted, 0.0 MB)"
    assert "<td>6</td>" in graph._repr_html_()


def test_owner_slices_share_out_every_row():
    graph = random_graph(50, 900, 4)
    for row in range(50):
        cuts = [0, 7, 7, 30, 50]
        parts = [owner_slice(graph.offsets, graph.targets, row, lo, hi) for lo, hi in pairwise(cuts)]
        assert np.concatenate([graph.targets[a:b] for a, b in parts]).tolist() == graph.followers(row).tolist()
    assert lower_bound(np.array([1, 3, 3, 9]), 0, 4, 3) == 1
    assert lower_bound(np.array([1, 3, 3, 9]), 0, 4, 10) == 4
    matrix = dense(graph)
    assert all(has_edge(graph.offsets, graph.targets, a, b) == bool(matrix[a, b]) for a in range(50) for b in range(50))
