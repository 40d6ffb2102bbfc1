"""What is read from the raw data is what was published of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.validation.patterns import d1, d2, d3, d4, d7
from simulator.validation.reference import branching_trees, distance, taobao_funnel, weibo_trees
from tests.unit.validation.runs import context


def test_weibo_trees(data_dir: Path) -> None:
    """Medians of 3.7 h, 29 h and 1.4 h were published of all trees; a few are outside the range of sizes."""
    trees = weibo_trees(data_dir / d2.FILE)
    assert 1500 < len(trees) < 1698
    assert trees["size"].between(101, 1001).all()
    medians = trees[["half", "ninety", "lag"]].median() / 60
    assert list(medians) == pytest.approx([3.7, 29, 1.4], rel=0.15)
    assert trees["structural_virality"].median() == pytest.approx(2.9, abs=0.05)
    assert trees["one_hop_share"].mean() == pytest.approx(0.616, abs=0.02)
    assert (trees["largest_broadcast"] >= trees["one_hop_share"]).all()


def test_a_branching_tree_is_far_from_weibo(data_dir: Path) -> None:
    """Published distances: .42, .40 and .28."""
    trees = weibo_trees(data_dir / d1.FILE)
    made = branching_trees(trees, 1)
    columns = ("one_hop_share", "structural_virality", "depth")
    assert [distance(made, trees, column) for column in columns] == pytest.approx([0.42, 0.40, 0.28], abs=0.08)
    assert [distance(trees, trees, column) for column in columns] == pytest.approx([0, 0, 0], abs=1e-9)


def test_the_size_law_of_twitter_cascades(data_dir: Path) -> None:
    assert 1.93 <= d3.observed(context({}, data=data_dir)) <= 1.99


def test_the_funnel_of_taobao(data_dir: Path) -> None:
    found = taobao_funnel(data_dir / d7.FILE)
    assert found.users == 815
    assert found.buy_per_view == pytest.approx(0.0231, abs=0.0002)
    assert 0.02 < found.cart_per_view < 0.07


def test_every_graph_is_there(data_dir: Path) -> None:
    for file, users in (*d4.CIRCLES.values(), *d4.FEEDS.values()):
        assert (data_dir / file).is_file()
        assert users > 4000
