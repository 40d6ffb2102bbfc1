"""An open platform: developers by period, what their apps make of the platform's numbers, and who pays whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from simulator.agents.developers import Developer, Outlook, attraction, use_of
from simulator.kernels.money import share_of
from simulator.model.build import name_key
from simulator.model.contracts import Contracts
from simulator.model.labels import labels
from simulator.types import FEN_PER_YUAN, AppKind, Array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform
    from simulator.model.engine import Engine
    from simulator.model.state import PlatformState, RunState

LEAST_DEPTH = 1.0
"""A visit reads a post of the feed at least."""


class AppRow(NamedTuple):
    """One app in one period."""

    platform: int
    day: int
    developer: str
    kind: AppKind
    bad: bool
    apps: float
    use: float


class Effects(NamedTuple):
    """What the apps of a platform do, as shares on 0..1 unless said otherwise; all 0 where there is none.

    `scene` is the chance that a visit shows an offer; `closer`, `told` and `answered` what is saved of losses at hops
    and steps, unknown sources and uncertainty; `used` visits spent in apps; `spam` posts by apps over all others;
    `let_down` posts a user and day that cost trust.
    """

    scene: float = 0.0
    closer: float = 0.0
    told: float = 0.0
    answered: float = 0.0
    used: float = 0.0
    spam: float = 0.0
    let_down: float = 0.0


def effects_of(terms: Any, use: dict[AppKind, float], bad: float) -> Effects:
    """What apps do of which each kind has a share of visits, where a share `bad` of all developers spams."""
    full = {kind: share / terms.reach if terms.reach > 0.0 else 0.0 for kind, share in use.items()}
    used = math.fsum(use.values())
    return Effects(
        scene=min(1.0, terms.scenes * terms.offers * use[AppKind.ENTERTAINMENT]),
        closer=min(1.0, terms.closeness * terms.saved * full[AppKind.COMMERCE]),
        told=min(1.0, terms.statistics * terms.told * full[AppKind.TOOLS]),
        answered=min(1.0, terms.interaction * terms.answered * full[AppKind.LIFESTYLE]),
        used=used,
        spam=terms.spam * bad,
        let_down=terms.let_down * bad + terms.privacy * terms.level * used,
    )


class OpenPlatform:
    """The developers of one platform, `developers`, and its books; without the affordance there is none of either.

    Attributes
    ----------
    terms : the affordance, its level scaled by its strength.
    effects : of the apps of this period.
    paid : fen so far by (payer, payee, purpose), but for what brands pay, of which `contracts` keeps the books.
    """

    def __init__(self, platform: PlatformState, agent: Platform, brands: Sequence[Brand], seed: int, days: int):
        affordance = platform.affordances.openness
        self.platform = platform
        self.agent = agent
        self.open = platform.affordances.works("openness")
        level = min(1.0, affordance.level * affordance.strength)
        self.terms = affordance.model_copy(update={"level": level})
        self.days = days
        self.weight = self.terms.per_thousand * platform.table.n / 1000.0 / self.terms.developers
        self.developers = [self._developer(number, seed) for number in range(self.terms.developers if self.open else 0)]
        self.contracts = Contracts(self.terms, platform, agent, brands, days)
        self.effects = Effects()
        self.paid: dict[tuple[str, str, str], int] = {}
        self.rows: list[AppRow] = []
        self._crowd: dict[AppKind, int] = dict.fromkeys(AppKind, 0)
        self._use: dict[AppKind, float] = dict.fromkeys(AppKind, 0.0)
        self._before = (platform.feed.scroll_depth, platform.market)
        self._visits = 0
        self._day_of_change = 0

    def _developer(self, number: int, seed: int) -> Developer:
        name = f"developer {number + 1} of {self.agent.name}"
        terms, where = self.terms, self.agent.name
        return Developer(self.agent.model, seed, name_key(name), name, where, terms, self.weight)

    # -- decisions

    def begin_day(self, day: int, visits: float, state: RunState, ticks_per_day: int) -> None:
        """Let developers decide if a period begins; `visits` a day are to be expected here."""
        if not self.open or day % self.terms.every_days:
            return
        period = day // self.terms.every_days
        for one in sorted(self.developers, key=lambda one: (one.turn(period), one.key)):
            before = one.app
            one.decide(day, Outlook(period, visits * self.terms.every_days, dict(self._crowd)))
            self._move(one, before)
        self._use = {kind: use_of(self.terms, attraction(self.terms, self._crowd[kind])) for kind in AppKind}
        self.effects = effects_of(self.terms, self._use, self._bad())
        self._apply()
        self._day_of_change = day
        self.rows += [self._row(day, one) for one in self.developers if one.app is not None]
        self.contracts.begin_period(day, state, ticks_per_day, self.developers)

    def _move(self, one: Developer, before: AppKind | None) -> None:
        """Let those who decide later see what one decided."""
        if before is not one.app:
            for kind, sign in ((before, -1), (one.app, 1)):
                if kind is not None:
                    self._crowd[kind] += sign * one.talents[kind]

    def _bad(self) -> float:
        bad = sum(one.app is not None and one.bad for one in self.developers)
        return float(bad / len(self.developers))

    def _share(self, one: Developer) -> float:
        """Share of visits that go to one agent's apps."""
        return 0.0 if one.app is None else self._use[one.app] * (one.talents[one.app] / self._crowd[one.app])

    def _row(self, day: int, one: Developer) -> AppRow:
        kind = one.app if one.app is not None else AppKind.ENTERTAINMENT
        return AppRow(self.platform.index, day, one.name, kind, one.bad, one.weight, self._share(one))

    def _apply(self) -> None:
        """Set the platform's numbers: what is read of a feed, lost on the way to an order, and left to wonder about."""
        e, (depth, shop) = self.effects, self._before
        self.agent.sources_told = e.told
        self.platform.set_numbers(
            {"scroll_depth": max(LEAST_DEPTH, depth * (1.0 - e.used) / (1.0 + e.spam))},
            {
                "hops_away": shop.hops_away * (1.0 - e.closer),
                "loss_phone": shop.loss_phone * (1.0 - e.closer),
                "loss_pc": shop.loss_pc * (1.0 - e.closer),
                "informs": shop.informs or e.answered > 0.0,
                "info_depth": 1.0 - (1.0 - shop.info_depth) * (1.0 - e.answered),
            },
        )

    # -- the day

    def count_visits(self, online: int) -> None:
        """Note the visits of a tick, which users pay for in apps."""
        self._visits += online

    def show_offers(self, day: int, state: RunState, engine: Engine, visit_share: float) -> Array:
        """Let people know tomorrow what they met in apps today: met and newly aware by brand, (2, B)."""
        chance = self.effects.scene * visit_share / max(state.brands.size, 1)
        if not self.open or chance <= 0.0 or not self.platform.market.sells:
            return np.zeros((2, state.brands.size), np.int64)
        return engine.meet_in_apps(state, self.platform.index, day, chance, self.terms.recall)

    def end_day(self, day: int, state: RunState, ticks_per_day: int) -> None:
        """At the end of a period, and of the run, let everybody pay."""
        if self.open and ((day + 1) % self.terms.every_days == 0 or day + 1 == self.days):
            self._settle(day)
            cost = self.contracts.settle(day, state, ticks_per_day)
            self._pay("developers", "suppliers", "contract costs", cost)

    def _settle(self, day: int) -> None:
        t = self.terms
        part = (day + 1 - self._day_of_change) / t.every_days
        cost = round(self.weight * t.cost_yuan * part * FEN_PER_YUAN)
        for one in self.developers:
            if one.app is None:
                continue
            income = round(self._visits * self._share(one) * t.use_yuan * FEN_PER_YUAN)
            fee = int(share_of(income, t.fee_share))
            self._pay("app users", "developers", "app use", income)
            self._pay("developers", "platform", "app fee", fee)
            self._pay("developers", "suppliers", "app costs", cost)
            one.pay_fee(day, fee)
            one.pay_costs(day, cost, "of running its app")
        self._visits = 0

    def _pay(self, payer: str, payee: str, purpose: str, fen: int) -> None:
        what = (payer, payee, purpose)
        self.paid[what] = self.paid.get(what, 0) + fen


def apps_table(open_platforms: Sequence[OpenPlatform], platforms: list[str]) -> pd.DataFrame:
    """One row an app and period."""
    rows = [row for one in open_platforms for row in one.rows]
    return pd.DataFrame(
        {
            "platform": labels(np.array([row.platform for row in rows], np.int32), platforms),
            "day": np.array([row.day for row in rows], np.int32),
            "developer": pd.Series([row.developer for row in rows], dtype="str"),
            "kind": labels(np.array([row.kind for row in rows], np.int32), [kind.name.lower() for kind in AppKind]),
            "bad": np.array([row.bad for row in rows], np.bool_),
            "apps": np.array([row.apps for row in rows], np.float64),
            "use": np.array([row.use for row in rows], np.float64),
        }
    )
