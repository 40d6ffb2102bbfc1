"""Columns of the running state as attributes of a user: read at once, written within the declared range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from simulator.kernels.half import to_half
from simulator.population.table import Column
from simulator.types import Array

FIXED = "build"
"""Owner of the columns that are written once, when the population is built."""


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
    stored = given.astype(column.dtype) if kind == "f" else given
    if not np.all((stored >= column.low) & (stored <= column.high)):
        raise ValueError(
            f"{column.name} of a user is {values!r}; allowed: {column.low:g} to {column.high:g} ({column.unit})"
        )
    return stored


class HalfCells:
    """Cells of halves as numbers, read and written by place as those of a memoryview are."""

    __slots__ = ("_bits", "ndim", "shape")

    def __init__(self, column: Array):
        self._bits: Any = memoryview(column.view(np.uint16))  # type: ignore[arg-type]
        self.shape: tuple[int, ...] = column.shape
        self.ndim = column.ndim

    def __getitem__(self, at: Any) -> float:
        number: float = _numbers()[self._bits[at]]
        return number

    def __setitem__(self, at: Any, value: float) -> None:
        self._bits[at] = to_half(value)


def cells_of(column: Array) -> Any:
    """The cells of a column: an item is a Python number."""
    return HalfCells(column) if column.dtype == np.float16 else memoryview(column)  # type: ignore[arg-type]


@cache
def _numbers() -> list[float]:
    """What each pattern of 16 bits stands for."""
    numbers: list[float] = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float64).tolist()
    return numbers


class Values(Sequence[Any]):
    """What one user holds of each brand, on each platform or in each inbox slot: a view, read and written through.

    Items are Python numbers, or views where a slot follows a platform. ``numpy.asarray(values)`` copies.
    """

    __slots__ = ("_at", "_cells", "_column")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, column: Column, cells: Any, at: tuple[int, ...]):
        self._column = column
        self._cells: Any = cells
        self._at = at

    def __len__(self) -> int:
        return int(self._cells.shape[len(self._at)])

    def __getitem__(self, item: Any) -> Any:
        try:
            return self._cells[(*self._at, item)]
        except (TypeError, NotImplementedError):  # a slice, or a place on whose slots more cells lie
            if isinstance(item, slice):
                return self.tolist()[item]
            return Values(self._column, self._cells, (*self._at, range(len(self))[item]))

    def __setitem__(self, item: int, value: Any) -> None:
        _store(self._column, self._cells, (*self._at, item), value)

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(len(self))])

    def tolist(self) -> list[Any]:
        """The values now."""
        return [value.tolist() if isinstance(value, Values) else value for value in self]

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
        return Values(column, user._cells[name], (user.row,))

    def write(user: Any, value: Any) -> None:
        user._members.columns[name][user.row] = checked(column, value)

    return read, write
