"""Group prices: what has been ordered since the window opened, and who gets what back when the group is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.types import NeedStatus, Outlet

if TYPE_CHECKING:
    from simulator.model.state import PlatformState, RunState

MOST_CUT = 0.9


class Groups:
    """The groups of one platform: one for each offer and window of whole days."""

    def __init__(self, platform: PlatformState):
        own = platform.affordances.group_buying
        open_here = platform.affordances.active("group_buying")
        self.platform = platform
        self.cut = min(MOST_CUT, own.discount * own.strength) if open_here else 0.0
        self._own = own
        self._first = 0
        self._sold = platform.brands.sold.copy()

    def begin_day(self, day: int, tick: int) -> None:
        """Open a new window if the last one has ended; an incomplete group gets nothing."""
        if self.cut <= 0.0 or day % self._own.days:
            return
        self._first, self._sold = tick, self.platform.brands.sold.copy()
        self.platform.brands.hoped[:] = 0.0
        self.platform.brands.granted[:] = 0.0

    def count(self, state: RunState) -> None:
        """What the orders so far mean for the next tick's buyers; a group just full is paid back."""
        if self.cut <= 0.0:
            return
        brands = self.platform.brands
        joined = np.minimum(1.0, (brands.sold - self._sold) / self._own.threshold)
        for brand in np.flatnonzero((joined >= 1.0) & (brands.granted == 0.0)).tolist():
            self._pay_back(brand, state)
            brands.granted[brand] = self.cut
        brands.hoped[:] = self.cut * joined

    def _pay_back(self, brand: int, state: RunState) -> None:
        """All who chose the offer here since the window opened pay the group price, if they have paid or still will."""
        needs = state.needs.table
        mine = (needs.platform == self.platform.index) & (needs.chosen == brand) & (needs.decided >= self._first)
        mine &= (needs.status == NeedStatus.CHOSEN) | (needs.outlet == Outlet.PLATFORM)
        needs.price[mine] = np.maximum(1, (needs.price[mine] * (1.0 - self.cut) + 0.5).astype(np.int64))
        needs.grouped[mine] = 1
