"""Whom a brand's paid media reach on a platform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Audience:
    """Whom a brand pays to reach.

    Attributes
    ----------
    people : how many.
    visit_share : their part of all visits.
    targeted : whether it is not everybody.
    what : in words.
    """

    people: int
    visit_share: float = 1.0
    targeted: bool = False
    what: str = "everybody"
