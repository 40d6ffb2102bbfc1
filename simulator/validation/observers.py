"""What is watched in a run besides its tables. Observers read the model between ticks and change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simulator.agents.market_view import Post
from simulator.agents.users import User
from simulator.model.engine import WatchedEngine
from simulator.model.labels import labels, words
from simulator.model.market import CommerceModel
from simulator.types import Array, Device, NeedStatus, Outlet


def visits_of(model: CommerceModel) -> dict[str, Array]:
    """The visits of the last tick of a watched model."""
    engine = model.engine
    if not isinstance(engine, WatchedEngine):
        raise TypeError("visits can be looked at in the compiled engine alone")
    return engine.visits()


class Observer(Protocol):
    """Watches one model."""

    def before(self) -> None:
        """Called before each tick."""
        ...

    def after(self, tick: int) -> None:
        """Called after each tick."""
        ...

    def tables(self) -> dict[str, pd.DataFrame]:
        """What was seen."""
        ...


class Visits:
    """`visits_by_device`: how many visits were made on each device."""

    def __init__(self, model: CommerceModel):
        self._model = model
        self._count = np.zeros(len(Device), np.int64)

    def before(self) -> None:
        """Nothing to remember."""

    def after(self, tick: int) -> None:
        self._count += np.bincount(visits_of(self._model)["device"], minlength=len(Device))

    def tables(self) -> dict[str, pd.DataFrame]:
        device = labels(np.arange(len(Device)), words(Device))
        return {"visits_by_device": pd.DataFrame({"device": device, "visits": self._count})}


class Attempts:
    """`attempts`: tries at a checkout with their device, and whether they were completed on the platform.

    Of several tries of one need in one tick none is told: the ledger keeps the last one only.
    """

    def __init__(self, model: CommerceModel):
        self._ledger = model.state.needs.table
        self._model = model
        self._before: Array = self._ledger.attempts.copy()
        self._seen: list[pd.DataFrame] = []

    def before(self) -> None:
        self._before[:] = self._ledger.attempts

    def after(self, tick: int) -> None:
        ledger = self._ledger
        at = np.flatnonzero(ledger.attempts == self._before + np.uint8(1))
        if not at.size:
            return
        done = (ledger.status[at] == NeedStatus.BOUGHT) & (ledger.outlet[at] == Outlet.PLATFORM)
        columns = {"need_key": ledger.key[at], "category": ledger.category[at], "number": ledger.attempts[at]}
        columns |= {"device": ledger.terminal[at], "completed": done}
        self._seen.append(pd.DataFrame({"tick": np.full(at.size, tick, np.int32), **columns}))

    def tables(self) -> dict[str, pd.DataFrame]:
        none: dict[str, Any] = {"tick": np.int32, "need_key": np.uint64, "category": np.uint8, "number": np.uint8}
        none |= {"device": np.uint8, "completed": np.bool_}
        empty = pd.DataFrame({name: np.empty(0, kind) for name, kind in none.items()})
        found = pd.concat(self._seen, ignore_index=True) if self._seen else empty
        found["category"] = labels(found["category"].to_numpy(), list(self._model.scenario.categories))
        found["device"] = labels(found["device"].to_numpy(), words(Device))
        return {"attempts": found}


class TellingUser(User):
    """A user who says by which tie an offer was first heard of; every decision is the plain user's."""

    def recalls(self, post: Post, cues: int = 0) -> bool:
        opens = super().recalls(post, cues)
        if opens and not self.knows(post.product) and not post.by_account:
            weight = self.trusts(post)
            self.model.first_told["strong" if weight == post.platform.feed.strong_weight else "weak"] += 1
        return opens


class Ties:
    """`ties`: first awareness of an offer that came by somebody's post, by the strength of the tie to its author.

    Users are asked one by one, so it needs ``engine="agents"`` and few of them.
    """

    def __init__(self, model: CommerceModel):
        self._told = Counter({"strong": 0, "weak": 0})
        model.first_told = self._told

    def before(self) -> None:
        """Nothing to remember."""

    def after(self, tick: int) -> None:
        """Users have told."""

    def tables(self) -> dict[str, pd.DataFrame]:
        return {"ties": pd.DataFrame({name: np.array([count], np.int64) for name, count in self._told.items()})}


OBSERVERS: dict[str, Callable[[Any], Observer]] = {
    "visits": Visits,
    "attempts": Attempts,
    "ties": Ties,
}
