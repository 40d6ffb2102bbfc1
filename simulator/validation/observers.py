"""What is watched in a run besides its tables. Observers read the model between ticks and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simulator.kernels import rng
from simulator.kernels.state import SOURCE_MASK, SOURCE_SHIFT
from simulator.model.market import CommerceModel
from simulator.model.tables import labels, words
from simulator.types import MINUTES_PER_DAY, NOBODY, Array, Device, NeedStatus, Outlet, Source, Stage

HOURS = 24


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
    """`visits`: how many visits began in each hour of the day, by device."""

    def __init__(self, model: CommerceModel):
        self._model = model
        self._count = np.zeros((HOURS, len(Device)), np.int64)

    def before(self) -> None:
        """Nothing to remember."""

    def after(self, tick: int) -> None:
        visits, online = self._model.state.visits, self._model.online[-1]
        hour = visits.minute[:online] % MINUTES_PER_DAY // 60
        np.add.at(self._count, (hour, visits.device[:online]), 1)

    def tables(self) -> dict[str, pd.DataFrame]:
        hour = np.repeat(np.arange(HOURS, dtype=np.int32), len(Device))
        device = labels(np.tile(np.arange(len(Device)), HOURS), words(Device))
        return {"visits": pd.DataFrame({"hour": hour, "device": device, "visits": self._count.ravel()})}


class Attempts:
    """`attempts`: every try at a checkout with its device, and whether it was completed on the platform."""

    def __init__(self, model: CommerceModel):
        self._ledger = model.state.needs.table
        self._model = model
        self._before: Array = self._ledger.attempts.copy()
        self._seen: list[pd.DataFrame] = []

    def before(self) -> None:
        self._before[:] = self._ledger.attempts

    def after(self, tick: int) -> None:
        ledger = self._ledger
        at = np.flatnonzero(ledger.attempts != self._before)
        if not at.size:
            return
        done = (ledger.status[at] == NeedStatus.BOUGHT) & (ledger.outlet[at] == Outlet.PLATFORM)
        columns = {"need_key": ledger.key[at], "category": ledger.category[at], "number": ledger.attempts[at]}
        columns |= {"device": ledger.terminal[at], "completed": done}
        self._seen.append(pd.DataFrame({"tick": np.full(at.size, tick, np.int32), **columns}))

    def tables(self) -> dict[str, pd.DataFrame]:
        none = {"tick": np.int32, "need_key": np.uint64, "category": np.uint8, "number": np.uint8}
        none |= {"device": np.uint8, "completed": np.bool_}
        empty = pd.DataFrame({name: np.empty(0, kind) for name, kind in none.items()})
        found = pd.concat(self._seen, ignore_index=True) if self._seen else empty
        found["category"] = labels(found["category"].to_numpy(), list(self._model.scenario.categories))
        found["device"] = labels(found["device"].to_numpy(), words(Device))
        return {"attempts": found}


class Pages:
    """`pages`: product pages looked at, one for each offer of the category that a visitor in the market knows."""

    def __init__(self, model: CommerceModel):
        self._model = model
        self._status: Array = model.state.needs.table.status.copy()
        self._views = 0

    def before(self) -> None:
        self._status[:] = self._model.state.needs.table.status

    def after(self, tick: int) -> None:
        state, online = self._model.state, self._model.online[-1]
        row, minute = state.visits.row[:online], state.visits.minute[:online]
        count = state.needs.start[row + 1] - state.needs.start[row]
        visit = np.repeat(np.arange(online), count)
        need = np.repeat(state.needs.start[row] - np.cumsum(count) + count, count) + np.arange(visit.size)
        ledger = state.needs.table
        window = state.categories.search_window[ledger.category[need]]
        looking = (self._status[need] == NeedStatus.PENDING) & (ledger.due[need] - window <= minute[visit])
        need, who = need[looking], row[visit[looking]]
        for brand in range(state.brands.size):
            mine = ledger.category[need] == state.brands.category[brand]
            self._views += int((state.users.tie.stage[who[mine], brand] >= Stage.AWARE).sum())

    def tables(self) -> dict[str, pd.DataFrame]:
        return {"pages": pd.DataFrame({"views": np.array([self._views], np.int64)})}


class Ties:
    """`ties`: first awareness of an offer that came by somebody's post, by the strength of the tie to its author.

    The post is found again from the run's own draws: of the copies read in the tick, newest first, the first one
    whose recall succeeds.
    """

    SOCIAL = (Source.FRIEND, Source.SELLER, Source.OPINION_LEADER)

    def __init__(self, model: CommerceModel):
        self._model = model
        self._stage: Array = model.state.users.tie.stage.copy()
        self._seen: Array = model.state.users.person.seen.copy()
        self._ring: Array = model.state.users.ring.copy()
        self.strong = self.weak = self.unknown = 0

    def before(self) -> None:
        users = self._model.state.users
        self._stage[:] = users.tie.stage
        self._seen[:] = users.person.seen
        self._ring[:] = users.ring

    def after(self, tick: int) -> None:
        users = self._model.state.users
        source = (users.tie.marks >> SOURCE_SHIFT) & SOURCE_MASK
        new = (self._stage == Stage.UNAWARE) & (users.tie.stage != Stage.UNAWARE) & np.isin(source, self.SOCIAL)
        for row, brand in np.argwhere(new):
            self._count(int(row), int(brand))

    def _count(self, row: int, brand: int) -> None:
        state = self._model.state
        me, ring, live, feed = state.users.person[row], state.users.ring[row], state.platform.posts.live(), None
        feed = state.platform.feed
        for back in range(ring.size):
            slot = (int(me.head) + ring.size - back) % ring.size
            read = bool(me.seen >> slot & 1)
            already = bool(self._seen[row] >> slot & 1) and self._ring[row, slot] == ring[slot]
            post = live.table[int(ring[slot]) & live.mask]
            if not read or already or post.brand != brand or int(ring[slot]) < live.low:
                continue
            key = state.users.key[row]
            if rng.unit(np.uint64(rng.hash2(state.luck.recall, key, post.root))) >= feed.recall:
                continue
            if post.author == NOBODY:
                break
            ends = sorted((int(key), int(post.author_key)))
            strong = rng.unit(np.uint64(rng.hash2(state.luck.tie, *map(np.uint64, ends)))) < feed.strong_share
            self.strong, self.weak = self.strong + strong, self.weak + (not strong)
            return
        self.unknown += 1

    def tables(self) -> dict[str, pd.DataFrame]:
        count = np.array([[self.strong, self.weak, self.unknown]], np.int64)
        return {"ties": pd.DataFrame(count, columns=["strong", "weak", "unknown"])}


OBSERVERS: dict[str, Callable[[Any], Observer]] = {
    "visits": Visits,
    "attempts": Attempts,
    "pages": Pages,
    "ties": Ties,
}
