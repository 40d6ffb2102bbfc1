"""Audiences: whom brands pay to reach, as marks of users, renewed every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.agents.audiences import Audience
from simulator.agents.campaign_parameters import LEVELS, NEEDED, AudienceParameters, level_needed
from simulator.kernels import decisions, rng
from simulator.kernels.state import TARGETED
from simulator.population.synthesis import BLOCK
from simulator.types import MINUTES_PER_DAY, Array, Decision, NeedStatus, Outlet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform
    from simulator.model.state import RunState

PER_VISIT = 1_000_000.0


def visits_of(activity: Array, group: Array, groups: int) -> Array:
    """Visits a day of groups of users in millionths, whole numbers that no order of the users moves: int64 (groups,).

    `group` holds a number below `groups` for each user; what is as long as the population is made in parts.
    """
    found = np.zeros(groups, np.int64)
    for start in range(0, activity.size, BLOCK):
        part = slice(start, start + BLOCK)
        millionths = np.rint(activity[part].astype(np.float64) * PER_VISIT).astype(np.int64)
        np.add.at(found, group[part].astype(np.intp), millionths)
    return found


class Audiences:
    """Whom each brand pays to reach. A brand has one audience, used on every platform that lets it be used."""

    def __init__(self, state: RunState, regions: tuple[str, ...], tick_minutes: int):
        self._state = state
        self._regions = regions
        self._per_day = MINUTES_PER_DAY // tick_minutes
        self._told: dict[int, str] = {}

    def begin_day(self, day: int, brands: Sequence[Brand], platforms: Sequence[Platform]) -> None:
        """Mark today's audience of every brand, and tell the platforms."""
        for brand in brands:
            wanted = brand.wanted_audience(day)
            allowed = [p for p in platforms if wanted is not None and _allows(p, wanted)]
            chosen = self._everybody()
            if wanted is not None and allowed:
                chosen = self._chosen(brand, wanted, day, allowed)
            for platform, held in zip(platforms, self._state.platforms, strict=True):
                targeted = platform in allowed
                held.brands["targeted"][brand.index] = targeted
                platform.audiences[brand.index] = chosen if targeted else self._everybody()
            if wanted is not None:
                self._tell(brand, wanted, day, chosen, allowed)

    def _everybody(self) -> Audience:
        return Audience(self._state.n)

    def _chosen(self, brand: Brand, wanted: AudienceParameters, day: int, allowed: Sequence[Platform]) -> Audience:
        reached = self._kept_in(brand, wanted) & self._joined(allowed, wanted) & self._of_kind(brand, wanted, day)
        marks = self._state.columns["marks"][:, brand.index]
        marks &= ~TARGETED
        marks |= np.where(reached, TARGETED, np.uint16(0))
        visits = visits_of(self._state.columns["activity"], reached, 2)
        share = int(visits[1]) / max(int(visits.sum()), 1)
        return Audience(int(np.count_nonzero(reached)), share, True, _words(wanted))

    def _kept_in(self, brand: Brand, wanted: AudienceParameters) -> Array:
        """Who is not held out: one lot for a user and a brand, the same in every run."""
        prefix = np.uint64(rng.absorb(rng.stream(self._state.seed, decisions.HOLDOUT), np.uint64(brand.key)))
        return ~self._by_lot(prefix, wanted.holdout)

    def _joined(self, allowed: Sequence[Platform], wanted: AudienceParameters) -> Array:
        """Whose logs a platform can join to the person; sums by region need no names."""
        share = max(platform.affordances.behaviour_data.strength for platform in allowed)
        if share >= 1.0 or NEEDED[wanted.kind] != "user":
            return np.ones(self._state.n, bool)
        return self._by_lot(rng.stream(self._state.seed, decisions.DATA_KNOWN), share)

    def _by_lot(self, prefix: np.uint64, share: float) -> Array:
        """A share of all users, by lot; bool (n,)."""
        found = np.zeros(self._state.n, bool)
        for start in range(0, found.size if share > 0.0 else 0, BLOCK):
            part = slice(start, min(start + BLOCK, found.size))
            drawn = np.empty(part.stop - start)
            rng.fill_uniform(prefix, self._state.key[part], drawn)
            found[part] = drawn < share
        return found

    def _of_kind(self, brand: Brand, wanted: AudienceParameters, day: int) -> Array:
        if wanted.kind == "regions":
            codes = [self._regions.index(name) for name in wanted.regions]
            return np.isin(self._state.columns["region"], codes)
        if wanted.kind == "intents":
            return self._intents(brand, day, wanted.days)
        return np.ones(self._state.n, bool)

    def _intents(self, brand: Brand, day: int, days: int) -> Array:
        """Who chose the brand's offer on a platform within some days and has not paid there."""
        needs, tick = self._state.needs.table, day * self._per_day
        mine = (needs.chosen == brand.index) & (needs.decided >= tick - days * self._per_day)
        mine &= ~((needs.status == NeedStatus.BOUGHT) & (needs.outlet == Outlet.PLATFORM))
        found = np.zeros(self._state.n, bool)
        found[needs.row[mine]] = True
        return found

    def _tell(
        self, brand: Brand, wanted: AudienceParameters, day: int, chosen: Audience, allowed: Sequence[Platform]
    ) -> None:
        where = ", ".join(platform.name for platform in allowed)
        reason = f"{chosen.what}: {chosen.people} users, {100 * chosen.visit_share:.1f} % of visits, on {where}"
        if not allowed:
            reason = f"everybody: no platform tells brands enough of its users for {_words(wanted)}"
        if self._told.get(brand.index) != reason:
            self._told[brand.index] = reason
            brand.note(day, Decision.TARGET, reason)


def _allows(platform: Platform, wanted: AudienceParameters) -> bool:
    return LEVELS.index(platform.data_level) >= LEVELS.index(level_needed(wanted))


def _words(wanted: AudienceParameters) -> str:
    told = {"regions": f"people of {', '.join(wanted.regions)}", "intents": f"intents of {wanted.days} days"}
    words = told.get(wanted.kind, wanted.kind)
    return f"{words} less a holdout" if wanted.holdout > 0.0 else words
