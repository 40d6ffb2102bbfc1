"""Columns of the running state as attributes of a user: read at once, written within the declared range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from simulator.population.table import COLUMNS, Column
from simulator.types import Array

FIXED = "build"
"""Owner of the columns that are written once, when the population is built."""


def columns_of(users: Any) -> dict[str, Array]:
    """Every column by name, as a view: from `kernels.state.Users`, whose records hold most of them."""
    found: dict[str, Array] = {}
    for column in COLUMNS:
        records = users.person if column.shape == "user" else users.tie
        held = getattr(users, column.name) if column.name in users._fields else records[column.name]
        found[column.name] = np.asarray(held)
    return found


def checked(column: Column, values: Any) -> Array:
    """`values` as the column stores them.

    Raises
    ------
    AttributeError
        If the column is fixed when the population is built.
    TypeError
        On anything but numbers, or fractions for a column of integers.
    ValueError
        On a value outside the declared range.
    """
    if column.owner == FIXED:
        raise AttributeError(f"{column.name} of a user is fixed when the population is built ({column.doc})")
    given = np.asarray(values)
    kind = np.dtype(column.dtype).kind
    if given.dtype.kind not in ("biuf" if kind == "f" else "biu"):
        number = "a number" if kind == "f" else "a whole number"
        raise TypeError(f"{column.name} of a user is {values!r}; allowed: {number}")
    stored = given.astype(np.float32) if kind == "f" else given
    if not np.all((stored >= column.low) & (stored <= column.high)):
        raise ValueError(
            f"{column.name} of a user is {values!r}; allowed: {column.low:g} to {column.high:g} ({column.unit})"
        )
    return stored


class Values(Sequence[Any]):
    """What one user holds of each brand, or in each inbox slot: a view, read and written through.

    Items are Python numbers. ``numpy.asarray(values)`` copies.
    """

    __slots__ = ("_cells", "_column", "_row")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, column: Column, cells: memoryview, row: int):
        self._column = column
        self._cells: Any = cells
        self._row = row

    def __len__(self) -> int:
        return int(self._cells.shape[1])

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return self.tolist()[item]
        return self._cells[self._row, item]

    def __setitem__(self, item: int, value: Any) -> None:
        _store(self._column, self._cells, (self._row, item), value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def tolist(self) -> list[Any]:
        """The values now."""
        cells, row = self._cells, self._row
        return [cells[row, i] for i in range(len(self))]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.tolist(), dtype or self._column.dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.tolist() == list(other)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self.tolist(),)

    def __repr__(self) -> str:
        return f"{self._column.name} {self.tolist()}"


class ColumnProperty(property):
    """An attribute of a user that is a cell, or a row of cells, of a declared column."""

    def __init__(self, column: Column):
        self.column = column
        super().__init__(*(_one(column) if column.shape == "user" else _many(column)))
        self.__doc__ = f"{column.doc} ({column.unit}, {column.low:g} to {column.high:g})"


def _store(column: Column, cells: Any, at: Any, value: Any) -> None:
    """Write one cell. A number within the range is stored at once; anything else is looked at."""
    if column.owner == FIXED or not isinstance(value, int | float) or not column.low <= value <= column.high:
        value = checked(column, value).item()
    try:
        cells[at] = value
    except TypeError:
        checked(column, value)
        raise


def _one(column: Column) -> tuple[Any, Any]:
    name = column.name

    def read(user: Any) -> Any:
        return user._cells[name][user.row]

    def write(user: Any, value: Any) -> None:
        _store(column, user._cells[name], user.row, value)

    return read, write


def _many(column: Column) -> tuple[Any, Any]:
    name = column.name

    def read(user: Any) -> Values:
        return Values(column, user._cells[name], user.row)

    def write(user: Any, value: Any) -> None:
        user._members.columns[name][user.row] = checked(column, value)

    return read, write
