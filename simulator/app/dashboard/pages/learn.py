"""Learn: worksheets whose answer is checked by running it."""

from __future__ import annotations

from typing import Any

from simulator.app.dashboard.pages.play import shelf
from simulator.app.dashboard.presets import worksheets
from simulator.app.dashboard.sessions import Session


def render(_session: Session, language: str) -> list[Any]:
    """All worksheets. Each of them is a desk with a goal."""
    return shelf("learn", worksheets(), language)
