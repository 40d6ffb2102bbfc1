"""What a planning rule is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform


@dataclass(frozen=True)
class PlanningRule:
    """A rule.

    Attributes
    ----------
    name : as campaigns name it.
    source : who describes it.
    begin_day : called at the begin of every day of a campaign, before anything is bought; it may divide the brand's
        budget anew or set `brand.segments`, the regions its paid media are meant for.
    """

    name: str
    source: str
    begin_day: Callable[[Brand, int, Sequence[Platform]], None]
