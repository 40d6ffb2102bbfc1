"""The table of users: what is declared is what is allocated."""

from dataclasses import fields

import numpy as np
import pytest

from simulator.kernels.half import from_half, to_half
from simulator.model.state import users_view
from simulator.population.table import (
    COLUMNS,
    SCANNED,
    Keys,
    allocate,
    bytes_per_user,
    inbox_dtype,
    person_dtype,
    tie_dtype,
)

OWNERS = {"build", "plan", "deliver", "attend"}
SHAPES = {"user": (7,), "user,brand": (7, 3), "user,platform": (7, 2), "user,platform,slot": (7, 2, 5)}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_column_is_wholly_declared(column):
    assert column.name.isidentifier()
    assert column.unit.strip()
    assert column.doc.strip()
    assert column.owner in OWNERS
    assert column.shape in SHAPES
    assert column.low < column.high
    limits = np.iinfo(column.dtype) if np.issubdtype(column.dtype, np.integer) else np.finfo(column.dtype)
    assert limits.min <= column.low
    assert column.high <= limits.max, "the type cannot hold the range"


def test_every_column_is_declared_once():
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert set(SCANNED) <= set(names)
    held = [*SCANNED, *person_dtype().names, *tie_dtype().names, *inbox_dtype().names, "ring"]
    assert sorted(held) == sorted(names), "each is in exactly one place"


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_column_starts_at_zero_in_its_shape_and_type(column):
    """But for slots, in none of which there is anything to see, and keys, which are rows where they are not stored."""
    made = allocate(7, brands=3, platforms=2, slots=5).columns[column.name]
    assert made.shape == SHAPES[column.shape]
    assert made.dtype == column.dtype
    begins = {"seen": 255, "key": np.arange(7)}
    np.testing.assert_array_equal(made, np.broadcast_to(begins.get(column.name, 0), made.shape))


@pytest.mark.parametrize("slots", [1, 3, 8])
@pytest.mark.parametrize("platforms", [1, 4])
@pytest.mark.parametrize("brands", [1, 3, 64])
@pytest.mark.parametrize("keyed", [False, True])
def test_announced_bytes_are_those_allocated(brands, platforms, slots, keyed):
    n = 11
    table = allocate(n, brands, platforms, slots, keyed)
    held = [getattr(table, field.name) for field in fields(table)]
    assert sum(array.nbytes for array in held) == n * bytes_per_user(brands, platforms, slots, keyed)
    for name, column in table.columns.items():
        if keyed or name != "key":
            assert any(np.shares_memory(column, whole) for whole in held), f"{name} is a copy"


def test_a_user_costs_few_bytes():
    """On one platform with rings of four: what decides how many people fit into memory. Said in the documents, too."""
    assert bytes_per_user(brands=1, platforms=1, slots=4) == 64
    assert bytes_per_user(brands=2, platforms=1, slots=4) == 76
    assert bytes_per_user(brands=3, platforms=1, slots=4) == 88


def test_keys_are_found_by_row_whether_they_are_stored_or_not():
    plain, keyed = allocate(5, 1, 1, 1), allocate(5, 1, 1, 1, keyed=True)
    keyed.key[:] = [3, 0, 4, 1, 2]
    for table, keys in ((plain, [0, 1, 2, 3, 4]), (keyed, [3, 0, 4, 1, 2])):
        every = Keys(table)
        assert len(every) == 5
        assert np.asarray(every).tolist() == keys
        assert np.asarray(every).dtype == every[1:].dtype == np.uint32
        assert int(every[3]) == keys[3]
        assert every[np.array([4, 0])].tolist() == [keys[4], keys[0]]
        assert every[1:4].tolist() == keys[1:4]


def test_records_waste_no_more_than_their_tail():
    for record in (person_dtype(), tie_dtype(), inbox_dtype()):
        fields = sum(record[name].itemsize for name in record.names)
        assert record.itemsize - fields < record.alignment


def test_columns_are_views_of_what_kernels_see():
    """A write through a column is read in the records and back."""
    table = allocate(4, brands=2, platforms=3, slots=2, keyed=True)
    table.inbox["seen"] = 0
    for column in COLUMNS:
        table.columns[column.name][2] = 1
    for name, seen in table.columns.items():
        assert (seen[2] == 1).all()
        assert not seen[[0, 1, 3]].any(), f"{name} of others was written"
    for platform in range(3):
        users = users_view(table, platform, 2)
        assert users.person[2].last_visit == 1
        assert from_half(users.inbox[2].fatigue) == 1.0
        assert (users.tie[2].stage == 1).all()
        assert (users.ring[2] == 1).all()
        users.inbox[1].fatigue = to_half(platform)
    assert table.columns["fatigue"][1].tolist() == [0.0, 1.0, 2.0]
