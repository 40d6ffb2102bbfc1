"""The followed sample of ordinary posts of one run: an observation beside the market, which it does not touch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.errors import CapacityError
from simulator.kernels import ordinary as kernels
from simulator.kernels import sessions
from simulator.kernels.ordinary_state import (
    COPY,
    DOSES,
    FOLLOWED,
    INBOX,
    NEVER,
    NO_COPY,
    PAIRS,
    TOP,
    Followed,
    OrdinaryParams,
    move_pairs,
    ordinary_luck,
)
from simulator.kernels.state import Visits
from simulator.model.calendar import HOURLY
from simulator.model.state import visits_buffer
from simulator.network.procedural import ProceduralGraph
from simulator.types import MINUTES_PER_DAY, Array

if TYPE_CHECKING:
    from simulator.kernels.state import Clock
    from simulator.model.calendar import Calendar
    from simulator.model.state import PlatformState, RunState

WEEK = 7
_FIRST_ROOM = 1024

_HUBS = 4.0
"""Copies of a post and of its reposts, over the mean number of followers: authors with many write more."""

_SEEN = 0.5
"""Share of copies that are seen."""

_WAITING = 300
"""Copies that wait for one user if all posts are followed: some 30 fresh ones and those to be found late."""


def ordinary_params(affordances: Any) -> OrdinaryParams:
    """Numbers of the affordances ordinary_posts and repost."""
    own, repost = affordances.ordinary_posts, affordances.repost
    return OrdinaryParams(
        late_share=float(own.late_share),
        late_shortest=own.late_shortest_hours * 60.0,
        late_longest=own.late_longest_hours * 60.0,
        life=round(own.life_hours * 60),
        dose_2=float(repost.dose_2),
        dose_3=float(repost.dose_3),
        dose_4=float(repost.dose_4),
        credit=float(repost.credit_original),
    )


def announced_bytes(users: int, days: int, ties: int, affordances: Any) -> int:
    """What followed posts will hold at most, if no more than one repost comes for each original; 0 where off.

    Tables double as they grow, so twice the need is counted, and pairs move between two.
    """
    own = affordances.ordinary_posts
    if not affordances.active("ordinary_posts"):
        return 0
    followed = users * days * own.per_day * own.share * (1.0 - own.empty_share)
    posts = 2 * 2 * followed * (FOLLOWED.itemsize + 2 * DOSES * 4)
    sights = _HUBS * followed * ties / users * _SEEN
    pairs = 1.5 * 2 * sights * 4 / 3 * np.dtype(np.uint64).itemsize
    waiting = 3 * min(_HUBS * followed * ties / users, users * (kernels.FEWEST + own.share * _WAITING)) * COPY.itemsize
    return int(posts + pairs + waiting + users * (INBOX.itemsize + 8 + 8 + 4 + 4 + 4))


class OrdinaryPosts:
    """Follows originals, from the day they are written, through everybody's feed.

    It runs after the market's stages of a tick, on one thread, on the visits of the same people at the same minutes.
    Reposts of a tick are delivered in the next one; originals, which nothing in a tick can move, in their own.

    Parameters
    ----------
    state : the run; read only.
    platform : the one on which they are written.
    calendar : rhythm of the days.
    days : length of the run.
    allowed_bytes : the most that may be held.
    """

    def __init__(self, state: RunState, platform: PlatformState, calendar: Calendar, days: int, allowed_bytes: int):
        self._state = state
        self._platform = platform
        self._visits = visits_buffer(_FIRST_ROOM)
        self._allowed_bytes = allowed_bytes
        self._calendar = calendar
        self._week_from = max(0, days - WEEK)
        self._own = platform.affordances.ordinary_posts
        self._params = ordinary_params(platform.affordances)
        self._luck = ordinary_luck(state.seed)
        self._hazard = np.float32(self._own.hazard * platform.affordances.repost.strength)
        graph: Any = platform.graph
        self._followers: Array = graph.follower_counts()
        self._rates = self._posting_rates()
        self.originals: Array = np.zeros(state.n, np.int32)
        self.last_week: Array = np.zeros(state.n, np.int32)
        self.posts = 0
        self.deliveries = 0
        self._today = _posts(0)
        self._waiting = _posts(0)
        self._made = _posts(_FIRST_ROOM)
        self._found: Array = np.zeros(_FIRST_ROOM, np.int32)
        self._followed = Followed(
            posts=_posts(_FIRST_ROOM),
            dose=np.zeros((_FIRST_ROOM, 2, DOSES), np.int32),
            inbox=self._inbox(),
            copies=np.zeros(_FIRST_ROOM, COPY).view(np.recarray),
            free=np.zeros(_FIRST_ROOM, np.int32),
            pairs=np.zeros(_FIRST_ROOM, np.uint64),
            marks=np.zeros(3, np.int64),
        )

    @property
    def nbytes(self) -> int:
        """Bytes of everything held."""
        accounts = (self._rates, self._followers, self.originals, self.last_week)
        buffers = (self._today, self._waiting, self._made, self._found)
        return sum(array.nbytes for array in (*accounts, *buffers, *self._followed))

    def tick(self, clock: Clock) -> None:
        """Originals of this tick and reposts of the last one come out; visitors see them and pass some on.

        Raises
        ------
        CapacityError
            If cascades grow beyond the memory there is.
        """
        if self.nbytes > self._allowed_bytes:
            raise CapacityError(
                f"{self.posts:,} followed posts at minute {clock.minute} take {self.nbytes / 1e9:.1f} GB, more than "
                "was free: lower ordinary_posts.share or, if cascades explode, ordinary_posts.hazard"
            )
        per_day = self._calendar.ticks_per_day
        day, in_day = divmod(clock.tick, per_day)
        if in_day == 0:
            self._today = self._originals(day)
        due = self._today.minute < clock.minute + clock.tick_minutes
        roots, self._today = self._today[due], self._today[~due]
        first = self.posts
        self._append(self._waiting, clock.minute)
        self._append(_in_order(roots), clock.minute)
        self._deliver(first, clock.minute)
        self._waiting = self._attend(clock, first)

    # -- who writes

    def _posting_rates(self) -> Array:
        own, keys = self._own, np.asarray(self._state.key)
        power = float(own.follower_power)
        # an exactly rounded mean of (1 + followers)**power, whatever the order of the rows
        counts, times = np.unique(self._followers, return_counts=True)
        total = math.fsum(int(t) * math.pow(1 + int(c), power) for c, t in zip(counts, times, strict=True))
        rates = np.empty(keys.size)
        scale = own.per_day / own.shape * keys.size / total
        kernels.posting_rates(
            keys, self._followers, float(own.shape), power, scale, float(own.empty_share), self._luck, rates
        )
        return rates

    def _originals(self, day: int) -> Any:
        """The followed originals of a day, by row."""
        keys, calendar = np.asarray(self._state.key), self._calendar
        counts = np.empty(keys.size, np.int32)
        factor = calendar.weekday_factor(day)
        total = int(kernels.count_originals(keys, self._rates, day, factor, self._luck, counts))
        self.originals += counts
        if day >= self._week_from:
            self.last_week += counts
        hours = np.concatenate([[0.0], np.cumsum(HOURLY)])
        hours /= hours[-1]
        out = _posts(total)
        sd = float(self._platform.affordances.repost.quality_sd)
        taken = kernels.sample_originals(keys, counts, day, hours, float(self._own.share), sd, self._luck, out)
        return out[:taken].copy()

    # -- who is reached

    def _inbox(self) -> Any:
        users, depth = self._platform.users, self._platform.feed.scroll_depth
        inflow = self._state.table.columns["inflow"][:, self._platform.index]
        inbox = np.zeros(users.person.size, INBOX).view(np.recarray)
        inbox.key = self._state.key
        inbox.fresh = inbox.missed = NO_COPY
        inbox.due = NEVER
        inbox.limit = kernels.FEWEST
        with np.errstate(divide="ignore"):
            inbox.window = MINUTES_PER_DAY * depth / inflow.astype(np.float64)
        return inbox

    def _append(self, batch: Any, minute: int) -> None:
        """Give posts, in order, their ids."""
        if not batch.size:
            return
        stop = self.posts + batch.size
        if stop > np.iinfo(np.int32).max:
            raise CapacityError("more than 2**31 - 1 followed posts in one run: lower ordinary_posts.share")
        self._followed = self._followed._replace(
            posts=_room(self._followed.posts, stop), dose=_room(self._followed.dose, stop)
        )
        credibility = self._state.table.columns["credibility"][batch.author]
        batch.hazard = self._hazard * batch.quality * credibility
        batch.visible = np.maximum(batch.minute, minute)
        roots = np.flatnonzero(batch.depth == 0)
        batch.origin[roots] = self.posts + roots
        self._followed.posts[self.posts : stop] = batch
        self.posts = stop

    def _deliver(self, first: int, minute: int) -> None:
        if self.posts == first:
            return
        reached = int(self._followers[self._followed.posts.author[first : self.posts]].sum())
        self.deliveries += reached
        followed, needed = self._followed, int(self._followed.marks[TOP]) + reached
        self._followed = followed._replace(copies=_room(followed.copies, needed), free=_room(followed.free, needed))
        graph: Any = self._platform.graph
        begin = (first, self.posts, minute, self._followed)
        if isinstance(graph, ProceduralGraph):
            kernels.over_procedural(*begin, graph.law, self._params, self._luck)
        else:
            kernels.over_csr(*begin, graph.offsets, graph.targets, self._params, self._luck)

    # -- who sees and passes on

    def _attend(self, clock: Clock, new: int) -> Any:
        """All visits of the tick, in which posts from id `new` on came out; returns its reposts, in order."""
        visits, count = self._visits_of(clock)
        end, done, made = clock.minute + clock.tick_minutes, 0, 0
        while True:
            done, made = kernels.attend(
                done, count, visits, end, new, self._followed, self._params, self._luck, self._found,
                self._made, made,
            )  # fmt: skip
            if done == count:
                return _in_order(self._made[:made])
            self._widen(made, int(self._followed.inbox.held[visits.row[done]]))

    def _visits_of(self, clock: Clock) -> tuple[Visits, int]:
        """Visits of a tick to the platform, and their number."""
        state, hours = self._state, self._calendar.hours(clock.tick)
        while True:
            args = (0, state.n, self._platform.users, clock, *hours, state.phone_share, state.shares, state.luck)
            count = int(sessions.visit(*args, self._visits))
            if count <= self._visits.row.size:
                break
            self._visits = visits_buffer(count + count // 4)
        if len(state.platforms) == 1:
            return self._visits, count
        here = np.flatnonzero(self._visits.platform[:count] == self._platform.index)
        return Visits(*(column[here] for column in self._visits)), here.size

    def _widen(self, made: int, held: int) -> None:
        """Make room for what one visit can at most add."""
        self._made = _room(self._made, made + held)
        self._found = _room(self._found, held)
        pairs = self._followed.pairs
        wider = np.zeros(_power_of_two(-(-4 * (int(self._followed.marks[PAIRS]) + held) // 3)), np.uint64)
        if wider.size > pairs.size:
            move_pairs(pairs, wider)
            self._followed = self._followed._replace(pairs=wider)

    # -- what comes out

    def tables(self, recorded: Array) -> dict[str, pd.DataFrame]:
        """The tables of the sample; `recorded` are the rows of the accounts to be listed, in order of key."""
        posts = _in_order(np.concatenate([self._followed.posts[: self.posts], self._waiting]).view(np.recarray))
        dose = self._followed.dose[: self.posts]
        root, told = np.nonzero(dose[:, 0])
        accounts = {
            "user": self._state.key[recorded],
            "never_posts": self._rates[recorded] == 0.0,
            "posts": self.originals[recorded],
            "last_week": self.last_week[recorded],
        }
        return {
            "ordinary_posts": pd.DataFrame(
                {
                    "post_key": posts.key,
                    "root_key": posts.root,
                    "parent_key": posts.parent,
                    "author": self._state.key[posts.author],
                    "minute": posts.minute,
                    "depth": posts.depth,
                    "exposures": posts.exposures,
                }
            ),
            "ordinary_dose": pd.DataFrame(
                {
                    "root_key": self._followed.posts.key[root],
                    "exposures": (told + 1).astype(np.uint8),
                    "seen": dose[root, 0, told],
                    "reposted": dose[root, 1, told],
                }
            ),
            "originals": pd.DataFrame(accounts),
        }


def _posts(size: int) -> Any:
    return np.zeros(size, FOLLOWED).view(np.recarray)


def _in_order(batch: Any) -> Any:
    """By minute, ties by key."""
    return batch[np.lexsort((batch.key, batch.minute))]


def _power_of_two(needed: int) -> int:
    return 1 << max(0, int(needed - 1).bit_length())


def _room(array: Any, needed: int) -> Any:
    """The array itself or, if it is shorter than needed, one that is long enough and begins with it."""
    if array.shape[0] >= needed:
        return array
    wider = np.zeros((_power_of_two(needed), *array.shape[1:]), array.dtype).view(type(array))
    wider[: array.shape[0]] = array
    return wider
