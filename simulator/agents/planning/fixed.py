"""The plan as written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.agents.planning.rule import PlanningRule

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform


def _begin_day(brand: Brand, day: int, platforms: Sequence[Platform]) -> None:
    """Change nothing."""


RULE = PlanningRule("fixed", "the scenario's campaign", _begin_day)
