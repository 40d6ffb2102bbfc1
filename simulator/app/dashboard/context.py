"""What every callback may use: settings, workers, memory, sessions, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from simulator.app.dashboard.comparison import Memory
from simulator.app.dashboard.figures import Look
from simulator.app.dashboard.limits import Limits
from simulator.app.dashboard.pool import Pool
from simulator.app.dashboard.sessions import Session, Sessions
from simulator.app.dashboard.texts import LANGUAGES


@dataclass
class Context:
    """One running app.

    Attributes
    ----------
    pool, memory, sessions : its workers, what they found, and who asked.
    results : folder of stored results that may be opened.
    limits : how much one session may ask for.
    """

    pool: Pool
    results: Path
    limits: Limits = field(default_factory=Limits)
    memory: Memory = field(default_factory=Memory)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.pool)

    def session(self) -> Session:
        """The session of the request that is being answered."""
        from flask import g

        session: Session = g.session
        return session


def language_of(search: str | None) -> str:
    """The language a page's address asks for: ``?lang=zh``; English if none or an unknown one."""
    asked = parse_qs((search or "").lstrip("?")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else "en"


def look_of(look: Any) -> Look:
    """How the reader sees the page, as the browser tells."""
    told = look if isinstance(look, dict) else {}
    return Look(dark=told.get("dark") is True, narrow=told.get("narrow") is True)


def address(path: str, language: str) -> str:
    """A page's address in a language."""
    return path if language == "en" else f"{path}?lang={language}"
