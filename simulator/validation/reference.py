"""Numbers of the raw data that simulated ones are held against. Only these are kept, never the data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulator.errors import InputError
from simulator.types import Array

FEWEST_REPOSTS, MOST_REPOSTS = 100, 1000
"""Range of sizes for which the Weibo cascades were collected: comparisons are within it."""

SIZE_EDGES = np.geomspace(FEWEST_REPOSTS, MOST_REPOSTS + 1, 7)
"""Classes of size, by reposts, within which cascades are compared."""


def read(path: Path, columns: Sequence[str], sep: str = "\t") -> pd.DataFrame:
    """Some columns of a table; InputError if it cannot be read."""
    try:
        return pd.read_csv(path, sep=sep, usecols=list(columns))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read: {error}") from None


def weibo_trees(path: Path) -> pd.DataFrame:
    """Shapes and times of the Weibo repost trees of 100 to 1,000 reposts, under the names of `cascades`.

    Returns
    -------
    table
        label, size (root included), depth, structural_virality, one_hop_share, largest_broadcast; half, ninety, lag
        in minutes.
    """
    found = read(path, ["label", "size", "depth", "sv", "broot", "bmax", "t50", "t90", "lag_med"])
    reposts = found["size"] - 1
    found = found[(reposts >= FEWEST_REPOSTS) & (reposts <= MOST_REPOSTS)]
    reposts = found["size"] - 1
    return pd.DataFrame(
        {
            "label": found["label"],
            "size": found["size"],
            "depth": found["depth"],
            "structural_virality": found["sv"],
            "one_hop_share": found["broot"] / reposts,
            "largest_broadcast": np.maximum(found["broot"], found["bmax"]) / reposts,
            "half": found["t50"] / 60.0,
            "ninety": found["t90"] / 60.0,
            "lag": found["lag_med"] / 60.0,
        }
    )


def distance(simulated: pd.DataFrame, observed: pd.DataFrame, column: str) -> float:
    """Kolmogorov-Smirnov distance of a column, the simulated cascades weighted to the observed mix of sizes.

    Classes of size that one side lacks are left out on both; nan if none is left.
    """
    own, real = (np.digitize(table["size"] - 1, SIZE_EDGES) for table in (simulated, observed))
    shared = np.intersect1d(own, real)
    keep, kept = np.isin(own, shared), np.isin(real, shared)
    if not keep.any():
        return float("nan")
    own, real = own[keep], real[kept]
    classes = SIZE_EDGES.size + 1
    share = np.bincount(real, minlength=classes) / real.size
    count = np.bincount(own, minlength=classes)
    weight = share[own] / count[own]
    return ks(simulated[column].to_numpy()[keep], weight, observed[column].to_numpy()[kept])


def ks(x: Array, weight: Array, y: Array) -> float:
    """Largest difference of two distribution functions: `x` with weights that add up to 1, and `y` with equal ones."""
    order = np.argsort(x, kind="stable")
    points = np.union1d(x, y)
    below = np.concatenate([[0.0], np.cumsum(np.asarray(weight)[order])])
    ours = below[np.searchsorted(np.asarray(x)[order], points, side="right")]
    theirs = np.searchsorted(np.sort(y), points, side="right") / np.size(y)
    return float(np.abs(ours - theirs).max())


def branching_trees(observed: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Poisson branching trees of the observed sizes: what a comparison of shapes must beat.

    A root is reposted as often as the mean one-hop share of the data says, every repost a Poisson number of times.
    Trees grow level by level until they have the observed size.

    Returns
    -------
    table
        size, depth, structural_virality, one_hop_share, one row a tree.
    """
    from simulator.metrics.cascades import structural_virality

    luck = np.random.Generator(np.random.Philox(key=seed))
    one_hop = float(observed["one_hop_share"].mean())
    rows = []
    for size in observed["size"].to_numpy(np.int64):
        parent = _branching_tree(int(size), one_hop, luck)
        depth = _depths(parent)
        shape = (int(depth.max()), structural_virality(parent), float((parent == 0).sum() / (parent.size - 1)))
        rows.append((parent.size, *shape))
    return pd.DataFrame(rows, columns=["size", "depth", "structural_virality", "one_hop_share"])


def _branching_tree(size: int, one_hop: float, luck: np.random.Generator) -> Array:
    """Parents of one tree, -1 for the root; a tree that dies out early is grown again."""
    mean = 1.0 - one_hop
    while True:
        parents = [np.array([-1]), np.zeros(max(1, luck.poisson(one_hop * (size - 1))), np.int64)]
        first, count = 1, parents[1].size
        while count:
            children = np.repeat(np.arange(first, first + count), luck.poisson(mean, count))
            parents.append(children)
            first, count = first + count, children.size
        parent = np.concatenate(parents)
        if 0.8 * size <= parent.size <= 1.25 * size:
            return parent


def _depths(parent: Array) -> Array:
    depth = np.zeros(parent.size, np.int64)
    for node in range(1, parent.size):
        depth[node] = depth[parent[node]] + 1
    return depth


class Funnel(NamedTuple):
    """What came of product pages looked at."""

    cart_per_view: float
    buy_per_view: float
    users: int


def taobao_funnel(path: Path) -> Funnel:
    """Carts and purchases per page view of complete click streams."""
    clicks = read(path, ["user", "behavior"], sep=",")
    count = clicks["behavior"].value_counts()
    return Funnel(float(count["cart"] / count["pv"]), float(count["buy"] / count["pv"]), int(clicks["user"].nunique()))


class Prices(NamedTuple):
    """How many cars were registered at which list price; yuan ascending, both (P,)."""

    yuan: Array
    cars: Array

    def quantile(self, q: float) -> float:
        """The list price up to which a share of the cars cost."""
        below = np.cumsum(self.cars) / self.cars.sum()
        return float(self.yuan[np.searchsorted(below, q)])


def car_prices(path: Path, city: str, year: int) -> Prices:
    """New cars of a city and year by list price."""
    table = read(path, ["city", "year", "MSRP", "sales"])
    own = table[(table["city"] == city) & (table["year"] == year)].groupby("MSRP")["sales"].sum().sort_index()
    return Prices(own.index.to_numpy(np.float64), own.to_numpy(np.int64))
