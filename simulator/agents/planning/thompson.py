"""Thompson sampling over regions: each day the paid media go to those whose drawn return is best.

Orders of a region's people are Poisson with a rate an impression that is Gamma distributed a priori; after x orders
on n impressions it is Gamma(a + x, b + n) (Chapelle & Li 2011, NIPS; Scott 2010, Applied Stochastic Models 26:639-658).
A day's draws are keyed by brand, day and region.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.agents.planning.rule import PlanningRule
from simulator.kernels import decisions, rng
from simulator.types import Array, Decision

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform

PRIOR_ORDERS = 1.0
"""Shape of the prior: one order, on as many impressions as an order took over all regions."""

REACHED = 0.25
"""Share of all visits that the regions chosen for a day have at least."""


def _begin_day(brand: Brand, day: int, platforms: Sequence[Platform]) -> None:
    c = brand.campaign
    if c is None:
        return
    told = [brand.reports.orders_by_region(brand, platform, c.start_day, day) for platform in platforms]
    orders = [one for one in told if one is not None]
    if not orders:
        brand.note(day, Decision.WAIT, "chooses no regions: no platform tells where its buyers live")
        return
    visits = brand.reports.visits_by_region()
    luck = luck_of(brand.model.seeds.content, brand.key, day, visits.size)
    draws = drawn_returns(np.sum(orders, axis=0), brand.region_impressions(visits.size), luck)
    chosen = best_regions(draws, visits, REACHED)
    brand.segments = tuple(brand.reports.regions[r] for r in chosen)


def drawn_returns(orders: Array, impressions: Array, luck: Array) -> Array:
    """One draw from the posterior of orders an impression, by region.

    Parameters
    ----------
    orders, impressions : so far, by region (R,).
    luck : uint64 (R,), 64 bits of luck each.
    """
    whole = (float(orders.sum()) + PRIOR_ORDERS) / (float(impressions.sum()) + 1.0)
    shape, rate = orders + PRIOR_ORDERS, impressions + PRIOR_ORDERS / whole
    draws = [rng.gamma(np.uint64(h), float(k)) for h, k in zip(luck, shape, strict=True)]
    return np.asarray(np.array(draws) / rate)


def best_regions(draws: Array, visits: Array, least: float) -> list[int]:
    """Regions of the highest draws that have at least a share `least` of all visits together, in their own order."""
    chosen, reached = [], 0.0
    for region in np.argsort(-draws, kind="stable").tolist():
        if reached >= least * float(visits.sum()):
            break
        chosen.append(region)
        reached += float(visits[region])
    return sorted(chosen)


def luck_of(seed: int, brand_key: int, day: int, regions: int) -> Array:
    """64 bits for each region, keyed by brand, day and region: uint64 (R,)."""
    prefix = rng.stream(seed, decisions.SEGMENT)
    h = np.uint64(rng.hash2(prefix, np.uint64(brand_key), np.uint64(day)))
    return np.array([rng.absorb(h, region) for region in range(regions)], np.uint64)


RULE = PlanningRule("thompson", "Chapelle & Li 2011", _begin_day)
