"""What a user's story is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Event:
    """Something that happened to the user, at a minute since the start; `facts` are plain numbers and words."""

    minute: int
    what: str
    brand: str = ""
    platform: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A story: the user, the events in order, and the user's needs as the run left them."""

    user: int
    person: dict[str, Any]
    events: tuple[Event, ...]
    needs: pd.DataFrame
