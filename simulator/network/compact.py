"""Graphs in the narrowest types that hold them, mapped from disk: for graphs past a quarter of memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError

import numpy as np

from simulator.errors import InputError
from simulator.kernels import procedural
from simulator.network.csr import CSRGraph
from simulator.network.edge_text import fail
from simulator.network.procedural import ProceduralGraph
from simulator.types import OFFSET, TARGET, Array

OFFSETS, TARGETS = "offsets.npy", "targets.npy"

ROWS_AT_ONCE = 1 << 20
"""Rows of a procedural graph whose edges are computed before they are written."""
CHECKED_AT_ONCE = 1 << 24
"""Numbers of a mapped file that are looked at together."""

# signed: compiled differences of unsigned offsets would turn into floats beside signed numbers
_OFFSET_TYPES = (np.dtype(np.int32), np.dtype(OFFSET))
_TARGET_TYPES = (np.dtype(np.uint16), np.dtype(TARGET))


@dataclass(frozen=True, eq=False)
class CompactGraph:
    """A graph without weights, in the form of `CSRGraph` but for its types; every diffusion rule takes it.

    Kernels are compiled anew for each pair of types. A mapped graph takes memory for the pages in use only, which the
    system takes back when it needs them; what a program writes to the arrays never reaches the file.

    Attributes
    ----------
    n : int
        Number of rows.
    offsets : int32[n + 1] below 2**31 edges, else int64[n + 1]
    targets : uint16[m] up to 65,536 rows, else int32[m]; sorted within a row.
    """

    n: int
    offsets: Array
    targets: Array

    @classmethod
    def of(cls, graph: CSRGraph) -> CompactGraph:
        """A copy in memory; weights are left out."""
        offset, target = types_for(graph.n, graph.n_edges)
        return cls(graph.n, graph.offsets.astype(offset), graph.targets.astype(target))

    @classmethod
    def open(cls, folder: str | Path) -> CompactGraph:
        """Map a graph that `write_graph` wrote.

        Raises
        ------
        InputError
            If a file is missing, or the files are not a graph in this form.
        """
        offsets = _mapped(Path(folder) / OFFSETS, _OFFSET_TYPES)
        targets = _mapped(Path(folder) / TARGETS, _TARGET_TYPES)
        if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != targets.size:
            ends = f"{offsets[0]} to {offsets[-1]}" if offsets.size else "nothing"
            fail(Path(folder) / OFFSETS, 0, f"offsets run from {ends}", f"0 to {targets.size}, the number of targets")
        _check(offsets, targets, Path(folder))
        return cls(offsets.size - 1, offsets, targets)

    @property
    def n_edges(self) -> int:
        """Number of directed edges."""
        return int(self.targets.size)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, in memory or on disk."""
        return int(self.offsets.nbytes + self.targets.nbytes)

    def followers(self, row: int) -> Array:
        """The rows that see what `row` posts, ascending; a view."""
        if not 0 <= row < self.n:
            raise InputError(f"row {row} does not exist; allowed: 0 to {self.n - 1}")
        return self.targets[self.offsets[row] : self.offsets[row + 1]]

    def to_csr(self) -> CSRGraph:
        """A copy in memory, in the types of `CSRGraph`."""
        return CSRGraph(self.n, self.offsets.astype(OFFSET), self.targets.astype(TARGET))

    def __repr__(self) -> str:
        return f"CompactGraph(n={self.n:,}, edges={self.n_edges:,}, {self.nbytes / 1e6:,.1f} MB)"


def types_for(n: int, m: int) -> tuple[np.dtype[np.generic], np.dtype[np.generic]]:
    """The narrowest types of offsets and targets for n rows and m edges."""
    return _OFFSET_TYPES[m >= 2**31], _TARGET_TYPES[n > 2**16]


def write_graph(graph: CSRGraph | ProceduralGraph, folder: str | Path) -> CompactGraph:
    """Write a graph to a folder and map it; edges of a procedural graph are computed and written in turn.

    Parameters
    ----------
    graph : CSRGraph, whose weights are left out, or ProceduralGraph
    folder : made if it is missing; files of an earlier graph in it are replaced.

    Raises
    ------
    InputError
        If the graph has no edges.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for name in (OFFSETS, TARGETS):
        (path / name).unlink(missing_ok=True)  # an earlier graph may be mapped: it keeps its files until closed
    counts = graph.follower_counts()
    m = int(counts.sum())
    if m == 0:
        raise InputError("a graph without edges is not written; allowed: one edge or more")
    offset, target = types_for(graph.n, m)
    offsets = np.lib.format.open_memmap(path / OFFSETS, "w+", offset, (graph.n + 1,))
    offsets[0] = 0
    offsets[1:] = np.cumsum(counts)
    targets = np.lib.format.open_memmap(path / TARGETS, "w+", target, (m,))
    for first in range(0, graph.n, ROWS_AT_ONCE):
        last = min(first + ROWS_AT_ONCE, graph.n)
        begin, end = int(offsets[first]), int(offsets[last])
        if isinstance(graph, ProceduralGraph):
            row_targets = np.empty(end - begin, TARGET)
            procedural.procedural_fill(graph.law, first, last, row_targets)
            targets[begin:end] = row_targets
        else:
            targets[begin:end] = graph.targets[begin:end]
    offsets.flush()
    targets.flush()
    return CompactGraph.open(path)


def _mapped(path: Path, allowed: tuple[np.dtype[np.generic], ...]) -> Array:
    """An array of one dimension, mapped so that kernels take it as their own and the file stays as it is."""
    try:
        array = np.load(path, mmap_mode="c", allow_pickle=False)
    except FileNotFoundError:
        fail(path, 0, "there is no such file")
    except (OSError, ValueError, EOFError, SyntaxError, TokenError, TypeError, OverflowError, MemoryError) as error:
        fail(path, 0, f"no array: {(str(error).splitlines() or [''])[0]}", "a file that write_graph wrote")
    if array.ndim != 1 or array.dtype not in allowed:
        fail(path, 0, f"{array.dtype}{list(array.shape)}", f"{' or '.join(map(str, allowed))} of one dimension")
    return np.asarray(array)


def _check(offsets: Array, targets: Array, folder: Path) -> None:
    """Refuse numbers that would lead compiled code out of the arrays."""
    for first in range(0, offsets.size - 1, CHECKED_AT_ONCE):
        part = offsets[first : first + CHECKED_AT_ONCE + 1]
        if (part[1:] < part[:-1]).any():
            row = first + int(np.argmax(part[1:] < part[:-1]))
            fail(folder / OFFSETS, 0, f"row {row} ends before it begins", "offsets that never fall")
    for first in range(0, targets.size, CHECKED_AT_ONCE):
        part = targets[first : first + CHECKED_AT_ONCE]
        low, high = int(part.min()), int(part.max())
        if low < 0 or high >= offsets.size - 1:
            fail(folder / TARGETS, 0, f"targets from {low} to {high}", f"rows 0 to {offsets.size - 2}")
