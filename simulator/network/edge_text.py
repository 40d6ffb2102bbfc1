"""Edge lists in text, read at once where they are regular and line by line to find what is wrong where they are not."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NoReturn

import numpy as np

from simulator.errors import InputError, Problem
from simulator.types import Array

Ids = Literal["auto", "integer", "string"]

COMMENTS = ("#", "%")
LARGEST_ID = int(np.iinfo(np.int64).max)
END_NAMES = frozenset({
    "src", "dst", "source", "target", "source_id", "target_id", "from", "to", "fromnodeid", "tonodeid", "u", "v",
    "i", "j", "id1", "id2", "id_1", "id_2", "node1", "node2", "node_1", "node_2", "user", "friend", "user_id",
    "friend_id", "author", "follower", "followee",
})  # fmt: skip
"""Names of columns by which a header is known even where ids are names."""

EXACT = 2**53
"""From here on two ids would become one in a column that holds a point or an exponent: it is read as floats."""

_AS_FLOAT = re.compile(rb"[.eE]")
_INTEGER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, eq=False)
class EdgeColumns:
    """Edges as they stand in a source: ends int64[m] or str[m], weights float[m] or None."""

    first: Array
    second: Array
    weights: Array | None


def fail(path: Path, line: int, message: str, allowed: str = "") -> NoReturn:
    """Raise an `InputError` that points at a line of a file; line 0 is the whole file."""
    raise InputError(Problem(line, 0, "", message, allowed, file=str(path)))


class EdgeText:
    """One edge a line; the first line with content fixes separator and number of columns.

    Parameters
    ----------
    path : named in errors.
    raw : the content, UTF-8.
    ids, weighted, header : see `simulator.network.io.read_graph`.
    """

    def __init__(self, path: Path, raw: bytes, ids: Ids, weighted: bool, header: bool | None):
        self.path, self.raw, self.weighted = path, raw, weighted
        if b"\0" in raw[:65536]:
            fail(path, 1, "is no text", "UTF-8 text")
        top = list(islice(self._lines(1), 2))
        if not top:
            fail(path, 0, "holds no edges", "at least one line with two ids")
        self.separator = next((mark for mark in "\t,;" if mark in top[0][1]), None)
        names = self._split(top[0][1])
        self.width = len(names)
        if self.width < (3 if weighted else 2):
            fail(path, top[0][0], f"{self.width} columns", "two ids and a weight" if weighted else "two ids")
        if self._is_header(names, top[1:]) if header is None else header:
            del top[0]
        if not top:
            fail(path, 0, "holds no edges after the names of the columns", "one edge or more")
        self.first_line = top[0][0]
        cells = self._split(top[0][1])[:2]
        self.integer = ids == "integer" or (ids == "auto" and any(_is_number(cell) for cell in cells))

    def columns(self) -> EdgeColumns:
        """The ends and weights of all edges."""
        regular = self._at_once() if self.integer else None
        return regular if regular is not None else self._line_by_line()

    def _lines(self, start: int) -> Iterator[tuple[int, str]]:
        """Lines with content, and their numbers, from line `start` on."""
        try:
            for number, line in enumerate(io.TextIOWrapper(io.BytesIO(self.raw), "utf-8-sig"), 1):
                content = line.strip(" \r\n")
                if number >= start and content.strip() and not content.lstrip().startswith(COMMENTS):
                    yield number, content
        except UnicodeDecodeError:
            good = self.raw.decode("utf-8", "surrogateescape")
            place = next(i for i, mark in enumerate(good) if "\udc80" <= mark <= "\udcff")
            fail(self.path, good[:place].count("\n") + 1, "is no text", "UTF-8 text")

    def _split(self, line: str) -> list[str]:
        if self.separator is None:
            return line.split()
        if self.separator == "\t":
            return [cell.strip() for cell in line.split("\t")]
        return [cell.strip() for cell in next(csv.reader([line], delimiter=self.separator))]

    def _is_header(self, names: list[str], after: list[tuple[int, str]]) -> bool:
        if any(_is_number(name) for name in names[:2]):
            return False
        known = all(name.lower() in END_NAMES for name in names[:2])
        return known or any(all(_is_number(cell) for cell in self._split(line)[:2]) for _, line in after)

    def _at_once(self) -> EdgeColumns | None:
        """All edges in one go, or None if any line is irregular."""
        import pandas

        if b"\n%" in self.raw:
            return None
        kinds: dict[int, Any] = {0: np.int64, 1: np.int64}
        if self.weighted:
            kinds[2] = np.float64
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)  # "inf" among whole numbers is cast with a warning only
                table = pandas.read_csv(
                    io.BytesIO(self.raw),
                    sep=self.separator or r"\s+",
                    header=None,
                    skiprows=self.first_line - 1,
                    comment="#",
                    dtype=kinds,
                )
        except (ValueError, OverflowError, pandas.errors.ParserError, RuntimeWarning):
            return None
        if table.shape[1] != self.width or (self.width > 2 and table[self.width - 1].isna().any()):
            return None
        first, second = table[0].to_numpy(copy=True), table[1].to_numpy(copy=True)
        weights = table[2].to_numpy(copy=True) if self.weighted else None
        if first.min() < 0 or second.min() < 0 or (weights is not None and not np.isfinite(weights).all()):
            return None
        if max(first.max(), second.max()) >= EXACT and _AS_FLOAT.search(self.raw):
            return None
        return EdgeColumns(first, second, weights)

    def _line_by_line(self) -> EdgeColumns:
        """All edges one by one, up to the first line that is wrong."""
        first: list[Any] = []
        second: list[Any] = []
        weights: list[float] = []
        for number, line in self._lines(self.first_line):
            cells = self._split(line)
            if len(cells) != self.width:
                fail(self.path, number, f"{len(cells)} columns", f"{self.width} columns, as in the first line")
            first.append(self._id(cells[0], number))
            second.append(self._id(cells[1], number))
            if self.weighted:
                weights.append(self._weight(cells[2], number))
        kind: Any = np.int64 if self.integer else str
        return EdgeColumns(np.array(first, kind), np.array(second, kind), np.array(weights) if self.weighted else None)

    def _id(self, cell: str, line: int) -> int | str:
        if not self.integer:
            if not cell:
                fail(self.path, line, "an id is empty", "a name in both columns")
            return cell
        if not _INTEGER.fullmatch(cell):
            negative = cell.startswith("-") and _INTEGER.fullmatch(cell[1:])
            what = f"id {cell} is negative" if negative else f"id {cell!r} is no whole number"
            fail(self.path, line, what, f"integers from 0 to {LARGEST_ID}; for names, ids='string'")
        digits = cell.lstrip("0")
        value = int(digits[:20] or "0")
        if len(digits) > 19 or value > LARGEST_ID:
            fail(
                self.path,
                line,
                f"id {cell if len(cell) < 60 else cell[:57] + '...'} is too large",
                f"integers up to {LARGEST_ID}; else ids='string'",
            )
        return value

    def _weight(self, cell: str, line: int) -> float:
        if not _is_number(cell) or not np.isfinite(float(cell)):
            fail(self.path, line, f"weight {cell!r} is no number", "finite numbers")
        return float(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
