"""Who paid whom: every fen of every order goes to exactly one purse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels.money import share_of
from simulator.types import Array

if TYPE_CHECKING:
    from simulator.metrics.view import Terms


@dataclass(frozen=True)
class Accounts:
    """Sums in fen by brand, int64 (B,).

    ``buyers == brands + outlet + platform + sellers`` holds exactly.
    """

    units: Array
    units_platform: Array
    buyers: Array
    brands: Array
    outlet: Array
    platform: Array
    sellers: Array
    payment_cost: Array
    production_cost: Array
    marketing: Array

    @property
    def contribution(self) -> Array:
        """What remains to each brand after production and marketing."""
        return self.brands - self.production_cost - self.marketing


def settle(terms: Terms, brand: Array, price: Array, where: Array, by_seller: Array) -> Accounts:
    """Divide the price of each order; shares are rounded down to a fen, the brand keeps the rest.

    Parameters
    ----------
    brand : int (O,), price : int64 fen (O,), by_seller : bool (O,)
    where : int (O,), the platform, -1 for the offline outlet.
    """
    count = terms.unit_cost_fen.size
    on_platform = where >= 0
    platform = np.where(on_platform, share_of(price, terms.commission[where]), 0)
    cost = np.where(on_platform, share_of(price, terms.payment_cost[where]), 0)
    seller = np.where(on_platform & by_seller, share_of(price, terms.seller_commission[where]), 0)
    outlet = np.where(on_platform, 0, share_of(price, terms.offline_margin[brand]))

    def by_brand(values: Array) -> Array:
        total = np.zeros(count, np.int64)
        np.add.at(total, brand, values)
        return total

    units = by_brand(np.ones(brand.size, np.int64))
    return Accounts(
        units=units,
        units_platform=by_brand(on_platform.astype(np.int64)),
        buyers=by_brand(price),
        brands=by_brand(price - platform - seller - outlet),
        outlet=by_brand(outlet),
        platform=by_brand(platform),
        sellers=by_brand(seller),
        payment_cost=by_brand(cost),
        production_cost=units * terms.unit_cost_fen,
        marketing=terms.spent(),
    )
