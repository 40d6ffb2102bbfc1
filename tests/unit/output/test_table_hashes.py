"""Canonical hashes of tables."""

from __future__ import annotations

import hashlib
import io
import struct

import numpy as np
import pandas as pd
import pytest

from simulator.output.tables import canonical_dtype, table_hash, table_hashes


def small() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": np.array([1, 2, 3], dtype=np.uint64),
            "tick": np.array([-1, 0, 7], dtype=np.int32),
            "value": [0.5, np.nan, -2.0],
            "share": np.array([0.1, 0.2, 0.3], dtype=np.float32),
            "on": [True, False, True],
            "name": ["", "北京", "a"],
            "when": pd.to_datetime(["2014-06-01", "2014-06-02", "2014-06-03"]),
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "kind": pd.Categorical(["x", "y", "x"]),
        }
    )


def test_known_answer() -> None:
    """The form written out by hand: rows, then for each column name, type, and bytes, each after its length."""
    table = pd.DataFrame({"s": ["ab", "é"], "n": np.array([1, -1], dtype=np.int16)})

    def part(content: bytes) -> bytes:
        return struct.pack("<Q", len(content)) + content

    text = "abé".encode()
    expected = struct.pack("<Q", 2)
    expected += part(b"n") + part(b"int16") + part(struct.pack("<hh", 1, -1))
    expected += part(b"s") + part(b"str") + part(struct.pack("<qq", 2, 2)) + part(text)
    assert table_hash(table) == hashlib.sha256(expected).hexdigest()


def test_the_same_after_parquet_with_any_encoding() -> None:
    for options in ({"compression": None}, {"compression": "gzip", "use_dictionary": False}, {"version": "1.0"}):
        table = small().drop(columns="when") if "version" in options else small()
        table = table.astype({"tick": np.int64})
        buffer = io.BytesIO()
        table.to_parquet(buffer, **options)
        assert table_hash(pd.read_parquet(buffer)) == table_hash(table), options


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[list(reversed(t.columns))],
        lambda t: t.set_index(pd.Index([5, 9, 1])),
        lambda t: t.assign(name=t["name"].astype(object)),
        lambda t: t.assign(name=t["name"].astype("category")),
        lambda t: t.assign(kind=t["kind"].astype("str")),
        lambda t: t.assign(name=t["name"].astype("string[python]")),
        lambda t: pd.concat([t, t]).iloc[:3],
        lambda t: t.assign(tick=t["tick"].to_numpy().astype(">i4").astype("<i4")),
    ],
)
def test_what_is_no_value_does_not_count(change) -> None:
    assert table_hash(change(small())) == table_hash(small())


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.iloc[::-1],
        lambda t: t.iloc[:2],
        lambda t: t.rename(columns={"tick": "tock"}),
        lambda t: t.rename(columns={"tick": "key", "key": "tick"}),
        lambda t: t.drop(columns="on"),
        lambda t: t.astype({"tick": np.int64}),
        lambda t: t.astype({"on": np.uint8}),
        lambda t: t.astype({"share": np.float64}),
        lambda t: t.assign(value=[np.nextafter(0.5, 1), np.nan, -2.0]),
        lambda t: t.assign(value=[0.5, 0.0, -2.0]),
        lambda t: t.assign(name=["北", "京", "a"]),
        lambda t: t.assign(name=[None, "北京", "a"]),
        lambda t: t.assign(maybe=pd.array([1, 0, 3], dtype="Int64")),
    ],
)
def test_values_types_names_and_order_count(change) -> None:
    assert table_hash(change(small())) != table_hash(small())


def test_zero_and_missing_have_one_form() -> None:
    other_nan = np.frombuffer(struct.pack("<Q", 0xFFF8000000000123), dtype=np.float64)[0]
    for dtype in (np.float32, np.float64):
        a = pd.DataFrame({"x": np.array([0.0, np.nan], dtype=dtype)})
        b = pd.DataFrame({"x": np.array([-0.0, other_nan], dtype=dtype)})
        assert table_hash(a) == table_hash(b)


def test_text_cannot_slide_between_rows_or_columns() -> None:
    tables = [
        pd.DataFrame({"a": ["xy", "z"], "b": ["", ""]}),
        pd.DataFrame({"a": ["x", "yz"], "b": ["", ""]}),
        pd.DataFrame({"a": ["", ""], "b": ["xy", "z"]}),
    ]
    assert len({table_hash(table) for table in tables}) == 3


def test_empty_tables_differ_by_columns_and_types() -> None:
    empty = small().iloc[:0]
    assert table_hash(empty) == table_hash(small().iloc[3:])
    assert table_hash(empty) != table_hash(empty.astype({"tick": np.int64}))
    assert table_hash(pd.DataFrame()) != table_hash(empty)


@pytest.mark.parametrize(
    "column", [[1, "a"], [(1, 2), (3,)], [b"x", b"y"], [1 + 2j, 0j]], ids=["mixed", "tuples", "bytes", "complex"]
)
def test_a_type_without_canonical_form_is_refused(column: list) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        table_hash(pd.DataFrame({"odd": pd.Series(column)}))


def test_a_repeated_name_is_refused() -> None:
    with pytest.raises(TypeError, match="two columns"):
        table_hash(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_hashes_by_name() -> None:
    table = small()
    assert table_hashes({"z": table, "a": table.iloc[:1]}) == {"a": table_hash(table.iloc[:1]), "z": table_hash(table)}
    assert canonical_dtype(table["kind"]) == "str"
