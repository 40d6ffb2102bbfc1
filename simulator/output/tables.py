"""Canonical hashes of tables: equal exactly when the values are equal, however they are stored.

What counts: the column names, each column's type and values, and the order of the rows. What does not: the order
of the columns, the index, the encoding of a file, whether strings are categorical, and the two things IEEE 754
leaves open without a value behind them: -0.0 is hashed as 0.0, and every NaN as one NaN.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.types import Array


def table_hash(table: pd.DataFrame) -> str:
    """SHA-256 of a table, in hexadecimal.

    Every column adds its name, the name of its type and its bytes (little-endian), each preceded by its length.
    Strings are UTF-8 with a length for each; a missing one has length -1.

    Raises
    ------
    TypeError
        For a column whose type has no canonical form, or names that repeat.
    """
    names = [str(name) for name in table.columns]
    if len(set(names)) != len(names):
        raise TypeError("a table with two columns of one name has no canonical hash")
    digest = hashlib.sha256(len(table).to_bytes(8, "little"))
    for position in sorted(range(len(names)), key=names.__getitem__):
        kind, parts = _canonical(table.iloc[:, position], names[position])
        for part in (names[position].encode(), kind.encode(), *parts):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def table_hashes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The hash of each table by name, names sorted."""
    return {name: table_hash(tables[name]) for name in sorted(tables)}


def canonical_dtype(series: pd.Series) -> str:
    """The name of a column's type that enters its hash: "str", "bool", "int64", "float32", "datetime64[us]", ..."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return canonical_dtype(pd.Series(dtype.categories))
    if isinstance(dtype, pd.StringDtype) or dtype.kind == "O":
        return "str"
    if isinstance(dtype, np.dtype):
        return str(dtype)
    return f"nullable {str(dtype).lower()}"


def _canonical(series: pd.Series, name: str) -> tuple[str, list[memoryview | bytes]]:
    """A column's type name and its bytes, in parts that are hashed one after the other."""
    kind = canonical_dtype(series)
    if kind == "str":
        return kind, list(_string_parts(series, name))
    if kind.startswith("nullable"):
        missing = series.isna().to_numpy(dtype=bool)
        values = series.fillna(0).to_numpy(dtype=kind.split()[1])
        return kind, [_bytes(missing.view(np.uint8)), _bytes(_number(values, name))]
    return kind, [_bytes(_number(series.to_numpy(), name))]


def _number(values: Array, name: str) -> Array:
    """Values whose bytes are canonical, little-endian."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype.kind == "M":
        return values.view(np.int64)
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), values.dtype.type(np.nan), values + values.dtype.type(0))
    elif values.dtype.kind not in "iu":
        raise TypeError(f"column {name!r}: type {values.dtype} has no canonical form")
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _bytes(values: Array) -> memoryview:
    return np.ascontiguousarray(values).data.cast("B") if values.size else memoryview(b"")


def _string_parts(series: pd.Series, name: str) -> Iterator[memoryview | bytes]:
    """Lengths (int64, -1 for missing) and the UTF-8 text of all values, without a loop in Python."""
    try:
        text = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TypeError(f"column {name!r}: mixed values have no canonical form ({error})") from None
    kind = text.type.value_type if pa.types.is_dictionary(text.type) else text.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise TypeError(f"column {name!r}: values of type {kind} have no canonical form")
    text = text.cast(pa.large_string())
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks() if text.num_chunks != 1 else text.chunk(0)
    missing = text.is_null().to_numpy(zero_copy_only=False)
    text = text.fill_null("")
    _, offsets, data = text.buffers()
    ends = np.zeros(1, dtype=np.int64)
    if len(text):
        ends = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    yield _bytes(np.where(missing, np.int64(-1), np.diff(ends)).astype("<i8"))
    yield memoryview(data)[int(ends[0]) : int(ends[-1])] if data is not None else b""
