import gzip
import io
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.errors import InputError
from simulator.network.csr import CSRGraph
from simulator.network.io import from_igraph, from_networkx, from_scipy, read_graph


def write(folder, content, name="graph.txt"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def edges_of(loaded):
    """Edges by their ids outside, author first."""
    graph = loaded.graph
    sources = np.repeat(np.arange(graph.n), graph.follower_counts())
    return sorted((loaded.ids[u], loaded.ids[v]) for u, v in zip(sources, graph.targets, strict=True))


SNAP = "# Directed graph\n# FromNodeId\tToNodeId\n10\t20\n20\t30\n\n10\t30\n30\t30\n10\t20\n"


def test_snap_text(tmp_path):
    loaded = read_graph(write(tmp_path, SNAP))
    assert loaded.ids.tolist() == [10, 20, 30]
    assert edges_of(loaded) == [(10, 20), (10, 30), (20, 30)]
    assert (loaded.self_loops, loaded.duplicates) == (1, 1)


def test_directions(tmp_path):
    path = write(tmp_path, SNAP)
    assert edges_of(read_graph(path, "follows")) == [(20, 10), (30, 10), (30, 20)]
    both = read_graph(path, "undirected")
    assert edges_of(both) == [(10, 20), (10, 30), (20, 10), (20, 30), (30, 10), (30, 20)]
    assert (both.self_loops, both.duplicates) == (1, 1)
    kept = read_graph(path, self_loops="keep")
    assert (30, 30) in edges_of(kept)
    assert kept.self_loops == 0
    twice = read_graph(write(tmp_path, "1 2\n2 1\n"), "undirected")
    assert (twice.graph.n_edges, twice.duplicates) == (2, 1)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("0 1\n1 2\n", "a.txt"),
        ("  0   1\r\n1 2", "a.edges"),
        ("0\t1\n1\t2\n", "a.tsv"),
        ("0,1\n1,2\n", "a.csv"),
        ("0;1\n1;2\n", "a.csv"),
        ("src,dst\n0,1\n1,2\n", "a.csv"),
        ('"who","whom"\n"0","1"\n"1","2"\n', "a.csv"),
        ("u\tv\tweight\n0\t1\t.5\n1\t2\t3\n", "a.tsv"),
        ("\ufeffu\tv\n0\t1\n1\t2\n", "a.tsv"),
        ("% sym unweighted\n0 1\n% more\n1 2\n", "a.txt"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_dialect_reads_alike(tmp_path, content, name, packed):
    raw = content.encode()
    path = write(tmp_path, gzip.compress(raw) if packed else raw, name + ".gz" * packed)
    loaded = read_graph(path)
    assert edges_of(loaded) == [(0, 1), (1, 2)]
    assert loaded.ids.dtype == np.int64


def test_ids_of_any_size_are_numbered(tmp_path):
    loaded = read_graph(write(tmp_path, "9223372036854775807 5\n5 6000000000\n"))
    assert loaded.graph.n == 3
    assert loaded.ids.tolist() == [5, 6000000000, 9223372036854775807]


def test_names_are_numbered(tmp_path):
    for content in ("anna,bo\nbo,chen li\n", "source,target\nanna,bo\nbo,chen li\n"):
        loaded = read_graph(write(tmp_path, content, "a.csv"))
        assert loaded.ids.tolist() == ["anna", "bo", "chen li"]
        assert edges_of(loaded) == [("anna", "bo"), ("bo", "chen li")]
    mixed = read_graph(write(tmp_path, "7 x7\nx7 8\n"), ids="string")
    assert mixed.ids.tolist() == ["7", "8", "x7"]
    told = read_graph(write(tmp_path, "anna,bo\nchen,dora\n", "a.csv"), header=True)
    assert told.ids.tolist() == ["chen", "dora"]


def test_rows_given(tmp_path):
    loaded = read_graph(write(tmp_path, "0 1\n4 2\n"), n=6)
    assert loaded.graph.n == 6
    assert loaded.ids.tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(InputError, match=r"graph\.txt.*src\[1\] is 4; allowed: 0 to 3"):
        read_graph(write(tmp_path, "0 1\n4 2\n"), n=4)
    with pytest.raises(InputError, match="ids are names"):
        read_graph(write(tmp_path, "a b\n"), n=4)


def test_weights(tmp_path):
    path = write(tmp_path, "u v w\n0 1 .5\n1 2 3\n0 1 7\n")
    assert read_graph(path).graph.weights is None
    loaded = read_graph(path, weighted=True)
    assert loaded.graph.weights.tolist() == [0.5, 3.0]
    assert read_graph(path, weighted=True, duplicates="sum").graph.weights.tolist() == [7.5, 3.0]
    both = read_graph(path, "undirected", weighted=True)
    assert both.graph.weights.tolist() == [0.5, 0.5, 3.0, 3.0]


BAD = [
    ("", "holds no edges"),
    ("# only a comment\n\n", "holds no edges"),
    ("src\tdst\n", "holds no edges after the names"),
    ("0 1\n1 two\n", r":2: id 'two' is no whole number; allowed: integers from 0"),
    ("0 1\n\n# c\n1 -2\n", ":4: id -2 is negative"),
    ("0 1\n1.5 2\n", r":2: id '1\.5' is no whole number"),
    ("0 1\n1 2 3\n", ":2: 3 columns; allowed: 2 columns"),
    ("0 1 5\n1 2\n", ":2: 2 columns; allowed: 3 columns"),
    ("0 1\n7\n", ":2: 1 columns; allowed: 2 columns"),
    ("0,1\n1,\n", ":2: id '' is no whole number"),
    ("a,b\nc,\n", ":2: an id is empty"),
    ("0\n1\n", ":1: 1 columns; allowed: two ids"),
    ("0 9223372036854775808\n", ":1: id 9223372036854775808 is too large"),
    ("0 99999999999999999999999\n", "is too large"),
    (b"0 1\n\xff\xfe 2\n", ":2: is no text"),
    (b"\x80\x04\x95\x00\x00", "is no text"),
]


@pytest.mark.parametrize(("content", "message"), BAD)
@pytest.mark.parametrize("packed", [False, True])
def test_bad_files_say_where_and_what(tmp_path, content, message, packed):
    raw = content if isinstance(content, bytes) else content.encode()
    path = write(tmp_path, gzip.compress(raw) if packed else raw, "bad.txt" + ".gz" * packed)
    with pytest.raises(InputError, match=message) as caught:
        read_graph(path)
    assert caught.value.problems[0].file == str(path)


@pytest.mark.parametrize("weight", ["x", "nan", "inf", ""])
def test_bad_weights(tmp_path, weight):
    with pytest.raises(InputError, match=r":2: weight .* is no number"):
        read_graph(write(tmp_path, f"0,1,1\n1,2,{weight}\n", "a.csv"), weighted=True)
    with pytest.raises(InputError, match="two ids and a weight"):
        read_graph(write(tmp_path, "0 1\n"), weighted=True)


def test_damaged_and_missing_files(tmp_path):
    packed = gzip.compress(SNAP.encode() * 50)
    for raw in (packed[:-20], packed[:5], b"no gzip at all", packed[:30] + b"\0\0\0\0" + packed[34:]):
        with pytest.raises(InputError, match="damaged or cut off"):
            read_graph(write(tmp_path, raw, "a.txt.gz"))
    with pytest.raises(InputError, match="no such file"):
        read_graph(tmp_path / "nowhere.txt")
    with pytest.raises(InputError, match="no such file"):
        read_graph(tmp_path / "nowhere.parquet")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_graph(tmp_path / "folder.txt")


def test_nothing_is_unpickled(tmp_path):
    for name in ("graph.pkl", "graph.npy", "graph.pickle.gz", "graph"):
        with pytest.raises(InputError, match="unknown kind of file"):
            read_graph(write(tmp_path, pickle.dumps([(0, 1)]), name))


def test_unknown_words(tmp_path):
    path = write(tmp_path, SNAP)
    for word in ({"edges": "likes"}, {"ids": "float"}):
        with pytest.raises(InputError, match="allowed"):
            read_graph(path, **word)


def test_parquet(tmp_path):
    path = tmp_path / "graph.parquet"
    pd.DataFrame({"a": [10, 20], "b": [20, 30], "w": [0.5, 2.0]}).to_parquet(path)
    assert edges_of(read_graph(path)) == [(10, 20), (20, 30)]
    assert read_graph(path, weighted=True).graph.weights.tolist() == [0.5, 2.0]
    pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"]}).to_parquet(path)
    assert edges_of(read_graph(path)) == [("x", "y"), ("y", "z")]
    for frame, message in (
        ({"a": [-1], "b": [0]}, "ids from -1 to -1; allowed: integers from 0"),
        ({"a": np.array([2**63], np.uint64), "b": [0]}, "ids from 9223372036854775808 to"),
        ({"a": [b"x"], "b": [b"y"]}, "column 'a' is binary"),
        ({"a": [[1]], "b": [[2]]}, "column 'a' is list"),
        ({"a": [0.5], "b": [0]}, "allowed: integers from 0"),
        ({"a": [1], "b": ["x"]}, "one kind"),
        ({"a": [1]}, "1 columns"),
        ({"a": [], "b": []}, "0 rows"),
        ({"a": ["x", None], "b": ["y", "z"]}, "empty cells"),
    ):
        pd.DataFrame(frame).to_parquet(path)
        with pytest.raises(InputError, match=message):
            read_graph(path)
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(InputError, match="no parquet file"):
        read_graph(path)


def test_a_large_file_takes_the_same_road(tmp_path):
    rng = np.random.default_rng(0)
    src, dst = rng.integers(0, 5000, 100_000), rng.integers(0, 5000, 100_000)
    buffer = io.StringIO()
    np.savetxt(buffer, np.column_stack((src, dst)), fmt="%d")
    loaded = read_graph(write(tmp_path, buffer.getvalue()), n=5000)
    assert loaded.graph.content_hash() == CSRGraph.from_edges(src, dst, 5000).content_hash()


def test_networkx():
    import networkx

    directed = networkx.DiGraph([("x", "y"), ("y", "z"), ("z", "z")])
    loaded = from_networkx(directed)
    assert edges_of(loaded) == [("x", "y"), ("y", "z")]
    assert loaded.self_loops == 1
    circle = networkx.cycle_graph(5)
    networkx.set_edge_attributes(circle, 2.0, "w")
    loaded = from_networkx(circle, weight="w")
    assert loaded.graph.n_edges == 10
    assert set(loaded.graph.weights.tolist()) == {2.0}
    assert set(loaded.graph.to_networkx().edges) == set(circle.to_directed().edges)
    assert from_networkx(networkx.empty_graph(3)).graph.n == 3


def test_igraph():
    import igraph

    ring = igraph.Graph.Ring(5)
    assert from_igraph(ring).graph.n_edges == 10
    directed = igraph.Graph([(0, 1), (1, 2)], directed=True)
    directed.es["w"] = [0.5, 2.0]
    loaded = from_igraph(directed, weight="w")
    assert edges_of(loaded) == [(0, 1), (1, 2)]
    assert loaded.graph.weights.tolist() == [0.5, 2.0]
    assert from_igraph(igraph.Graph(3)).graph.n == 3


def test_scipy():
    import scipy.sparse

    matrix = scipy.sparse.csr_array(np.array([[0, 2, 0], [0, 0, 3], [0, 0, 1]]))
    assert edges_of(from_scipy(matrix)) == [(0, 1), (1, 2)]
    assert from_scipy(matrix, weighted=True).graph.weights.tolist() == [2.0, 3.0]
    assert edges_of(from_scipy(matrix, edges="follows")) == [(1, 0), (2, 1)]
    with pytest.raises(InputError, match="as many rows as columns"):
        from_scipy(scipy.sparse.csr_array(np.ones((2, 3))))


def test_large_ids_beside_a_point_are_not_merged(tmp_path):
    """A column with one float is read as floats by pandas, in which these two ids are the same."""
    text = "9007199254740993\t1\n9007199254740992\t1\n"
    assert read_graph(write(tmp_path, text.encode())).ids.tolist() == [1, 2**53, 2**53 + 1]
    with pytest.raises(InputError, match=r":3: id '1.0' is no whole number"):
        read_graph(write(tmp_path, (text + "1.0\t2\n").encode()))


def test_an_infinite_id_is_told_without_a_warning(tmp_path):
    with pytest.raises(InputError, match=r":2: id 'inf' is no whole number"):
        read_graph(write(tmp_path, b"1\t2\ninf\t3\n"))


@pytest.mark.parametrize("inside", [b"0 1\n" * 6_000_000, b"\0" * 20_000_000])
def test_a_small_file_that_would_fill_memory_is_refused(tmp_path, inside):
    packed = gzip.compress(inside, 9, mtime=0)
    assert len(packed) < 30_000
    with pytest.raises(InputError, match="unpacks to more than 64 times its size"):
        read_graph(write(tmp_path, packed, "graph.tsv.gz"))


def test_parquet_with_two_columns_of_one_name_or_too_many_rows(tmp_path):
    path = tmp_path / "graph.parquet"
    one = pa.array([1, 2])
    pq.write_table(pa.Table.from_arrays([one, one], names=["u", "u"]), path)
    with pytest.raises(InputError, match="two columns have one name: u, u"):
        read_graph(path)
    many = pa.array(np.zeros(17 << 20, np.uint8))
    pq.write_table(pa.table({"u": many, "v": many}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="too many for edges"):
        read_graph(path)


def test_an_id_of_thousands_of_digits_is_too_large(tmp_path):
    with pytest.raises(InputError, match=r":2: id 9{57}\.\.\. is too large"):
        read_graph(write(tmp_path, b"1\t2\n" + b"9" * 5000 + b"\t3\n"))
