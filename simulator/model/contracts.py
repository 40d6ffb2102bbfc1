"""Apps made for one brand: contracts of brands with developers on one platform, signed only when they pay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.kernels.money import share_of
from simulator.types import FEN_PER_YUAN, NOBODY, AppKind, Array, NeedStatus, Outlet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.agents.brands import Brand
    from simulator.agents.developers import Developer
    from simulator.agents.platforms import Platform
    from simulator.model.state import PlatformState, RunState


class Sales(NamedTuple):
    """What a brand sold on the platform in some ticks."""

    orders: int
    fen: int


class Contracts:
    """Who runs an app for which brand. A contract lasts a period and is renewed while it pays.

    Attributes
    ----------
    partner : the developer who runs an app for each brand, None without one.
    spent_fen : paid so far by brand, int64 (B,).
    """

    def __init__(self, terms: Any, platform: PlatformState, agent: Platform, brands: Sequence[Brand], days: int):
        self.terms = terms
        self.platform = platform
        self.agent = agent
        self.brands = list(brands)
        self.days = days
        self.partner: list[Developer | None] = [None] * len(self.brands)
        self.spent_fen: Array = np.zeros(len(self.brands), np.int64)
        self._since = 0

    @property
    def service(self) -> float:
        """Utils that an app adds to buying its brand's goods here."""
        return float(self.terms.service * self.terms.level)

    def begin_period(self, day: int, state: RunState, ticks_per_day: int, developers: Sequence[Developer]) -> None:
        """Every brand renews, ends or seeks a contract by what it sold in the period before; none in the first."""
        self._since = day
        if day == 0:
            return
        tick = day * ticks_per_day
        for brand in self.brands:
            sold = self._sold(brand, state, tick - self.terms.every_days * ticks_per_day, tick)
            self._decide(brand, day, sold, developers)
            served = self.partner[brand.index] is not None
            self.platform.brands["service"][brand.index] = self.service if served else 0.0

    def _decide(self, brand: Brand, day: int, sold: Sales, developers: Sequence[Developer]) -> None:
        partner = self.partner[brand.index]
        grown = math.exp(self.service)
        without = sold.orders / grown if partner is not None else float(sold.orders)
        gain_fen = without * (grown - 1.0) * self.margin_fen(brand, sold)
        cost_fen = self.terms.contract_fee_yuan * FEN_PER_YUAN + self.terms.contract_share * sold.fen
        pays = brand.accepts_contract(gain_fen, cost_fen)
        if partner is not None:
            if not pays:
                self.partner[brand.index] = None
                partner.client = NOBODY
                brand.end_contract(day, gain_fen, cost_fen, partner, self.agent)
            return
        free = [one for one in developers if one.app is AppKind.COMMERCE and one.client == NOBODY]
        offers = ((one, one.offers_contract(sold.fen)) for one in free)
        willing, their_reason = next(((one, why) for one, why in offers if why), (None, ""))
        if not pays or willing is None:
            brand.decline_contract(day, gain_fen, cost_fen, pays, self.agent)
            return
        self.partner[brand.index] = willing
        willing.client = brand.index
        brand.sign_contract(day, gain_fen, cost_fen, willing, self.agent, their_reason)

    def margin_fen(self, brand: Brand, sold: Sales) -> float:
        """What remains of an order on the platform after production and commission."""
        if sold.orders == 0:
            return 0.0
        price = sold.fen / sold.orders
        commission = self.platform.affordances.checkout.commission
        return float(price * (1.0 - commission) - brand.parameters.unit_cost_yuan * FEN_PER_YUAN)

    def settle(self, day: int, state: RunState, ticks_per_day: int) -> int:
        """Brands pay for the days since the last decision: the fee by days, and the share of what they sold.

        Returns what running the apps cost their developers, in fen.
        """
        days, costs = day + 1 - self._since, 0
        for brand, partner in zip(self.brands, self.partner, strict=True):
            if partner is None:
                continue
            sold = self._sold(brand, state, self._since * ticks_per_day, (day + 1) * ticks_per_day)
            fee = round(self.terms.contract_fee_yuan * FEN_PER_YUAN * days / self.terms.every_days)
            fen = fee + int(share_of(sold.fen, self.terms.contract_share))
            self.spent_fen[brand.index] += fen
            brand.pay_contract(day, fen, partner, self.agent)
            cost = round(self.terms.contract_cost_yuan * FEN_PER_YUAN * days / self.terms.every_days)
            costs += cost
            partner.pay_costs(day, cost, f"of running the app of {brand.name}")
        return costs

    def _sold(self, brand: Brand, state: RunState, first: int, last: int) -> Sales:
        """Orders paid here in ticks first..last, the last excluded."""
        needs = state.needs.table
        mine = (needs.status == NeedStatus.BOUGHT) & (needs.outlet == Outlet.PLATFORM) & (needs.brand == brand.index)
        mine &= (needs.platform == self.platform.index) & (needs.paid >= first) & (needs.paid < last)
        return Sales(int(np.count_nonzero(mine)), int(needs.price[mine].sum()))
