"""Graphs from files and from other libraries. Nothing is ever unpickled."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.errors import InputError, Problem
from simulator.network.csr import CSRGraph, Duplicates, SelfLoops
from simulator.network.edge_text import LARGEST_ID, EdgeColumns, EdgeText, Ids, fail
from simulator.types import Array

if TYPE_CHECKING:
    import igraph
    import networkx

Edges = Literal["flows", "follows", "undirected"]

SUFFIXES = (".txt", ".tsv", ".csv", ".edges", ".parquet")

MOST_UNPACKED = 64
"""Bytes that a byte of gzip may become. Edge lists give 2 to 10, files that were made to fill memory 1,000."""
ALWAYS_UNPACKED = 16 << 20
MOST_ROWS = 64
"""Rows that a byte of a parquet file may stand for, of more than `ALWAYS_UNPACKED` rows."""


@dataclass(frozen=True, eq=False)
class LoadedGraph:
    """A graph that was read, and the ids its rows had outside.

    Attributes
    ----------
    graph : CSRGraph
    ids : int64[n] or str[n]
        ``ids[row]`` is the id in the source, ascending.
    self_loops, duplicates : int
        Edges, as written, that were left out because they join a user to himself, or stood before; in an undirected
        graph also in the other direction.
    """

    graph: CSRGraph
    ids: Array
    self_loops: int
    duplicates: int


def read_graph(
    path: str | Path,
    edges: Edges = "flows",
    n: int | None = None,
    *,
    ids: Ids = "auto",
    weighted: bool = False,
    header: bool | None = None,
    self_loops: SelfLoops = "drop",
    duplicates: Duplicates = "drop",
) -> LoadedGraph:
    """Read an edge list: SNAP text, TSV, CSV (each also as .gz), or parquet.

    The first two columns are the ends of an edge. Columns are parted by tabs, commas, semicolons or blanks, as in the
    first line; lines that begin with # or % are comments.

    Parameters
    ----------
    path : file
    edges : {"flows", "follows", "undirected"}
        "flows": the second user sees what the first posts; "follows": the first follows the second, so content
        flows the other way; "undirected": both see each other.
    n : int, optional
        Number of users, if ids are the rows 0 to n - 1 themselves. Else the ids found are
        numbered in ascending order, whatever they are.
    ids : {"auto", "integer", "string"}
        What ids are; "auto" looks at the first edge.
    weighted : bool
        Whether the third column is the weight of an edge.
    header : bool, optional
        Whether the first line names the columns; if not given, it does when it holds names and the next one numbers,
        or common names of the ends of an edge.
    self_loops, duplicates : see `CSRGraph.from_edges`.

    Raises
    ------
    InputError
        With file and line: a file that is missing, empty, cut off, not text, or of an unknown kind; lines
        with too few or too many columns; ids that are negative or no numbers; weights that are no numbers.
    """
    place = Path(path)
    if edges not in ("flows", "follows", "undirected"):
        raise InputError(Problem(0, 0, "edges", f"{edges!r}", "flows, follows, undirected"))
    if ids not in ("auto", "integer", "string"):
        raise InputError(Problem(0, 0, "ids", f"{ids!r}", "auto, integer, string"))
    if place.suffix == ".parquet":
        columns = _read_parquet(place, weighted)
    else:
        columns = EdgeText(place, _bytes_of(place), ids, weighted, header).columns()
    return _load(columns, edges, n, self_loops, duplicates, str(place))


def from_networkx(graph: networkx.Graph[Any], *, weight: str | None = None) -> LoadedGraph:
    """A networkx graph; a directed edge u -> v means that v sees what u posts.

    `weight` names the edge attribute that holds weights.
    """
    ends = [(u, v) for u, v in graph.edges()]
    nodes = list(graph.nodes())
    number = {node: row for row, node in enumerate(nodes)}
    first = np.array([number[u] for u, _ in ends], np.int64)
    second = np.array([number[v] for _, v in ends], np.int64)
    weights = None
    if weight is not None:
        weights = np.array([data.get(weight, 1.0) for _, _, data in graph.edges(data=True)], np.float32)
    loaded = _load(EdgeColumns(first, second, weights), _direction(graph.is_directed()), len(nodes), "drop", "drop", "")
    names = np.empty(len(nodes), np.int64 if all(isinstance(node, int) for node in nodes) else object)
    names[:] = nodes
    return LoadedGraph(loaded.graph, names, loaded.self_loops, loaded.duplicates)


def from_igraph(graph: igraph.Graph, *, weight: str | None = None) -> LoadedGraph:
    """An igraph graph; a directed edge u -> v means that v sees what u posts. Ids are vertex numbers."""
    ends = np.array(graph.get_edgelist(), np.int64).reshape(-1, 2)
    weights = None if weight is None else np.array(graph.es[weight], np.float32)
    columns = EdgeColumns(ends[:, 0], ends[:, 1], weights)
    return _load(columns, _direction(graph.is_directed()), graph.vcount(), "drop", "drop", "")


def from_scipy(matrix: Any, *, edges: Edges = "flows", weighted: bool = False) -> LoadedGraph:
    """A square scipy sparse matrix or array: an entry in row u and column v is an edge u -> v."""
    entries = matrix.tocoo()
    if entries.shape[0] != entries.shape[1]:
        raise InputError(f"a matrix of {entries.shape[0]} x {entries.shape[1]}; allowed: as many rows as columns")
    weights = np.asarray(entries.data, np.float32) if weighted else None
    columns = EdgeColumns(np.asarray(entries.row, np.int64), np.asarray(entries.col, np.int64), weights)
    return _load(columns, edges, int(entries.shape[0]), "drop", "drop", "")


def _direction(directed: bool) -> Edges:
    return "flows" if directed else "undirected"


def _load(
    columns: EdgeColumns, edges: Edges, n: int | None, self_loops: SelfLoops, duplicates: Duplicates, file: str
) -> LoadedGraph:
    """Number the users and build the graph."""
    first, second, weights = columns.first, columns.second, columns.weights
    if n is None:
        ids, numbers = np.unique(np.concatenate((first, second)), return_inverse=True)
        first, second = numbers[: first.size], numbers[first.size :]
        n = ids.size
    else:
        ids = np.arange(n)
        if first.dtype.kind not in "iu":
            raise InputError(Problem(0, 0, "n", "ids are names, not rows", "leave n out", file=file))
    if edges == "follows":
        first, second = second, first
    loops = int(np.count_nonzero(first == second))
    try:
        if edges == "undirected":
            graph, kept = _both_ways(first, second, n, weights, self_loops, duplicates)
        else:
            graph = CSRGraph.from_edges(first, second, n, weights, self_loops=self_loops, duplicates=duplicates)
            kept = graph.n_edges
    except InputError as error:
        if not file:
            raise
        raise InputError([Problem(0, 0, "", str(p), file=file) for p in error.problems]) from None
    dropped_loops = loops if self_loops == "drop" else 0
    return LoadedGraph(graph, ids, dropped_loops, first.size - dropped_loops - kept)


def _both_ways(
    first: Array, second: Array, n: int, weights: Array | None, self_loops: SelfLoops, duplicates: Duplicates
) -> tuple[CSRGraph, int]:
    """Every edge in both rows, and the number of edges as written that were kept."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    once = CSRGraph.from_edges(low, high, n, weights, self_loops=self_loops, duplicates=duplicates)
    return once.union(_without_loops(once).reverse()), once.n_edges


def _without_loops(graph: CSRGraph) -> CSRGraph:
    sources = np.repeat(np.arange(graph.n, dtype=np.int32), graph.follower_counts())
    return CSRGraph.from_edges(sources, graph.targets, graph.n, graph.weights)


def _bytes_of(path: Path) -> bytes:
    """Content of a file, unpacked."""
    inner = Path(path.stem) if path.suffix == ".gz" else path
    if inner.suffix not in SUFFIXES or inner.suffix == ".parquet":
        fail(path, 0, f"unknown kind of file {path.suffix!r}", ", ".join(SUFFIXES) + ", text also as .gz")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        fail(path, 0, "there is no such file")
    except OSError as error:
        fail(path, 0, f"cannot be read: {error.strerror}")
    if path.suffix != ".gz":
        return raw
    most = max(MOST_UNPACKED * len(raw), ALWAYS_UNPACKED)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as unpacked:
            content = unpacked.read(most + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        fail(path, 0, "the compressed file is damaged or cut off", "a whole gzip file")
    if len(content) > most:
        message = f"unpacks to more than {MOST_UNPACKED} times its size, which no list of edges does"
        fail(path, 0, message, "a gzip file of edges; or unpack it first")
    return content


def _read_parquet(path: Path, weighted: bool) -> EdgeColumns:
    import pyarrow
    import pyarrow.parquet

    if not path.is_file():
        fail(path, 0, "there is no such file")
    needed = 3 if weighted else 2
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            held, rows = file.schema_arrow.names, file.metadata.num_rows
            if len(held) < needed or rows == 0:
                fail(path, 0, f"{len(held)} columns and {rows} rows", f"{needed} columns, 1 row or more")
            if len(set(held)) < len(held):
                fail(path, 0, f"two columns have one name: {', '.join(held)}", "columns of different names")
            if rows > max(MOST_ROWS * path.stat().st_size, ALWAYS_UNPACKED):
                fail(path, 0, f"{rows} rows in {path.stat().st_size} bytes, too many for edges", "a list of edges")
            table = file.read(columns=held[:needed])
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        fail(path, 0, f"no parquet file: {(str(error).splitlines() or [''])[0]}")
    for column in table.column_names[:needed]:
        if table[column].null_count:
            fail(path, 0, f"column {column!r} has empty cells", "a value in every cell")
    ends = [_ends(table[name], name, path) for name in table.column_names[:2]]
    if (ends[0].dtype.kind == "U") != (ends[1].dtype.kind == "U"):
        fail(path, 0, "one end of an edge is a number and the other text", "two columns of one kind")
    weights = None
    if weighted:
        weights = table[table.column_names[2]].to_numpy()
        if weights.dtype.kind not in "iuf" or not np.isfinite(weights).all():
            fail(path, 0, f"column {table.column_names[2]!r} has weights that are no numbers", "finite numbers")
    return EdgeColumns(ends[0], ends[1], weights)


def _ends(column: Any, name: str, path: Path) -> Array:
    """One end of all edges: int64, or text."""
    from pyarrow import types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if types.is_string(kind) or types.is_large_string(kind):
        return np.asarray(column.to_pylist(), str)
    if not types.is_integer(kind):
        fail(path, 0, f"column {name!r} is {column.type}", "integers from 0, or text")
    values = column.to_numpy()
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > LARGEST_ID:
        fail(path, 0, f"column {name!r} has ids from {low} to {high}", f"integers from 0 to {LARGEST_ID}, or text")
    ids: Array = values.astype(np.int64)
    return ids
