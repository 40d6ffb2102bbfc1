"""What one browser has on its screen. Sessions know nothing of each other; a session is named by a secret cookie."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from simulator.app.dashboard.comparison import Comparison
from simulator.app.dashboard.pool import Pool, Ticket
from simulator.app.dashboard.presets import HEADLINE, Preset, Words
from simulator.ensemble.design import Arm

MOST_SESSIONS = 256
MOST_PINS = 8
DAY = 86_400.0


@dataclass
class Desk:
    """One preset on a session's screen: what stands in the fields, the guess, and what was run of it.

    Attributes
    ----------
    values : as typed, by slider; what is not there stands at its default.
    worlds, seed : as typed.
    guess : as given; empty before.
    comparison : the last one that was started.
    wrong : what is wrong in which field.
    warming : jobs that build its worlds while the reader thinks.
    """

    preset: Preset
    values: dict[str, str] = field(default_factory=dict)
    worlds: str = ""
    seed: str = "1"
    guess: str = ""
    comparison: Comparison | None = None
    wrong: dict[str, str] = field(default_factory=dict)
    warming: list[Ticket] = field(default_factory=list)


@dataclass(frozen=True)
class Pin:
    """An arm put aside for comparison: its names, and the shipped scenario it was made from."""

    key: str
    name: Words
    arm: Arm
    parent: str


@dataclass
class Board:
    """What a session has put aside, and how it is compared."""

    pins: dict[str, Pin] = field(default_factory=dict)
    worlds: str = "4"
    seed: str = "1"
    metric: str = HEADLINE
    kind: str = "effect"
    comparison: Comparison | None = None
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass
class Story:
    """A user's story under way, or told."""

    user: int
    ticket: Ticket | None = None
    done: float = 0.0
    told: Any = None
    error: str = ""

    @property
    def running(self) -> bool:
        """Whether it is still being told."""
        return self.ticket is not None


@dataclass
class Exploration:
    """Which stored result a session looks at, and how: the place's name, the run, filters, a cascade, a user."""

    place: str = ""
    address: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    cascade: str = ""
    user: str = ""
    wrong: str = ""
    story: Story | None = None


@dataclass
class Session:
    """Everything of one browser."""

    owner: str
    seen: float = field(default_factory=time.monotonic)
    desks: dict[str, Desk] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    exploration: Exploration = field(default_factory=Exploration)
    lock: Any = field(default_factory=threading.RLock)

    def desk(self, preset: Preset) -> Desk:
        """The desk of a preset."""
        if preset.name not in self.desks:
            self.desks[preset.name] = Desk(preset, worlds=str(preset.worlds))
        return self.desks[preset.name]

    def comparisons(self) -> list[Comparison]:
        """All comparisons it holds."""
        held = [desk.comparison for desk in self.desks.values()] + [self.board.comparison]
        return [one for one in held if one is not None]

    def stop(self) -> None:
        """Call off all that is under way."""
        for one in self.comparisons():
            one.stop()


class Sessions:
    """All sessions, by cookie; the one unused for longest goes first."""

    def __init__(self, pool: Pool):
        self._pool = pool
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def knows(self, cookie: str) -> bool:
        """Whether there is a session of a cookie."""
        with self._lock:
            return cookie in self._sessions

    def find(self, cookie: str) -> tuple[str, Session]:
        """The session of a cookie; a new one, under a new cookie, if there is none."""
        with self._lock:
            session = self._sessions.get(cookie)
            if session is None:
                cookie = secrets.token_urlsafe(24)
                session = self._sessions[cookie] = Session(owner=secrets.token_hex(8))
            self._sessions.move_to_end(cookie)
            session.seen = time.monotonic()
            gone = self._overdue()
        for old in gone:
            old.stop()
            self._pool.stop_all(old.owner)
        return cookie, session

    def _overdue(self) -> list[Session]:
        now, gone = time.monotonic(), []
        for cookie, session in list(self._sessions.items()):
            if len(self._sessions) > MOST_SESSIONS or now - session.seen > DAY:
                gone.append(self._sessions.pop(cookie))
            else:
                break
        return gone
