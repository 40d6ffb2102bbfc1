import numpy as np
import pytest

from simulator.diffusion import independent_cascade
from simulator.errors import InputError
from simulator.network.csr import CSRGraph


@pytest.fixture(scope="module")
def graph():
    rng = np.random.default_rng(1)
    return CSRGraph.from_edges(rng.integers(0, 200, 1500), rng.integers(0, 200, 1500), 200)


def test_threads_change_nothing(graph):
    one = independent_cascade(graph, [1, 2], probability=0.15, replications=37, seed=4)
    for threads in (2, 3, 64):
        other = independent_cascade(graph, [1, 2], probability=0.15, replications=37, seed=4, threads=threads)
        assert (other.final_sizes == one.final_sizes).all()
        assert (other.frequencies == one.frequencies).all()


def test_a_replication_does_not_depend_on_their_number(graph):
    few = independent_cascade(graph, 3, probability=0.15, replications=3, seed=4)
    many = independent_cascade(graph, 3, probability=0.15, replications=9, seed=4)
    assert (many.final_sizes[:3] == few.final_sizes).all()
    assert len(set(many.final_sizes.tolist())) > 1


def test_one_number_or_one_an_edge(graph):
    one = independent_cascade(graph, 3, probability=0.1, replications=5)
    each = independent_cascade(graph, 3, probability=np.full(graph.n_edges, 0.1), replications=5)
    assert (one.frequencies == each.frequencies).all()


def test_seeds_are_a_set(graph):
    once = independent_cascade(graph, [5, 2], probability=0.1, replications=4)
    again = independent_cascade(graph, [2, 5, 2], probability=0.1, replications=4)
    assert again.seeds.tolist() == [2, 5]
    assert (once.frequencies == again.frequencies).all()


def test_tables(graph):
    plain = independent_cascade(graph, 3, probability=0.1, replications=4)
    assert plain.to_pandas().to_dict("list") == {
        "replication": [0, 1, 2, 3],
        "final_size": plain.final_sizes.tolist(),
    }
    trees = independent_cascade(graph, 3, probability=0.1, replications=4, trees=True).to_pandas()
    assert list(trees.columns) == ["replication", "user", "time", "parent"]
    assert trees.groupby("replication").size().tolist() == plain.final_sizes.tolist()
    for row in trees.itertuples():
        if row.time == 0:
            assert (row.user, row.parent) == (3, -1)
            continue
        parent = trees[(trees.replication == row.replication) & (trees.user == row.parent)]
        assert parent.time.tolist() == [row.time - 1]
        assert row.user in graph.followers(row.parent)
    assert "replications=4" in repr(plain)


@pytest.mark.parametrize(
    ("seeds", "changes", "message"),
    [
        ([200], {}, "seeds.*0 to 199"),
        ([-1], {}, "seeds.*0 to 199"),
        ([], {}, "one or more row numbers"),
        ([0.5], {}, "one or more row numbers"),
        ([1], {"probability": 1.5}, "0 to 1"),
        ([1], {"probability": -0.1}, "0 to 1"),
        ([1], {"probability": float("nan")}, "0 to 1"),
        ([1], {"probability": [0.1, 0.2]}, "one an edge"),
        ([1], {"replications": 0}, "1 or more"),
        ([1], {"threads": 0}, "1 or more"),
        ([1], {"keys": np.zeros(200, int)}, "every key once"),
        ([1], {"keys": np.arange(5)}, "200 integers"),
        ([1], {"keys": np.arange(200) - 1}, "0 to 4294967295"),
    ],
)
def test_wrong_arguments(graph, seeds, changes, message):
    with pytest.raises(InputError, match=message):
        independent_cascade(graph, seeds, **({"probability": 0.1} | changes))


def test_a_replication_that_was_not_run(graph):
    result = independent_cascade(graph, 3, probability=0.1, replications=2)
    for replication in (-1, 2):
        with pytest.raises(InputError, match="allowed: 0 to 1"):
            result.adoption_times(replication)
