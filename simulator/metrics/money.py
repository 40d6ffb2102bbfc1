"""Every payment of a run: one payer, one payee, one purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from simulator.kernels.money import share_of
from simulator.metrics.view import RunView, Terms
from simulator.types import NOBODY, Array

MEDIA = {
    "ads": "platform",
    "promotion": "platform",
    "seeds": "leaders",
    "prizes": "prize winners",
    "bonus": "sellers",
    "apps": "developers",
}
"""Who gets what a brand spends on a channel, or on apps of its own."""


class Payment(NamedTuple):
    """A sum of the run; `brand` and `platform` are indices, -1 for none."""

    brand: int
    platform: int
    payer: str
    payee: str
    purpose: str
    fen: int


def payments(view: RunView) -> list[Payment]:
    """All payments, by brand and platform. A purse's balance is what it gets less what it pays; together they are 0."""
    return [one for one in (*_orders(view), *_marketing(view.terms), *_apps(view.terms)) if one.fen > 0]


def _orders(view: RunView) -> Iterator[Payment]:
    terms, needs = view.terms, view.tables["needs"]
    bought = (needs["status"] == "bought").to_numpy()
    brand, price = view.brand_of("needs")[bought], needs["price_fen"].to_numpy()[bought]
    where = view.sold_on(bought)
    by_seller = (needs["seller"] >= 0).to_numpy()[bought]
    for b in range(len(view.brands)):
        for p in (NOBODY, *range(len(terms.platforms))):
            own = (brand == b) & (where == p)
            if own.any():
                yield from _of(terms, b, p, price[own], by_seller[own])


def _of(terms: Terms, brand: int, platform: int, price: Array, by_seller: Array) -> Iterator[Payment]:
    """Payments for the orders of one brand at one outlet."""
    yield Payment(brand, platform, "buyers", "brand", "price", int(price.sum()))
    yield Payment(brand, platform, "brand", "suppliers", "production", price.size * int(terms.unit_cost_fen[brand]))
    if platform == NOBODY:
        margin = share_of(price, terms.offline_margin[brand])
        yield Payment(brand, platform, "brand", "outlet", "margin", int(margin.sum()))
        return
    commission = share_of(price, terms.commission[platform])
    yield Payment(brand, platform, "brand", "platform", "commission", int(commission.sum()))
    earned = share_of(price[by_seller], terms.seller_commission[platform])
    yield Payment(brand, platform, "brand", "sellers", "commission", int(earned.sum()))
    cost = share_of(price, terms.payment_cost[platform])
    yield Payment(brand, platform, "platform", "payment service", "payment", int(cost.sum()))


def _marketing(terms: Terms) -> Iterator[Payment]:
    for channel, spent in terms.spend_fen.items():
        for (platform, brand), fen in np.ndenumerate(spent):
            yield Payment(brand, platform, "brand", MEDIA[channel], channel, int(fen))


def _apps(terms: Terms) -> Iterator[Payment]:
    for (payer, payee, purpose), paid in terms.apps_fen.items():
        for platform, fen in enumerate(paid):
            yield Payment(NOBODY, platform, payer, payee, purpose, int(fen))
