import numpy as np
import pytest

from simulator.diffusion import complex_contagion, independent_cascade, linear_threshold, select_seeds, sir
from simulator.errors import InputError
from simulator.network.compact import OFFSETS, ROWS_AT_ONCE, TARGETS, CompactGraph, types_for, write_graph
from simulator.network.csr import CSRGraph
from simulator.network.procedural import ProceduralGraph, ProceduralParameters
from tests.support.cascades import random_graph

GRAPH = random_graph(300, 2400, 1)


@pytest.fixture
def mapped(tmp_path):
    return write_graph(GRAPH, tmp_path / "graph")


def same(graph, other):
    return (graph.offsets == other.offsets).all() and (graph.targets == other.targets).all()


def test_types():
    """Bytes an edge: 2 up to 65,536 rows, else 4; a row: 4 below 2**31 edges, else 8."""
    sizes = [tuple(t.itemsize for t in types_for(n, m)) for n, m in ((65_536, 9), (65_537, 2**31 - 1), (10**8, 2**31))]
    assert sizes == [(4, 2), (4, 4), (8, 4)]
    compact = CompactGraph.of(GRAPH)
    assert compact.nbytes == 2 * GRAPH.n_edges + 4 * 301
    assert same(compact.to_csr(), GRAPH)


def test_what_is_written_is_mapped(mapped, tmp_path):
    assert same(mapped, GRAPH)
    assert (mapped.offsets.dtype, mapped.targets.dtype) == (np.int32, np.uint16)
    assert mapped.followers(7).tolist() == GRAPH.followers(7).tolist()
    assert isinstance(mapped.targets.base, np.memmap)
    with pytest.raises(InputError, match="allowed: 0 to 299"):
        mapped.followers(300)


def test_writes_to_the_arrays_do_not_reach_the_file(mapped, tmp_path):
    mapped.targets[0] = 299
    assert same(CompactGraph.open(tmp_path / "graph"), GRAPH)


def test_an_earlier_graph_stays_whole_when_another_is_written(mapped, tmp_path):
    other = write_graph(random_graph(50, 100, 2), tmp_path / "graph")
    assert same(mapped, GRAPH)
    assert other.n == 50


def test_a_computed_graph_is_written_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.network.compact.ROWS_AT_ONCE", 333)
    graph = ProceduralGraph(1000, 3, ProceduralParameters(mean_followers=20.0), [0, 400, 1000])
    assert ROWS_AT_ONCE > 333
    assert same(write_graph(graph, tmp_path), graph.materialise())


@pytest.mark.parametrize(
    "run",
    [
        lambda g: independent_cascade(g, [1, 2], probability=0.2, replications=70, seed=3),
        lambda g: independent_cascade(g, [1, 2], probability=0.2, replications=70, seed=3, draws="skips"),
        lambda g: independent_cascade(g, [1, 2], probability=0.2, replications=70, seed=3, draws="lanes"),
        lambda g: linear_threshold(g, [1, 2], replications=70, seed=3),
        lambda g: complex_contagion(g, list(range(20)), adopters=2),
        lambda g: sir(g, [1, 2], infection=0.1, recovery=0.5, replications=20),
    ],
    ids=["keyed", "skips", "lanes", "linear threshold", "complex", "sir"],
)
def test_rules_do_the_same_on_it(mapped, run):
    one, two = run(GRAPH), run(mapped)
    assert (one.final_sizes == two.final_sizes).all()
    assert (one.frequencies == two.frequencies).all()
    assert (one.adoption_times(0) == two.adoption_times(0)).all()
    assert (one.parents(0) == two.parents(0)).all()
    assert one.final_sizes.max() > 2


def test_seeds_are_the_same(mapped):
    for model in ("ic", "lt"):
        one, two = (select_seeds(g, 3, model=model, max_sets=2000) for g in (GRAPH, mapped))
        assert one.seeds.tolist() == two.seeds.tolist()
        assert one.spread == two.spread


def test_graphs_without_edges_are_refused(tmp_path):
    with pytest.raises(InputError, match="without edges"):
        write_graph(CSRGraph.from_edges([], [], 3), tmp_path)


def test_damaged_files(mapped, tmp_path):
    folder = tmp_path / "graph"
    with pytest.raises(InputError, match="there is no such file"):
        CompactGraph.open(tmp_path / "nothing")
    np.save(folder / TARGETS, np.zeros((3, 3), np.uint16))
    with pytest.raises(InputError, match="uint16 or int32 of one dimension"):
        CompactGraph.open(folder)
    np.save(folder / TARGETS, np.zeros(3, np.uint16))
    with pytest.raises(InputError, match="allowed: 0 to 3, the number of targets"):
        CompactGraph.open(folder)
    (folder / OFFSETS).write_bytes(b"no array")
    with pytest.raises(InputError, match=r"offsets\.npy.*no array"):
        CompactGraph.open(folder)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (OFFSETS, [0, 3, 2, 3], "row 1 ends before it begins"),
        (OFFSETS, [0, -1, 3, 3], "row 0 ends before it begins"),
        (TARGETS, [1, 2, 3], "targets from 1 to 3; allowed: rows 0 to 2"),
    ],
)
def test_numbers_that_lead_out_of_the_arrays_are_refused(tmp_path, name, values, message):
    """Compiled code trusts them: a target beyond the last row was written to, and ended the process."""
    np.save(tmp_path / OFFSETS, np.array([0, 2, 3, 3], np.int32))
    np.save(tmp_path / TARGETS, np.array([1, 2, 0], np.uint16))
    assert CompactGraph.open(tmp_path).n == 3
    np.save(tmp_path / name, np.array(values, np.int32 if name == OFFSETS else np.uint16))
    with pytest.raises(InputError, match=message):
        CompactGraph.open(tmp_path)
