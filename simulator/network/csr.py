"""Graphs as compressed sparse rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.errors import InputError, Problem
from simulator.kernels import graph as kernels
from simulator.notebook import table_html
from simulator.types import OFFSET, TARGET, Array

if TYPE_CHECKING:
    import networkx

SelfLoops = Literal["drop", "keep", "error"]
Duplicates = Literal["drop", "sum", "error"]

MAX_ROWS = int(np.iinfo(TARGET).max)
_NO_WEIGHTS = np.empty(0, np.float32)


@dataclass(frozen=True, eq=False)
class CSRGraph:
    """A directed graph: row `a` lists, ascending, the rows that see what `a` posts.

    An edge carries content, so ``targets`` of a row are its followers (its friends, if the graph is
    undirected: then every edge stands in both rows).

    Attributes
    ----------
    n : int
        Number of rows.
    offsets : int64[n + 1]
        Row a is ``targets[offsets[a]:offsets[a + 1]]``.
    targets : int32[m]
        Followers, sorted within a row.
    weights : float32[m] or None
        One number an edge, if the graph has them.

    Raises
    ------
    InputError
        If the arrays are not a graph in this form.
    """

    n: int
    offsets: Array
    targets: Array
    weights: Array | None = None

    def __post_init__(self) -> None:
        problem = ""
        if self.offsets.dtype != OFFSET or self.offsets.shape != (self.n + 1,):
            problem = f"offsets is {self.offsets.dtype}{list(self.offsets.shape)}; allowed: int64[{self.n + 1}]"
        elif self.targets.dtype != TARGET or self.targets.ndim != 1:
            problem = f"targets is {self.targets.dtype}{list(self.targets.shape)}; allowed: int32[m]"
        elif self.offsets[0] != 0 or self.offsets[-1] != self.targets.size:
            problem = f"offsets run from {self.offsets[0]} to {self.offsets[-1]}; allowed: 0 to {self.targets.size}"
        elif self.weights is not None and (
            self.weights.dtype != np.float32 or self.weights.shape != self.targets.shape
        ):
            problem = (
                f"weights is {self.weights.dtype}{list(self.weights.shape)}; allowed: float32[{self.targets.size}]"
            )
        if problem:
            raise InputError(problem)

    @classmethod
    def from_edges(
        cls,
        src: Any,
        dst: Any,
        n: int,
        weights: Any = None,
        *,
        self_loops: SelfLoops = "drop",
        duplicates: Duplicates = "drop",
    ) -> CSRGraph:
        """Build a graph from an edge list, in any order.

        Parameters
        ----------
        src, dst : integers[m], 0 to n - 1
            `dst` sees what `src` posts (`dst` follows `src`).
        n : int
            Number of rows, at most 2**31 - 1.
        weights : numbers[m], optional
        self_loops : what to do with an edge from a row to itself.
        duplicates : {"drop", "sum", "error"}
            "drop" keeps the first of equal edges; "sum" adds their weights, an edge without a weight
            counting 1, and gives a weighted graph.

        Raises
        ------
        InputError
            On arrays of unequal length, rows outside 0 to n - 1, weights that are no finite numbers, and
            loops or duplicates where they are declared errors.
        """
        rows, values = _edge_column(src, "src", n), _edge_column(dst, "dst", n)
        given = _weight_column(weights, rows.size, duplicates)
        if rows.shape != values.shape:
            raise InputError(f"src has {rows.size} entries and dst {values.size}; allowed: equal lengths")
        if self_loops not in ("drop", "keep", "error"):
            raise InputError(Problem(0, 0, "self_loops", f"{self_loops!r}", "drop, keep, error"))
        if duplicates not in ("drop", "sum", "error"):
            raise InputError(Problem(0, 0, "duplicates", f"{duplicates!r}", "drop, sum, error"))
        if self_loops == "error" and (loops := np.flatnonzero(rows == values)).size:
            raise InputError(f"edge {loops[0]} joins row {rows[loops[0]]} to itself; allowed: no self-loops")
        back_offsets, back = np.empty(n + 1, OFFSET), np.empty(rows.size, TARGET)
        back_weights = np.empty(given.size, np.float32)
        # bucketing by dst first makes the transpose that follows list every row in ascending order
        m = int(kernels.bucket_edges(values, rows, given, self_loops == "keep", back_offsets, back, back_weights))
        offsets, targets = np.empty(n + 1, OFFSET), np.empty(m, TARGET)
        sorted_weights = np.empty(m if given.size else 0, np.float32)
        kernels.transpose(back_offsets, back, back_weights, offsets, targets, sorted_weights)
        if duplicates == "error":
            _refuse_equal(offsets, targets)
        return _merged(n, offsets, targets, sorted_weights, duplicates)

    @property
    def n_edges(self) -> int:
        """Number of directed edges; an undirected edge counts twice."""
        return int(self.targets.size)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        return int(self.offsets.nbytes + self.targets.nbytes + (0 if self.weights is None else self.weights.nbytes))

    @property
    def kernel_weights(self) -> Array:
        """The weights as kernels take them: float32[m], or float32[0] without weights."""
        return _NO_WEIGHTS if self.weights is None else self.weights

    def followers(self, row: int) -> Array:
        """The rows that see what `row` posts, ascending; a view of int32[k]."""
        if not 0 <= row < self.n:
            raise InputError(f"row {row} does not exist; allowed: 0 to {self.n - 1}")
        return self.targets[self.offsets[row] : self.offsets[row + 1]]

    def follower_counts(self, start: int = 0, stop: int | None = None) -> Array:
        """Number of followers of every row, or of the rows from `start` to `stop`: int64[n]."""
        return np.diff(self.offsets[start : None if stop is None else stop + 1])

    def followee_counts(self) -> Array:
        """Number of rows that every row follows, int64[n]."""
        counts = np.empty(self.n, np.int64)
        kernels.count_targets(self.targets, counts)
        return counts

    def reverse(self) -> CSRGraph:
        """Every edge turned round: row a of the result lists the followees of a."""
        offsets, targets, weights = self._empty_like()
        kernels.transpose(self.offsets, self.targets, self.kernel_weights, offsets, targets, weights)
        return CSRGraph(self.n, offsets, targets, None if self.weights is None else weights)

    def undirected(self) -> CSRGraph:
        """Every edge in both directions, once each; weights of the two directions are added."""
        plain = _merged(
            self.n, self.offsets.copy(), self.targets.copy(), self.kernel_weights.copy(), "sum", weigh=False
        )
        return plain.union(plain.reverse())

    def union(self, other: CSRGraph) -> CSRGraph:
        """The edges of either graph, once each; weights of an edge that both have are added.

        Both graphs must have the same rows, no duplicate edges, and weights both or neither.
        """
        if self.n != other.n or (self.weights is None) != (other.weights is None):
            raise InputError("a union needs two graphs of equal size that both have weights or both have none")
        offsets, none = np.empty(self.n + 1, OFFSET), np.empty(0, TARGET)
        a = (self.offsets, self.targets, self.kernel_weights)
        b = (other.offsets, other.targets, other.kernel_weights)
        m = kernels.union_rows(*a, *b, offsets, none, _NO_WEIGHTS)
        targets, weights = np.empty(m, TARGET), np.empty(0 if self.weights is None else m, np.float32)
        kernels.union_rows(*a, *b, offsets, targets, weights)
        return CSRGraph(self.n, offsets, targets, None if self.weights is None else weights)

    def relabel(self, order: Any) -> CSRGraph:
        """The same graph with its rows in another order: new row r is old row ``order[r]``.

        Parameters
        ----------
        order : integers[n], a permutation of 0 to n - 1.
        """
        rows = np.asarray(order)
        if rows.shape != (self.n,) or rows.dtype.kind not in "iu":
            raise InputError(f"order is {rows.dtype}{list(rows.shape)}; allowed: {self.n} integers")
        new_row = np.full(self.n, -1, TARGET)
        if self.n and (rows.min() < 0 or rows.max() >= self.n):
            raise InputError(f"order has rows outside 0 to {self.n - 1}; allowed: a permutation")
        new_row[rows] = np.arange(self.n, dtype=TARGET)
        if self.n and new_row.min() < 0:
            raise InputError("order has a row twice; allowed: a permutation")
        back_offsets, back, back_weights = self._empty_like()
        kernels.relabel_transposed(
            self.offsets, self.targets, self.kernel_weights, new_row, back_offsets, back, back_weights
        )
        offsets, targets, weights = self._empty_like()
        kernels.transpose(back_offsets, back, back_weights, offsets, targets, weights)
        return CSRGraph(self.n, offsets, targets, None if self.weights is None else weights)

    def content_hash(self) -> str:
        """SHA-256 of the graph, hexadecimal: equal graphs have equal hashes on every machine."""
        digest = hashlib.sha256(f"csr {self.n} {self.n_edges} {self.weights is not None}".encode())
        for array, dtype in ((self.offsets, "<i8"), (self.targets, "<i4"), (self.kernel_weights, "<f4")):
            digest.update(np.ascontiguousarray(array, dtype).data)
        return digest.hexdigest()

    def to_networkx(self) -> networkx.DiGraph[int]:
        """As a `networkx.DiGraph`, edges from author to follower; for small graphs."""
        import networkx

        graph: networkx.DiGraph[int] = networkx.DiGraph()
        graph.add_nodes_from(range(self.n))
        sources = np.repeat(np.arange(self.n), self.follower_counts()).tolist()
        if self.weights is None:
            graph.add_edges_from(zip(sources, self.targets.tolist(), strict=True))
        else:
            graph.add_weighted_edges_from(zip(sources, self.targets.tolist(), self.weights.tolist(), strict=True))
        return graph

    def _empty_like(self) -> tuple[Array, Array, Array]:
        return (
            np.empty(self.n + 1, OFFSET),
            np.empty(self.n_edges, TARGET),
            np.empty(self.kernel_weights.size, np.float32),
        )

    def __repr__(self) -> str:
        kind = "" if self.weights is None else ", weighted"
        return f"CSRGraph(n={self.n:,}, edges={self.n_edges:,}{kind}, {self.nbytes / 1e6:,.1f} MB)"

    def _repr_html_(self) -> str:
        counts = self.follower_counts()
        facts = {
            "users": f"{self.n:,}",
            "edges": f"{self.n_edges:,}",
            "mean followers": f"{counts.mean():.1f}" if self.n else "-",
            "most followers": f"{counts.max():,}" if self.n else "-",
            "weights": "no" if self.weights is None else "yes",
            "memory": f"{self.nbytes / 1e6:,.1f} MB",
        }
        return table_html("CSRGraph", facts)


def _edge_column(values: Any, name: str, n: int) -> Array:
    """One end of every edge, checked: writable, contiguous int32[m]."""
    if not 0 <= n <= MAX_ROWS:
        raise InputError(f"n is {n}; allowed: 0 to {MAX_ROWS}")
    column = np.asarray(values)
    if column.size == 0:
        return np.empty(0, TARGET)
    if column.ndim != 1 or column.dtype.kind not in "iu":
        raise InputError(f"{name} is {column.dtype}{list(column.shape)}; allowed: a list of integers")
    low, high = column.min(), column.max()
    if low < 0 or high >= n:
        wrong = int(np.flatnonzero((column < 0) | (column >= n))[0])
        raise InputError(f"{name}[{wrong}] is {column[wrong]}; allowed: 0 to {n - 1}")
    return np.require(column, TARGET, ["C", "W"])


def _weight_column(weights: Any, m: int, duplicates: str) -> Array:
    """The weights, checked: float32[m], or float32[0] for none."""
    if weights is None:
        return np.ones(m, np.float32) if duplicates == "sum" else _NO_WEIGHTS
    column = np.asarray(weights)
    if column.shape != (m,) or column.dtype.kind not in "fiub":
        raise InputError(f"weights is {column.dtype}{list(column.shape)}; allowed: {m} numbers")
    if not np.isfinite(column).all():
        raise InputError(f"weights[{int(np.flatnonzero(~np.isfinite(column))[0])}] is no finite number")
    return np.require(column, np.float32, ["C", "W"])


def _refuse_equal(offsets: Array, targets: Array) -> None:
    place = int(kernels.first_equal(offsets, targets))
    if place >= 0:
        row = int(np.searchsorted(offsets, place, side="right")) - 1
        raise InputError(f"the edge from row {row} to row {targets[place]} stands twice; allowed: no duplicates")


def _merged(n: int, offsets: Array, targets: Array, weights: Array, duplicates: str, weigh: bool = True) -> CSRGraph:
    """A graph of arrays that this function may change, equal edges made one."""
    mode = kernels.KEEP_SUM if duplicates == "sum" else kernels.KEEP_FIRST
    m = int(kernels.merge_equal(offsets, targets, weights, mode))
    if m < targets.size:
        targets, weights = shrunk(targets, m), shrunk(weights, min(m, weights.size))
    weighted = weights.size > 0 or (weigh and duplicates == "sum")
    return CSRGraph(n, offsets, targets, weights if weighted else None)


def shrunk(array: Array, m: int) -> Array:
    """The first `m` entries; copied only where that frees a sixteenth of the memory or more."""
    return array[:m] if m > array.size - array.size // 16 - 1 else array[:m].copy()
