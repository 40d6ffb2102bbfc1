"""Every per-user column of a run, declared once: type, unit, range, owner. Bytes per user follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulator.types import Array

Shape = Literal["user", "user,brand", "user,slot"]

SCANNED = ("key", "activity")
"""Columns that every tick reads for every user: they stand alone. All others of a user share one record."""


@dataclass(frozen=True)
class Column:
    """One column of the running state.

    Parameters
    ----------
    shape : "user" is (n,), "user,brand" (n, B), "user,slot" (n, K).
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
    Column("role", np.uint8, "user", "code", 0, 2, "build", "ordinary, opinion leader or seller"),
    Column("activity", np.float32, "user", "visits/day", 0, 1e5, "build", "mean visits a day"),
    Column("susceptibility", np.float32, "user", "x", 0, 1e3, "build", "multiplies persuasion"),
    Column("credibility", np.float32, "user", "x", 0, 1e4, "build", "multiplies the effect of own posts"),
    Column("taste", np.float32, "user", "sd", -10, 10, "build", "position on the taste axis"),
    Column("price_scale", np.float32, "user", "x", 0, 1e3, "build", "(income / mean income) ** -price_slope"),
    Column("inflow", np.float32, "user", "posts/day", 0, 1e7, "build", "background posts that reach the feed"),
    Column("last_visit", np.int32, "user", "tick", 0, 2**31 - 1, "attend", "tick of the last visit"),
    Column("fatigue", np.float32, "user", "posts", 0, 1e9, "attend", "commercial load, as of the last visit"),
    Column("head", np.uint8, "user", "slot", 0, 7, "deliver", "slot of the newest post"),
    Column("unread", np.uint8, "user", "posts", 0, 8, "deliver", "posts since the last visit, at most the slots"),
    Column("seen", np.uint8, "user", "bits", 0, 255, "attend", "slots whose post was seen"),
    Column("marked", np.uint8, "user", "bits", 0, 255, "attend", "slots to be reposted at the end of the tick"),
    Column("ring", np.uint32, "user,slot", "post id", 0, 2**32 - 1, "deliver", "the newest posts delivered"),
    Column("stage", np.uint8, "user,brand", "code", 0, 5, "attend", "funnel stage"),
    Column(
        "marks",
        np.uint8,
        "user,brand",
        "bits",
        0,
        255,
        "attend",
        "1 follows the account, 2 muted, source << 2, 32 exposed",
    ),
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


def _packed(columns: list[Column]) -> np.dtype[Any]:
    """Widest fields first, so that alignment costs at most the tail."""
    ordered = sorted(columns, key=lambda c: -np.dtype(c.dtype).itemsize)
    return np.dtype([(c.name, c.dtype) for c in ordered], align=True)


def bytes_per_user(brands: int, slots: int) -> int:
    """Bytes of running state one user costs, needs and graph apart."""
    scanned = sum(np.dtype(c.dtype).itemsize for c in COLUMNS if c.name in SCANNED)
    return scanned + person_dtype().itemsize + brands * tie_dtype().itemsize + slots * np.dtype(np.uint32).itemsize


@dataclass(frozen=True)
class Table:
    """The columns of a run. `columns` are views by name; `person` and `tie` the records they look into."""

    columns: dict[str, Array]
    person: Any
    tie: Any


def allocate(n: int, brands: int, slots: int) -> Table:
    """All columns at their initial value: shape (n,), (n, B) or (n, K)."""
    person = np.zeros(n, person_dtype()).view(np.recarray)
    tie = np.zeros((n, brands), tie_dtype()).view(np.recarray)
    columns: dict[str, Array] = {}
    for c in COLUMNS:
        if c.shape == "user,slot":
            columns[c.name] = np.zeros((n, slots), c.dtype)
        elif c.shape == "user,brand":
            columns[c.name] = np.asarray(tie[c.name])
        elif c.name in SCANNED:
            columns[c.name] = np.zeros(n, c.dtype)
        else:
            columns[c.name] = np.asarray(person[c.name])
    return Table(columns, person, tie)
