"""Public graphs read whole; the figures beside them are those their publishers print, or counts of the file."""

import numpy as np
import pytest

from simulator.network.io import read_graph
from simulator.network.statistics import (
    average_clustering,
    describe,
    follower_exponent,
    giant_component_share,
    reciprocity,
)


def test_ego_facebook(data_dir):
    loaded = read_graph(data_dir / "graph_und_ego_facebook.tsv.gz", "undirected")
    graph = loaded.graph
    assert (graph.n, graph.n_edges) == (4039, 2 * 88_234)
    assert (loaded.self_loops, loaded.duplicates) == (0, 0)
    assert round(average_clustering(graph), 4) == 0.6055
    assert giant_component_share(graph) == 1.0
    assert reciprocity(graph) == 1.0
    assert graph.follower_counts().max() == 1045


def test_higgs_retweets(data_dir):
    loaded = read_graph(data_dir / "graph_dir_higgs_retweet.tsv.gz", "follows", weighted=True)
    graph = loaded.graph
    assert (graph.n, graph.n_edges) == (256_491, 328_132)
    assert loaded.ids[0] >= 0
    assert (np.diff(loaded.ids) > 0).all()
    assert graph.weights.min() >= 1
    # those retweeted are authors, so the heavy tail is in the follower counts; about 1.9 is published
    assert follower_exponent(graph).exponent == pytest.approx(1.9, abs=0.15)


def test_slashdot(data_dir):
    loaded = read_graph(data_dir / "graph_dir_slashdot0902.tsv.gz")
    assert loaded.self_loops == 78_303
    assert loaded.graph.n == 82_168
    assert loaded.graph.n_edges + loaded.self_loops + loaded.duplicates == 948_464
    assert round(reciprocity(loaded.graph), 2) == 0.84
    kept = read_graph(data_dir / "graph_dir_slashdot0902.tsv.gz", self_loops="keep")
    assert kept.graph.n_edges == loaded.graph.n_edges + 78_303


def test_lastfm(data_dir):
    graph = read_graph(data_dir / "graph_und_lastfm_asia.tsv.gz", "undirected").graph
    assert (graph.n, graph.n_edges) == (7624, 2 * 27_806)
    assert round(average_clustering(graph, sample=None), 3) == 0.219
    assert giant_component_share(graph) == 1.0


def test_circles_are_clustered_and_feeds_are_not(data_dir):
    circle = describe(read_graph(data_dir / "graph_und_socfb_American75.tsv.gz", "undirected").graph)
    feed = describe(read_graph(data_dir / "graph_dir_higgs_retweet.tsv.gz", "follows").graph)
    assert 0.1 < circle["clustering"] < 0.6
    assert circle["follower_assortativity"] > 0 > feed["follower_assortativity"]
    assert circle["clustering"] > 2 * feed["clustering"]
