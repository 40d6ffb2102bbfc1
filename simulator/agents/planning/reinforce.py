"""Money follows what returned: the weight of a channel grows with its orders a yuan, as platforms report them.

Roth & Erev 1995 (Games and Economic Behavior 8:164-212), in the multiplicative form of Freund & Schapire 1997
(J. Computer and System Sciences 55:119-139): w <- w * (return / mean return)**learning, and a share of the budget is
spread evenly so that no channel is given up unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.agents.budget import Cell
from simulator.agents.planning.rule import PlanningRule
from simulator.types import FEN_PER_YUAN, Decision, Source

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform

SOURCES = {
    "ads": Source.AD,
    "promotion": Source.PROMOTED,
    "seeds": Source.OPINION_LEADER,
    "prizes": Source.FRIEND,
    "bonus": Source.SELLER,
}
"""By which source orders are credited to a channel: what first made the buyer aware. A prize pays for reposts."""

DOUBT_ORDERS = 1.0
"""Orders at the mean return that are added to every channel's: few orders say little."""


def _begin_day(brand: Brand, day: int, platforms: Sequence[Platform]) -> None:
    c = brand.campaign
    if c is None or day == c.start_day or (day - c.start_day) % c.replan_days:
        return
    spent, orders = _last_period(brand, day, c.replan_days, platforms)
    if not spent:
        brand.note(day, Decision.REPLAN, "keeps the plan: no platform reports what a channel sold")
        return
    weights = reinforced(brand.weights, spent, orders, c.learning)
    brand.weights = weights
    even = c.exploration / len(weights)
    whole = sum(weights.values())
    shares = {cell: even + (1.0 - c.exploration) * weight / whole for cell, weight in weights.items()}
    brand.divide(day, shares, _told(shares, spent, orders))


def reinforced(
    weights: Mapping[Cell, float], spent: Mapping[Cell, int], orders: Mapping[Cell, int], learning: float
) -> dict[Cell, float]:
    """The weights after a period; cells on which nothing was spent keep theirs.

    Parameters
    ----------
    weights : by cell, above 0.
    spent, orders : fen spent and orders credited in the period, by cell.
    learning : power of the relative return.
    """
    money, sold = sum(spent.values()), sum(orders[cell] for cell in spent)
    if money == 0 or sold == 0:
        return dict(weights)
    mean = sold / money
    found = dict(weights)
    for cell, fen in spent.items():
        if fen > 0:
            expected = mean * fen
            found[cell] = weights[cell] * ((orders[cell] + DOUBT_ORDERS) / (expected + DOUBT_ORDERS)) ** learning
    return found


def _last_period(
    brand: Brand, day: int, days: int, platforms: Sequence[Platform]
) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """What was spent, and ordered as far as is reported, in the last `days`, by open cell that reports."""
    spent, orders = {}, {}
    for platform in platforms:
        sold = brand.reports.orders_by_source(brand, platform, day - days, day)
        if sold is None:
            continue
        for channel in brand.open_channels(platform):
            cell = (platform.name, channel)
            spent[cell] = brand.budget.spent(cell) - brand.spent_before.get(cell, 0)
            orders[cell] = int(sold[SOURCES[channel]])
    brand.spent_before = {cell: brand.budget.spent(cell) for cell in brand.budget.cells}
    return spent, orders


def _told(shares: Mapping[Cell, float], spent: Mapping[Cell, int], orders: Mapping[Cell, int]) -> str:
    parts = [
        f"{' '.join(cell)} {100 * share:.0f} % ({orders[cell]} orders for {spent[cell] / FEN_PER_YUAN:,.0f} yuan)"
        for cell, share in shares.items()
        if cell in spent
    ]
    return "by what returned: " + ", ".join(parts)


RULE = PlanningRule("reinforce", "Roth & Erev 1995; Freund & Schapire 1997", _begin_day)
