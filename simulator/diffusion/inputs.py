"""What every rule is given: checked once, here."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from simulator.errors import InputError, Problem
from simulator.kernels.graph import count_targets
from simulator.types import Array


class Graph(Protocol):
    """A graph in the form of `simulator.network.csr.CSRGraph`."""

    @property
    def n(self) -> int:
        """Number of rows."""

    @property
    def n_edges(self) -> int:
        """Number of directed edges, m."""

    @property
    def offsets(self) -> Array:
        """int64[n + 1]; row a is ``targets[offsets[a]:offsets[a + 1]]``."""

    @property
    def targets(self) -> Array:
        """int32[m], followers."""


def seed_rows(seeds: Any, n: int) -> Array:
    """The rows of the seeds, int32[k], ascending, each once."""
    rows = np.atleast_1d(np.asarray(seeds))
    if rows.ndim != 1 or rows.size == 0 or rows.dtype.kind not in "iu":
        raise InputError(Problem(0, 0, "seeds", f"{rows.dtype}{list(rows.shape)}", "one or more row numbers"))
    if rows.min() < 0 or rows.max() >= n:
        raise InputError(Problem(0, 0, "seeds", "a row that does not exist", f"0 to {n - 1}"))
    return np.unique(rows).astype(np.int32)


def key_column(keys: Any, n: int) -> Array:
    """The keys of the rows, uint32[n], or uint32[0] where the row is the key."""
    if keys is None:
        return np.empty(0, np.uint32)
    column = np.asarray(keys)
    if column.shape != (n,) or column.dtype.kind not in "iu":
        raise InputError(Problem(0, 0, "keys", f"{column.dtype}{list(column.shape)}", f"{n} integers"))
    if n and (column.min() < 0 or column.max() > np.iinfo(np.uint32).max):
        raise InputError(Problem(0, 0, "keys", "a key outside its range", "0 to 4294967295"))
    if np.unique(column).size != n:
        raise InputError(Problem(0, 0, "keys", "a key stands twice", "every key once"))
    return column.astype(np.uint32)


def at_least_one(**numbers: Any) -> None:
    """Refuse numbers that are no integers or below 1."""
    for name, value in numbers.items():
        if not isinstance(value, int | np.integer) or value < 1:
            raise InputError(Problem(0, 0, name, f"{value!r}", "1 or more"))


def chances(values: Any, name: str, allowed: dict[int, str], *, high: float = 1.0) -> Array:
    """One number for all, float64[1], or one an edge or a row.

    Parameters
    ----------
    values : number or numbers
    name : how the caller calls them, for messages.
    allowed : lengths a column may have, with what it then belongs to: ``{m: "an edge", n: "a row"}``.
    high : float
        Largest number allowed; the smallest is 0.

    Raises
    ------
    InputError
        On another length, or numbers outside 0 to `high`.
    """
    try:
        column = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise InputError(Problem(0, 0, name, f"{values!r}", "numbers")) from None
    if column.ndim > 0 and not (column.ndim == 1 and column.size in allowed):
        shapes = ", or ".join(f"{size}, one {what}" for size, what in allowed.items())
        raise InputError(Problem(0, 0, name, f"shape {list(column.shape)}", f"one number, or {shapes}"))
    if not ((column >= 0.0) & (column <= high)).all():
        limit = f"0 to {high:g}" if np.isfinite(high) else "0 or more"
        raise InputError(Problem(0, 0, name, "a number outside its range", limit))
    return np.require(np.atleast_1d(column), np.float64, ["C", "W"])


def row_keys(keys: Any, n: int) -> Array:
    """The keys of the rows, uint32[n]; the row by default."""
    column = key_column(keys, n)
    return column if column.size == n else np.arange(n, dtype=np.uint32)


def followee_counts(graph: Graph) -> Array:
    """Number of rows that every row follows, int64[n]."""
    counts = np.empty(graph.n, np.int64)
    count_targets(graph.targets, counts)
    return counts
