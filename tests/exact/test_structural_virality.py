"""Shapes of cascades: closed forms, and a twin that walks every pair of posts."""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.metrics import cascades
from simulator.metrics.cascades import cascade_rows, structural_virality, subtree_sizes


def path(n: int) -> np.ndarray:
    return np.arange(n) - 1


def star(n: int) -> np.ndarray:
    return np.array([-1] + [0] * (n - 1))


def binary(levels: int) -> np.ndarray:
    return (np.arange(1, 2**levels) // 2) - 1


@pytest.mark.parametrize("n", [2, 3, 10, 101])
def test_path_and_star(n: int) -> None:
    """A path's mean distance is (n + 1) / 3; a star's is 2 (n - 1) / n."""
    assert structural_virality(path(n)) == pytest.approx((n + 1) / 3, rel=1e-15)
    assert structural_virality(star(n)) == pytest.approx(2 * (n - 1) / n, rel=1e-15)


def test_a_single_post_has_none() -> None:
    assert np.isnan(structural_virality(np.array([-1])))


def test_small_tree_by_hand() -> None:
    """Root with children 1, 2 and grandchild 3 of 1: distances 1 1 2 2 1 3, together 10 over 6 pairs."""
    assert structural_virality(np.array([-1, 0, 0, 1])) == 10 / 6


def test_long_sums_neither_overflow_nor_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of 4 million posts has distances of 1.07e19 in all, past int64. Its subtree sizes are given: n, ..., 1."""
    n = 4_000_000
    assert subtree_sizes(path(1000), np.arange(1000)).tolist() == list(range(1000, 0, -1))
    monkeypatch.setattr(cascades, "subtree_sizes", lambda parent, depth: np.arange(n, 0, -1))
    assert structural_virality(path(n)) == pytest.approx((n + 1) / 3, rel=1e-15)


def test_a_large_star_is_exact() -> None:
    n = 3_000_000
    assert structural_virality(star(n)) == 2 * (n - 1) / n


@pytest.mark.parametrize(
    "parent",
    [[-1, -1], [1, 0], [-1, 2, 1], [0], [1, 2, 0]],
    ids=["two roots", "ring", "ring apart", "loop", "triangle"],
)
def test_what_is_no_tree_is_refused(parent: list[int]) -> None:
    with pytest.raises(ValueError, match="no single tree"):
        structural_virality(np.array(parent))


def naive(parent: np.ndarray) -> tuple[int, int, float, float, float]:
    """Size, depth, mean distance, one-hop share and largest broadcast, by walking from every post to every other."""
    n = len(parent)
    neighbours: list[list[int]] = [[] for _ in range(n)]
    for node, above in enumerate(parent):
        if above >= 0:
            neighbours[node].append(above)
            neighbours[above].append(node)
    root = list(parent).index(-1)
    distances = []
    for start in range(n):
        distance = {start: 0}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for there in neighbours[here]:
                if there not in distance:
                    distance[there] = distance[here] + 1
                    waiting.append(there)
        distances.append([distance[node] for node in range(n)])
    if n == 1:
        return 1, 0, np.nan, np.nan, np.nan
    children = [list(parent).count(node) for node in range(n)]
    mean = sum(map(sum, distances)) / (n * (n - 1))
    return n, max(distances[root]), mean, children[root] / (n - 1), max(children) / (n - 1)


@st.composite
def trees(draw: st.DrawFn) -> np.ndarray:
    """A random tree whose rows are in any order."""
    n = draw(st.integers(1, 25))
    parent = np.array([-1] + [draw(st.integers(0, node - 1)) for node in range(1, n)])
    place = np.array(draw(st.permutations(range(n))))
    shuffled = np.empty(n, dtype=np.int64)
    shuffled[place] = np.where(parent < 0, -1, place[parent])
    return shuffled


def table(forest: list[np.ndarray], seed: int = 0) -> pd.DataFrame:
    """The posts of some trees, keys at random, rows shuffled."""
    random = np.random.default_rng(seed)
    keys = random.choice(10**6, sum(map(len, forest)), replace=False).astype(np.uint64) + 2**63
    rows, used = [], 0
    for number, parent in enumerate(forest):
        own = keys[used : used + len(parent)]
        used += len(parent)
        for node, above in enumerate(parent):
            depth, up = 0, node
            while parent[up] >= 0:
                depth, up = depth + 1, parent[up]
            kind = "repost" if depth else ("brand", "share")[number % 2]
            rows.append((own[node], own[up], own[above] if above >= 0 else 0, f"b{number}", kind, depth))
    random.shuffle(rows)
    columns = ["post_key", "root_key", "parent_key", "brand", "kind", "depth"]
    types = {"post_key": np.uint64, "root_key": np.uint64, "parent_key": np.uint64, "depth": np.int32}
    return pd.DataFrame(rows, columns=columns).astype(types)


@settings(max_examples=60, deadline=None)
@given(st.lists(trees(), min_size=1, max_size=5), st.integers(0, 1000))
def test_every_cascade_equals_its_twin(forest: list[np.ndarray], seed: int) -> None:
    posts = table(forest, seed)
    rows = cascade_rows(posts)
    assert rows["root_key"].is_monotonic_increasing
    found = rows.set_index("brand")
    for number, parent in enumerate(forest):
        row = found.loc[f"b{number}"]
        shape = ["size", "depth", "structural_virality", "one_hop_share", "largest_broadcast"]
        np.testing.assert_allclose(row[shape].to_numpy(float), naive(parent), rtol=1e-14)
        assert row["kind"] == ("brand", "share")[number % 2]
        assert structural_virality(parent) == row["structural_virality"] or len(parent) == 1


@given(st.lists(trees(), min_size=2, max_size=4), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_rows_in_any_order_give_the_same_bits(forest: list[np.ndarray], seed: int) -> None:
    posts = table(forest)
    order = np.random.default_rng(seed).permutation(len(posts))
    pd.testing.assert_frame_equal(cascade_rows(posts), cascade_rows(posts.iloc[order]), check_exact=True)


def test_no_posts_give_no_cascades() -> None:
    rows = cascade_rows(table([path(3)]).iloc[:0])
    assert len(rows) == 0
    assert rows.dtypes["size"] == np.int64


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: pd.concat([t, t.iloc[:1]]), "twice"),
        (lambda t: t[t["depth"] != 1], "parent is missing"),
        (lambda t: t[t["depth"] != 0], "parent is missing"),
        (lambda t: t.assign(depth=t["depth"] * 2), "disagree"),
        (lambda t: t.assign(root_key=t["post_key"]), "a root must"),
        (lambda t: t.assign(parent_key=np.uint64(0)), "a root must"),
        (lambda t: t.assign(depth=t["depth"] + 1), "a root must"),
    ],
)
def test_posts_that_are_no_trees_are_refused(change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cascade_rows(change(table([binary(3), path(4)])))
