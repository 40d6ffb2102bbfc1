"""Developers: whether to build an app on an open platform, of which kind, and when to end it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from simulator.agents.base import KeyedRandom, MarketAgent
from simulator.kernels import decisions
from simulator.types import FEN_PER_YUAN, NOBODY, AgentKind, AppKind, Decision

MOST_TALENTED = 1.0e6
"""A draw next to zero does not make an app without bounds."""
PLAIN = 1 << 20
"""Talent of the plainest app: talents are whole numbers, so that no order moves their sum."""


class Outlook(NamedTuple):
    """What a developer knows when deciding.

    Attributes
    ----------
    period : number of the decision, from 0.
    visits : to be expected on the platform in the period.
    crowd : talents of all apps of each kind as they stand, summed, the own one included.
    """

    period: int
    visits: float
    crowd: dict[AppKind, int]


class Developer(MarketAgent):
    """One agent that stands for `weight` developers alike, each of whom may run one app.

    Attributes
    ----------
    talents : of the app it could build, by kind, PLAIN at least: Pareto, so that by rank they follow Zipf's law.
    bad : whether its apps post into feeds; passes : whether a review of this platform lets such an app through.
    app : the kind of its app, None without one.
    client : index of the brand it runs an app for, NOBODY without one.
    """

    kind_of_agent = AgentKind.DEVELOPER

    def __init__(self, model: Any, seed: int, key: int, name: str, platform: str, terms: Any, weight: float):
        super().__init__(model)
        self.key = key
        self.name = name
        self.platform = platform
        self.terms = terms
        self.weight = weight
        self._seed = seed
        luck = KeyedRandom(seed, decisions.APP_TALENT, key, 0)
        self.talents = {kind: _talent(1.0 - luck.uniform(), terms.zipf) for kind in AppKind}
        grade = KeyedRandom(seed, decisions.APP_GRADE, key, 0)
        self.bad = grade.uniform() < terms.bad_share
        self.passes = grade.uniform() < terms.level
        self.app: AppKind | None = None
        self.client = NOBODY
        self._refused = False

    @property
    def admitted(self) -> bool:
        """Whether the platform's review lets its apps in: all good ones, and bad ones the more the opener it is."""
        return self.passes or not self.bad

    def turn(self, period: int) -> int:
        """Its place among those who decide in a period: a lot of 64 bits."""
        return KeyedRandom(self._seed, decisions.DEVELOPER_TURN, self.key, period).key()

    # -- what pays

    def expects_yuan(self, kind: AppKind, outlook: Outlook) -> float:
        """Profit of a period with an app of a kind, of each developer it stands for, beside those already there."""
        t, mine = self.terms, self.talents[kind]
        together = outlook.crowd[kind] + (0 if self.app is kind else mine)
        use = use_of(t, attraction(t, together)) * mine / together
        income = outlook.visits * use * t.use_yuan * (1.0 - t.fee_share) / self.weight
        return float(income - t.cost_yuan)

    def decide(self, day: int, outlook: Outlook) -> None:
        """Build the app that promises most, or end the one there is; the hazard grows with what the change gains."""
        luck = KeyedRandom(self._seed, decisions.DEVELOPER_CHOICE, self.key, outlook.period)
        if self.app is not None:
            self._keep_or_end(day, self.expects_yuan(self.app, outlook), luck)
            return
        kind = max(AppKind, key=lambda one: self.expects_yuan(one, outlook))
        expected = self.expects_yuan(kind, outlook) - self.terms.build_yuan
        if expected <= 0.0:
            self._wait(day, "no kind of app would pay what building and running it costs")
        elif not self.admitted and not self._refused:
            self._refused = True
            why = "its app posts into feeds; the platform's review turns it down"
            self.note(day, Decision.REFUSE_APP, why, self.platform)
        elif self._refused:
            self._wait(day, "its app was turned down")
        elif luck.uniform() >= self._chance(expected, outlook.period):
            self._wait(day, "an app would pay; it has not come round to it")
        else:
            self.app = kind
            why = f"{_word(kind)} promises {expected:.2f} yuan a period after all costs, more than any other kind"
            self.note(day, Decision.BUILD_APP, why, self.platform)

    def _keep_or_end(self, day: int, expected: float, luck: KeyedRandom) -> None:
        if expected >= 0.0:
            self._wait(day, "its app pays")
        elif luck.uniform() >= 1.0 - math.exp(self.terms.response * expected):
            self._wait(day, "its app does not pay; it has not given up")
        else:
            why = f"{_word(self.app)} would lose {-expected:.2f} yuan a period: too many others, too few visits"
            self.app = None
            self.note(day, Decision.END_APP, why, self.platform)

    def _chance(self, expected: float, period: int) -> float:
        if period == 0:
            return float(self.terms.start_share)
        return 1.0 - math.exp(-self.terms.response * expected)

    def _wait(self, day: int, why: str) -> None:
        self.note(day, Decision.WAIT, why, self.platform)

    # -- contracts

    def offers_contract(self, sales_fen: int) -> str:
        """Why it would run an app for a brand that sells so much a period on the platform; empty if it would not."""
        t = self.terms
        gets = t.contract_fee_yuan * FEN_PER_YUAN + t.contract_share * sales_fen
        if gets < t.contract_cost_yuan * FEN_PER_YUAN:
            return ""
        return f"{gets / FEN_PER_YUAN:.2f} yuan a period for work of {t.contract_cost_yuan:g}"

    # -- money

    def pay_costs(self, day: int, fen: int, reason: str) -> None:
        """Pay what running an app costs."""
        if fen > 0:
            self.note(day, Decision.PAY_COSTS, reason, self.platform, fen, paid=True)

    def pay_fee(self, day: int, fen: int) -> None:
        """Pay the platform its share of what users paid in the app."""
        if fen > 0:
            self.note(
                day, Decision.PAY_SHARE, f"{self.terms.fee_share:g} of what users paid", self.platform, fen, paid=True
            )


def _talent(u: float, zipf: float) -> int:
    talent: float = PLAIN * min(MOST_TALENTED, u**-zipf)
    return round(talent)


def attraction(terms: Any, talents: int) -> float:
    """Attraction of apps with these talents in sum, on the scale on which a plain app of everybody has `variety`."""
    return float(terms.level * terms.variety * talents / PLAIN / terms.developers)


def use_of(terms: Any, attraction: float) -> float:
    """Share of visits spent in apps of a kind that together have an attraction A.

    reach * B / (1 + B) with B = A**(1 - crowding): shares by attraction beside a feed of attraction 1 (Luce 1959);
    with crowding 0 a further app mostly adds use, with crowding 1 it only takes it from others (Boudreau 2012).
    """
    if attraction <= 0.0:
        return 0.0
    together = attraction ** (1.0 - terms.crowding)
    return float(terms.reach * together / (1.0 + together))


def _word(kind: AppKind | None) -> str:
    return f"an app for {kind.name.lower()}" if kind is not None else "no app"
