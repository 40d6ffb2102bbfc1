"""What platforms report to brands, as their behaviour data allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels import decisions, rng
from simulator.model.audiences import PER_VISIT, visits_of
from simulator.types import MINUTES_PER_DAY, Array, NeedStatus, Outlet, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform
    from simulator.model.state import RunState

PAID_SOURCES = (Source.AD, Source.PROMOTED)


class PlatformReports:
    """See `simulator.agents.reports.Reports`."""

    def __init__(self, state: RunState, regions: tuple[str, ...], tick_minutes: int, platforms: list[str]):
        self._state = state
        self.regions = regions
        self._per_day = MINUTES_PER_DAY // tick_minutes
        self._index = {name: index for index, name in enumerate(platforms)}

    def visits_by_region(self) -> Array:
        """Expected visits by region, of everybody; float64 (R,)."""
        columns = self._state.columns
        return visits_of(columns["activity"], columns["region"], len(self.regions)) / PER_VISIT

    def orders_by_source(
        self, brand: Brand, platform: Platform, first_day: int, end_day: int
    ) -> Mapping[Source, int] | None:
        """Orders paid there in these days by first touch, of those of which it is known."""
        mine = self._orders(brand, platform, first_day, end_day)
        if mine is None:
            return None
        counts = np.bincount(self._state.needs.table.source[mine], minlength=len(Source))
        return {source: int(counts[source]) for source in Source}

    def orders_by_region(self, brand: Brand, platform: Platform, first_day: int, end_day: int) -> Array | None:
        """Orders paid there in these days whose buyers paid media made aware; int64 (R,)."""
        mine = self._orders(brand, platform, first_day, end_day)
        if mine is None:
            return None
        needs = self._state.needs.table
        mine = mine[np.isin(needs.source[mine], PAID_SOURCES)]
        regions = self._state.columns["region"][needs.row[mine]]
        return np.bincount(regions, minlength=len(self.regions))

    def _orders(self, brand: Brand, platform: Platform, first_day: int, end_day: int) -> Array | None:
        """Needs paid on a platform in these days of which the source is reported; None where nothing is."""
        if platform.data_level == "none":
            return None
        needs = self._state.needs.table
        mine = (needs.status == NeedStatus.BOUGHT) & (needs.outlet == Outlet.PLATFORM) & (needs.brand == brand.index)
        mine &= needs.platform == self._index[platform.name]
        mine &= (needs.paid >= first_day * self._per_day) & (needs.paid < end_day * self._per_day)
        found = np.flatnonzero(mine)
        lot = np.empty(found.size)
        rng.fill_uniform(rng.stream(self._state.seed, decisions.SOURCE_REPORTED), needs.key[found], lot)
        return found[lot < platform.sources_known]
