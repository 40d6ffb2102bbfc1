"""Every per-user column of a run, declared once: type, unit, range, owner. Bytes per user follow from it.

Numbers that need no more than three digits are halves (`kernels.half`); kernels see the bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulator.types import Array

Shape = Literal["user", "user,brand", "user,platform", "user,platform,slot"]

SCANNED = ("key", "activity")
"""Columns that every tick reads for every user: they stand alone. All others of a user share one record."""


@dataclass(frozen=True)
class Column:
    """One column of the running state.

    Parameters
    ----------
    shape : "user" is (n,), "user,brand" (n, B), "user,platform" (n, P), "user,platform,slot" (n, P, K).
    owner : the stage that writes it; no other stage does.
    """

    name: str
    dtype: type
    shape: Shape
    unit: str
    low: float
    high: float
    owner: str
    doc: str


COLUMNS: tuple[Column, ...] = (
    Column("key", np.uint32, "user", "key", 0, 2**32 - 1, "build", "identity of the user"),
    Column("region", np.uint8, "user", "code", 0, 254, "build", "region of residence"),
    Column("role", np.uint8, "user", "code", 0, 2, "plan", "ordinary, opinion leader or seller"),
    Column("activity", np.float32, "user", "visits/day", 0, 1e5, "build", "mean visits a day"),
    Column("susceptibility", np.float16, "user", "x", 0, 1e3, "build", "multiplies persuasion"),
    Column("credibility", np.float16, "user", "x", 0, 1e4, "build", "multiplies the effect of own posts"),
    Column("taste", np.float16, "user", "sd", -10, 10, "build", "position on the taste axis"),
    Column("price_scale", np.float16, "user", "x", 0, 1e3, "build", "(income / mean income) ** -price_slope"),
    Column("last_visit", np.int32, "user", "min", 0, 2**31 - 1, "attend", "minute of the last visit anywhere"),
    Column("inflow", np.float16, "user,platform", "posts/day", 0, 65504, "build", "background posts for the feed"),
    Column("last_read", np.int32, "user,platform", "min", 0, 2**31 - 1, "attend", "minute of the last visit to it"),
    Column("fatigue", np.float16, "user,platform", "posts", 0, 65504, "attend", "commercial load, as of that visit"),
    Column(
        "distrust", np.float32, "user,platform", "share", 0, 1, "attend", "trust in commercial posts lost, as of it"
    ),
    Column("head", np.uint8, "user,platform", "slot", 0, 7, "deliver", "slot of the newest post"),
    Column("unread", np.uint8, "user,platform", "posts", 0, 8, "deliver", "posts since that visit, at most the slots"),
    Column("seen", np.uint8, "user,platform", "bits", 0, 255, "attend", "slots whose post was seen or is gone"),
    Column(
        "marked", np.uint8, "user,platform", "bits", 0, 255, "attend", "slots to be reposted at the end of the tick"
    ),
    Column("ring", np.uint32, "user,platform,slot", "post id", 0, 2**32 - 1, "deliver", "the newest posts delivered"),
    Column("stage", np.uint8, "user,brand", "code", 0, 5, "attend", "funnel stage"),
    Column(
        "marks",
        np.uint16,
        "user,brand",
        "bits",
        0,
        2**16 - 1,
        "attend",
        "1 follows, 2 muted, source << 2, 64 exposed, 128 looked at the offer, 256 the brand's own posts withheld, "
        "512 in the brand's audience",
    ),
    Column("touch", np.uint8, "user,brand", "code", 0, 9, "attend", "what was last seen of the brand"),
    Column("opinion", np.float32, "user,brand", "-1..1", -1, 1, "attend", "opinion of the brand"),
    Column("adstock", np.float16, "user,brand", "impressions", 0, 65504, "attend", "remembered impressions"),
)


BY_NAME = {column.name: column for column in COLUMNS}


def person_dtype() -> np.dtype[Any]:
    """The record of one user: every column of shape "user" that is not scanned."""
    own = [c for c in COLUMNS if c.shape == "user" and c.name not in SCANNED]
    return _packed(own)


def tie_dtype() -> np.dtype[Any]:
    """The record of what is between one user and one brand."""
    return _packed([c for c in COLUMNS if c.shape == "user,brand"])


def inbox_dtype() -> np.dtype[Any]:
    """The record of what is between one user and one platform."""
    return _packed([c for c in COLUMNS if c.shape == "user,platform"])


def _packed(columns: list[Column]) -> np.dtype[Any]:
    """Widest fields first, so that alignment costs at most the tail."""
    ordered = sorted(columns, key=lambda c: -np.dtype(c.dtype).itemsize)
    return np.dtype([(c.name, np.uint16 if c.dtype is np.float16 else c.dtype) for c in ordered], align=True)


def bytes_per_user(brands: int, platforms: int, slots: int, keyed: bool = False) -> int:
    """Bytes of running state one user costs, needs and graph apart; `slots` is the longest inbox ring.

    `keyed`: whether keys are stored, because users are not stored in order of them.
    """
    scanned = sum(np.dtype(c.dtype).itemsize for c in COLUMNS if c.name in SCANNED and (keyed or c.name != "key"))
    inbox = inbox_dtype().itemsize + slots * np.dtype(np.uint32).itemsize
    return scanned + person_dtype().itemsize + brands * tie_dtype().itemsize + platforms * inbox


@dataclass(frozen=True)
class Table:
    """The state of all users: scanned columns, and records (n,), (n, B), (P, n) and rings (P, n, K).

    `key` is empty where rows are keys.
    """

    key: Array
    activity: Array
    person: Any
    tie: Any
    inbox: Any
    ring: Array

    @property
    def n(self) -> int:
        """Number of users."""
        return int(self.person.size)

    def keys(self, rows: Any) -> Array:
        """Keys of the users in `rows`, an index or slice, uint32."""
        if self.key.size:
            return np.asarray(self.key[rows])
        if isinstance(rows, slice):
            return np.arange(*rows.indices(self.n), dtype=BY_NAME["key"].dtype)
        return np.asarray(rows, BY_NAME["key"].dtype)

    @property
    def columns(self) -> Columns:
        """Every column by name."""
        return Columns(self)


@dataclass(frozen=True)
class Columns(Mapping[str, Array]):
    """The columns of a table as views: (n,), (n, B), (n, P) or (n, P, K). Keys that are not stored are made."""

    table: Table

    def __getitem__(self, name: str) -> Array:
        c, table = BY_NAME[name], self.table
        if name == "key":
            return table.keys(slice(None))
        if name in SCANNED:
            return np.asarray(getattr(table, name))
        if c.shape == "user,platform,slot":
            return table.ring.transpose(1, 0, 2)
        if c.shape == "user,platform":
            return np.asarray(table.inbox[name]).view(c.dtype).T
        return np.asarray((table.person if c.shape == "user" else table.tie)[name]).view(c.dtype)

    def __iter__(self) -> Iterator[str]:
        return iter(BY_NAME)

    def __len__(self) -> int:
        return len(BY_NAME)


@dataclass(frozen=True)
class Keys:
    """Keys of all users, ``keys[rows]``: as an array only where somebody asks for one."""

    table: Table

    def __getitem__(self, rows: Any) -> Any:
        return self.table.keys(rows)

    def __len__(self) -> int:
        return self.table.n

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.table.keys(slice(None)).astype(dtype or BY_NAME["key"].dtype)


def allocate(n: int, brands: int, platforms: int, slots: int, keyed: bool = False) -> Table:
    """All state at its initial value: zero, but for slots, in none of which there is anything to see."""
    inbox = np.zeros((platforms, n), inbox_dtype()).view(np.recarray)
    inbox["seen"] = BY_NAME["seen"].high
    return Table(
        np.zeros(n if keyed else 0, BY_NAME["key"].dtype),
        np.zeros(n, BY_NAME["activity"].dtype),
        np.zeros(n, person_dtype()).view(np.recarray),
        np.zeros((n, brands), tie_dtype()).view(np.recarray),
        inbox,
        np.zeros((platforms, n, slots), BY_NAME["ring"].dtype),
    )
