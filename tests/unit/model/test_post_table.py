"""The table of live posts against a list that forgets nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import CapacityError
from simulator.kernels import posts as kernel
from simulator.kernels.state import POST, Batch
from simulator.model.posts import PostTable, empty_batch, in_order


def batch_of(size: int, first: int) -> Batch:
    """Posts that tell by every field which they are."""
    batch = empty_batch(size)
    for name in Batch._fields:
        column = getattr(batch, name)
        column[:] = (np.arange(first, first + size) % 100 + 1).astype(column.dtype)
    batch.key[:] = np.arange(first, first + size) * 7919 + 1
    batch.root[:] = batch.key
    return batch


ticks = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(ticks, st.integers(1, 5))
def test_the_live_posts_are_those_young_enough(steps, life):
    """Of any sequence of batches and pauses: ids run on, records stand where they belong, old ones are below `low`."""
    table, tick, written = PostTable(life, capacity=4), 0, []
    for size, pause in steps:
        tick += pause
        table.expire(tick)
        batch = batch_of(size, len(written))
        assert table.append(batch, tick) == (1 + len(written), 1 + len(written) + size)
        written += [(tick, {name: getattr(batch, name)[i] for name in POST.names}) for i in range(size)]
        live = table.live()
        young = [i + 1 for i, (born, _) in enumerate(written) if born + life >= tick]
        assert list(range(live.low, table.next_id)) == young
        assert table.capacity & (table.capacity - 1) == 0
        assert len(young) <= table.capacity == live.mask + 1
        for i in young:
            stands = live.table[i & live.mask]
            assert all(stands[name] == value for name, value in written[i - 1][1].items())
    assert [(born, key) for born, kept in table.records for key in kept["key"]] == [
        (born, post["key"]) for born, post in written
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=12))
def test_who_posted_a_root_is_never_forgotten(sizes):
    """However long ago: the set outlives the posts, at most half full, and holds nothing that was not put in."""
    table, first = PostTable(1, capacity=4), 0
    for tick, size in enumerate(sizes):
        table.expire(tick * 10)
        table.append(batch_of(size, first), tick * 10)
        first += size
    batch = batch_of(first + 50, 0)
    for i in range(first + 50):
        key = np.uint64(kernel.post_key(batch.root[i], batch.author_key[i]))
        assert kernel.contains(table.posted, key) == (i < first)
    assert np.count_nonzero(table.posted) == first
    assert 2 * first <= table.posted.size
    assert table.posted.size & (table.posted.size - 1) == 0


def test_keys_that_meet_in_one_place_are_told_apart():
    """All of these begin at slot 5 of 16, and go round the end."""
    table = np.zeros(16, np.uint64)
    keys = np.array([5 + 16 * k for k in range(1, 9)] + [15, 31, 47], np.uint64)
    kernel.insert(table, keys)
    kernel.insert(table, keys)
    assert np.count_nonzero(table) == keys.size, "a key stands once"
    assert all(kernel.contains(table, key) for key in keys)
    assert not any(kernel.contains(table, np.uint64(5 + 16 * k)) for k in range(9, 20))
    assert not kernel.contains(table, np.uint64(63))


def test_a_root_is_one_post_per_author():
    """Key of (root, author): neither may change without the other."""
    keys = {int(kernel.post_key(np.uint64(root), np.uint32(author))) for root in range(1, 60) for author in range(60)}
    assert len(keys) == 59 * 60
    assert 0 not in keys


def test_empty_batches_change_nothing():
    table = PostTable(3, capacity=4)
    assert table.append(empty_batch(0), 0) == (1, 1)
    assert table.records == []
    table.expire(1000)
    assert (table.low, table.next_id) == (1, 1)


def test_a_table_that_is_not_used_does_not_grow():
    table = PostTable(2, capacity=8)
    for tick in range(200):
        table.expire(tick)
        table.append(batch_of(2, 2 * tick), tick)
    assert table.capacity == 8
    assert table.next_id - table.low <= 8


def test_more_posts_than_can_be_numbered_are_refused():
    table = PostTable(1, capacity=4)
    table.low = table.next_id = 2**31 - 4
    table.append(batch_of(4, 0), 0)
    with pytest.raises(CapacityError, match="2147483647 posts"):
        table.append(batch_of(1, 4), 0)


def test_a_table_with_room_for_so_many_holds_no_more():
    table = PostTable(1, capacity=4, most=5)
    table.append(batch_of(5, 0), 0)
    with pytest.raises(CapacityError, match=r"more than 5 posts .* after 3 ticks; market\.most_posts"):
        table.append(batch_of(1, 5), 3)
    assert table.next_id == 6


def test_posts_of_a_tick_stand_in_order_of_minute_and_key():
    batch = empty_batch(4)
    batch.minute[:] = [9, 3, 9, 3]
    batch.key[:] = [1, 2**63 + 5, 0, 8]
    batch.depth[:] = range(4)
    assert in_order(batch).depth.tolist() == [3, 1, 2, 0]
    shuffled = Batch(*(column[[2, 0, 3, 1]] for column in batch))
    assert in_order(shuffled).depth.tolist() == [3, 1, 2, 0]
