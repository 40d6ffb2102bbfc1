"""Who looks at which offers and who buys them, by region and price tier: two different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator.kernels.state import LOOKED
from simulator.model.labels import labels
from simulator.population.synthesis import BLOCK
from simulator.types import Array, NeedStatus, Outlet

if TYPE_CHECKING:
    from simulator.model.market import CommerceModel
    from simulator.population.table import Table


def regions_table(model: CommerceModel) -> pd.DataFrame:
    """One row a region, category and price tier of which there is an offer.

    Who looked is counted once, however many offers of the tier; needs are counted by the offer chosen.
    """
    state, names = model.state, list(model.population.regions.names)
    region, ledger = state.columns["region"], state.needs.table
    home = region[ledger.row]
    kinds = sorted({(int(brand["category"]), int(brand["tier"])) for brand in state.brands})
    people, blocks = _by_region(region, names), []
    for category, tier in kinds:
        offers = np.flatnonzero((state.brands["category"] == category) & (state.brands["tier"] == tier))
        chosen = np.isin(ledger.chosen, offers)
        bought = np.isin(ledger.brand, offers) & (ledger.status == NeedStatus.BOUGHT)
        counts = {
            "people": people,
            "looked": _looked(state.table, offers, names),
            "intents": _by_region(home[chosen], names),
            "reservations": _by_region(home[chosen & (ledger.reserved >= 0)], names),
            "orders": _by_region(home[bought], names),
            "orders_platform": _by_region(home[bought & (ledger.outlet == Outlet.PLATFORM)], names),
        }
        place = {
            "region": labels(np.arange(len(names)), names),
            "category": labels(np.full(len(names), category), list(model.scenario.categories)),
            "tier": np.full(len(names), tier, np.uint8),
        }
        blocks.append(pd.DataFrame(place | counts))
    return pd.concat(blocks, ignore_index=True)


def _by_region(regions: Array, names: list[str]) -> Array:
    return np.bincount(regions, minlength=len(names)).astype(np.int64)


def _looked(table: Table, offers: Array, names: list[str]) -> Array:
    """People of each region who looked at any of some offers."""
    found = np.zeros(len(names), np.int64)
    for start in range(0, table.n, BLOCK):
        block = slice(start, start + BLOCK)
        looked = (table.tie[block]["marks"][:, offers] & LOOKED).any(axis=1)
        found += _by_region(table.person[block]["region"][looked], names)
    return found
