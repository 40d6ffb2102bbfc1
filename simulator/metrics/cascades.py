"""Size and shape of cascades, from the table of posts.

Structural virality is the mean distance between two posts of the tree: near 2 for one large broadcast, growing
with chains (Goel, Anderson, Hofman & Watts 2016, "The structural virality of online diffusion"). The sum of
distances is counted edge by edge: the edge above a post with s posts below and with it lies on s (n - s) of the
ways between two posts (Wiener 1947), so one pass over subtree sizes gives it exactly, in linear time.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.types import Array

COLUMNS = (
    "root_key", "brand", "kind", "size", "depth", "structural_virality", "one_hop_share", "largest_broadcast",
)  # fmt: skip

_LOW = np.int64(0xFFFFFFFF)


def cascade_rows(posts: pd.DataFrame) -> pd.DataFrame:
    """One row per cascade, sorted by root key, whatever the order of the posts.

    Parameters
    ----------
    posts : table with columns post_key, root_key, parent_key (0 for roots), depth, brand, kind; complete cascades.

    Returns
    -------
    table
        root_key uint64; brand, kind of the root; size (posts, root included), depth (longest way from the root)
        int64; structural_virality, one_hop_share (reposts that pass on the root), largest_broadcast (reposts that
        pass on the most repeated post) float64, missing for a single post.

    Raises
    ------
    ValueError
        If the posts are no complete trees: a key twice, a parent absent or elsewhere, a depth that is not the
        parent's plus one.
    """
    keys, roots, parents, depth = _columns(posts)
    order = np.argsort(keys)
    parent = _parent_rows(keys, roots, parents, depth, order)
    root = order[np.searchsorted(keys[order], roots)]
    first = np.flatnonzero(parent < 0)
    first = first[np.argsort(keys[first])]
    tree = np.empty(keys.size, dtype=np.int64)
    tree[first] = np.arange(first.size)
    tree = tree[root]
    size = np.bincount(tree, minlength=first.size).astype(np.int64)
    deepest = np.zeros(first.size, dtype=np.int64)
    np.maximum.at(deepest, tree, depth)
    broadcast, one_hop = _broadcasts(parent, first, tree)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "root_key": keys[first],
                "brand": posts["brand"].take(first).array,
                "kind": posts["kind"].take(first).array,
                "size": size,
                "depth": deepest,
                "structural_virality": _mean_distance(parent, depth, tree, size),
                "one_hop_share": one_hop / np.where(size > 1, size - 1, np.nan),
                "largest_broadcast": broadcast / np.where(size > 1, size - 1, np.nan),
            }
        )


def structural_virality(parent: Array) -> float:
    """Mean distance between two nodes of one tree.

    Parameters
    ----------
    parent : int64[n], each node's parent row, -1 for the root.

    Returns
    -------
    float
        Missing (nan) for a single node.

    Raises
    ------
    ValueError
        If the nodes form no single tree.
    """
    parent = np.asarray(parent, dtype=np.int64)
    depth = _depths(parent)
    tree = np.zeros(parent.size, dtype=np.int64)
    return float(_mean_distance(parent, depth, tree, np.array([parent.size]))[0])


def _columns(posts: pd.DataFrame) -> tuple[Array, Array, Array, Array]:
    keys = posts["post_key"].to_numpy(dtype=np.uint64)
    roots = posts["root_key"].to_numpy(dtype=np.uint64)
    parents = posts["parent_key"].to_numpy(dtype=np.uint64)
    return keys, roots, parents, posts["depth"].to_numpy(dtype=np.int64)


def _parent_rows(keys: Array, roots: Array, parents: Array, depth: Array, order: Array) -> Array:
    """The row of each post's parent, -1 for roots; checks that the posts are complete trees."""
    ordered = keys[order]
    if np.any(ordered[1:] == ordered[:-1]):
        raise ValueError("a post key occurs twice")
    top = parents == 0
    if np.any((roots == keys) != top) or np.any(depth[top] != 0):
        raise ValueError("a root must name itself as root, have no parent and depth 0")
    place = np.minimum(np.searchsorted(ordered, parents), max(keys.size - 1, 0))
    parent = np.where(top, -1, order[place]) if keys.size else np.empty(0, dtype=np.int64)
    below = np.flatnonzero(~top)
    above = parent[below]
    if np.any(keys[above] != parents[below]):
        raise ValueError("a parent is missing from the posts")
    if np.any(roots[above] != roots[below]) or np.any(depth[above] + 1 != depth[below]):
        raise ValueError("a post and its parent disagree on their cascade or depth")
    return parent


def _broadcasts(parent: Array, first: Array, tree: Array) -> tuple[Array, Array]:
    """Per tree: most children of any post, and children of the root."""
    children = np.bincount(parent[parent >= 0], minlength=parent.size)
    largest = np.zeros(first.size, dtype=np.int64)
    np.maximum.at(largest, tree, children)
    return largest, children[first]


def _mean_distance(parent: Array, depth: Array, tree: Array, size: Array) -> Array:
    """Structural virality per tree. The sum is kept in two integers, so it neither overflows nor rounds."""
    below = subtree_sizes(parent, depth)
    edge = np.flatnonzero(parent >= 0)
    ways = below[edge] * (size[tree[edge]] - below[edge])
    high = np.zeros(size.size, dtype=np.int64)
    low = np.zeros(size.size, dtype=np.int64)
    np.add.at(high, tree[edge], ways >> 32)
    np.add.at(low, tree[edge], ways & _LOW)
    total = high.astype(np.float64) * 2.0**32 + low.astype(np.float64)
    posts = size.astype(np.float64)
    return total / np.where(size > 1, posts * (posts - 1) / 2, np.nan)


def subtree_sizes(parent: Array, depth: Array) -> Array:
    """Nodes below each node, itself included: int64[n]. Levels are added up from the deepest."""
    sizes = np.ones(parent.size, dtype=np.int64)
    order = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[order], np.arange(int(depth.max(initial=0)) + 2))
    for level in range(len(bounds) - 2, 0, -1):
        rows = order[bounds[level] : bounds[level + 1]]
        np.add.at(sizes, parent[rows], sizes[rows])
    return sizes


def _depths(parent: Array) -> Array:
    """Steps from the root: pointers are doubled until all have arrived."""
    top = np.flatnonzero(parent < 0)
    depth = (parent >= 0).astype(np.int64)
    jump = np.where(parent >= 0, parent, np.arange(parent.size))
    for _ in range(parent.size.bit_length()):
        depth = depth + depth[jump]
        jump = jump[jump]
    if top.size != 1 or np.any(jump != top[0]):
        raise ValueError("the nodes form no single tree")
    return depth
