"""Every per-user column of a run, declared once: type, unit, range, owner. Bytes per user follow from it."""

from __future__ import annotations

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
    Column("susceptibility", np.float32, "user", "x", 0, 1e3, "build", "multiplies persuasion"),
    Column("credibility", np.float32, "user", "x", 0, 1e4, "build", "multiplies the effect of own posts"),
    Column("taste", np.float32, "user", "sd", -10, 10, "build", "position on the taste axis"),
    Column("price_scale", np.float32, "user", "x", 0, 1e3, "build", "(income / mean income) ** -price_slope"),
    Column("last_visit", np.int32, "user", "min", 0, 2**31 - 1, "attend", "minute of the last visit anywhere"),
    Column("inflow", np.float32, "user,platform", "posts/day", 0, 1e7, "build", "background posts that reach the feed"),
    Column("last_read", np.int32, "user,platform", "min", 0, 2**31 - 1, "attend", "minute of the last visit to it"),
    Column("fatigue", np.float32, "user,platform", "posts", 0, 1e9, "attend", "commercial load, as of that visit"),
    Column(
        "distrust", np.float32, "user,platform", "share", 0, 1, "attend", "trust in commercial posts lost, as of it"
    ),
    Column("head", np.uint8, "user,platform", "slot", 0, 7, "deliver", "slot of the newest post"),
    Column("unread", np.uint8, "user,platform", "posts", 0, 8, "deliver", "posts since that visit, at most the slots"),
    Column("seen", np.uint8, "user,platform", "bits", 0, 255, "attend", "slots whose post was seen"),
    Column(
        "marked", np.uint8, "user,platform", "bits", 0, 255, "attend", "slots to be reposted at the end of the tick"
    ),
    Column("ring", np.uint32, "user,platform,slot", "post id", 0, 2**32 - 1, "deliver", "the newest posts delivered"),
    Column("stage", np.uint8, "user,brand", "code", 0, 5, "attend", "funnel stage"),
    Column(
        "marks",
        np.uint8,
        "user,brand",
        "bits",
        0,
        255,
        "attend",
        "1 follows the account, 2 muted, source << 2, 32 exposed, 64 the brand's own messages are withheld",
    ),
    Column("touch", np.uint8, "user,brand", "code", 0, 7, "attend", "what was last seen of the brand"),
    Column("opinion", np.float32, "user,brand", "-1..1", -1, 1, "attend", "opinion of the brand"),
    Column("adstock", np.float32, "user,brand", "impressions", 0, 1e9, "attend", "remembered impressions"),
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
    return np.dtype([(c.name, c.dtype) for c in ordered], align=True)


def bytes_per_user(brands: int, platforms: int, slots: int) -> int:
    """Bytes of running state one user costs, needs and graph apart; `slots` is the longest inbox ring."""
    scanned = sum(np.dtype(c.dtype).itemsize for c in COLUMNS if c.name in SCANNED)
    inbox = inbox_dtype().itemsize + slots * np.dtype(np.uint32).itemsize
    return scanned + person_dtype().itemsize + brands * tie_dtype().itemsize + platforms * inbox


@dataclass(frozen=True)
class Table:
    """The state of all users: scanned columns, and records (n,), (n, B), (P, n) and rings (P, n, K)."""

    key: Array
    activity: Array
    person: Any
    tie: Any
    inbox: Any
    ring: Array

    @property
    def columns(self) -> dict[str, Array]:
        """Every column by name, as a view: (n,), (n, B), (n, P) or (n, P, K)."""
        found: dict[str, Array] = {}
        for c in COLUMNS:
            if c.name in SCANNED:
                found[c.name] = getattr(self, c.name)
            elif c.shape == "user,platform,slot":
                found[c.name] = self.ring.transpose(1, 0, 2)
            elif c.shape == "user,platform":
                found[c.name] = np.asarray(self.inbox[c.name]).T
            else:
                found[c.name] = np.asarray((self.person if c.shape == "user" else self.tie)[c.name])
        return found


def allocate(n: int, brands: int, platforms: int, slots: int) -> Table:
    """All state at its initial value."""
    return Table(
        np.zeros(n, BY_NAME["key"].dtype),
        np.zeros(n, BY_NAME["activity"].dtype),
        np.zeros(n, person_dtype()).view(np.recarray),
        np.zeros((n, brands), tie_dtype()).view(np.recarray),
        np.zeros((platforms, n), inbox_dtype()).view(np.recarray),
        np.zeros((platforms, n, slots), BY_NAME["ring"].dtype),
    )
