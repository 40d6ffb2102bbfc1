"""Reading of estimates and paired differences that several figures share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.output.dictionary import ANSWERS
from simulator.report.quantities import Quantity, quantity
from simulator.report.returns import ratio
from simulator.report.tables import StudyTables, arm_label, kept
from simulator.report.text import metric, say


@dataclass(frozen=True)
class Estimate:
    """An arm's mean of one outcome. `low` and `high` are NaN without an interval."""

    arm: str
    mean: float
    low: float
    high: float

    @property
    def bounded(self) -> bool:
        """Whether there is an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True)
class Difference:
    """The paired difference `a` minus `b` of one outcome."""

    metric: str
    kind: str
    a: str
    b: str
    mean: float
    low: float
    high: float
    p: float
    alpha: float

    @property
    def bounded(self) -> bool:
        """Whether there is an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def separable(self) -> bool:
        """Whether it can be told from luck after the correction for the number of pairs."""
        return self.p < self.alpha

    @property
    def fragile(self) -> bool:
        """Whether its interval leaves out zero, but it is not separable after the correction for the pairs."""
        return self.bounded and (self.low > 0 or self.high < 0) and not self.separable

    @property
    def ahead(self) -> str:
        """The arm with the higher mean."""
        return self.a if self.mean >= 0 else self.b

    def towards(self, arm: str) -> Difference:
        """The same difference, counted so that `arm` comes first."""
        if arm == self.a:
            return self
        return Difference(self.metric, self.kind, self.b, self.a, -self.mean, -self.high, -self.low, self.p, self.alpha)


@kept
def estimates(tables: StudyTables, name: str, kind: str, brand: str = "") -> list[Estimate]:
    """Every arm's estimate of an outcome, in the order of the arms; arms without one are left out."""
    if "summary" not in tables:
        return []
    rows = tables.only("summary", metric=name, kind=kind, brand=brand).set_index("arm")
    return [
        Estimate(arm.name, *(float(rows.loc[arm.name, column]) for column in ("mean", "low", "high")))
        for arm in tables.arms
        if arm.name in rows.index and math.isfinite(float(rows.loc[arm.name, "mean"]))
    ]


@kept
def differences(tables: StudyTables, name: str = "", kind: str = "") -> list[Difference]:
    """The paired differences of the whole market, of one outcome and kind if these are named."""
    if "paired_differences" not in tables:
        return []
    rows = tables["paired_differences"]
    rows = rows[rows["brand"] == ""]
    rows = rows[rows["metric"] == name] if name else rows
    rows = rows[rows["kind"] == kind] if kind else rows
    found = [
        Difference(
            str(row["metric"]), str(row["kind"]), str(row["arm_a"]), str(row["arm_b"]), float(row["mean"]),
            float(row["low"]), float(row["high"]), float(row["p_holm"]), tables.alpha,
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return [difference for difference in found if math.isfinite(difference.mean)]


def place_of(name: str) -> int:
    """Where an outcome stands in a table: those that answer the question first."""
    return ANSWERS.index(name) if name in ANSWERS else len(ANSWERS)


def outcome_label(name: str, kind: str) -> str:
    """Name of an outcome, saying whether it is an effect of the campaigns or a total."""
    return say(f"{kind}.label", metric=metric(name).label)


@dataclass(frozen=True)
class Outcome:
    """What a study reads off its runs: kind, metric, and a brand or nothing."""

    kind: str
    metric: str
    brand: str

    @property
    def label(self) -> str:
        """Name for readers."""
        label = outcome_label(self.metric, self.kind)
        return say("spread.heading", metric=label, brand=self.brand) if self.brand else label

    @property
    def unit(self) -> str:
        """Its unit."""
        return metric(self.metric).unit


def outcome(label: str) -> Outcome:
    """An outcome by the label that tables of studies give it, as ``effect orders of aurora``."""
    kind, _, rest = label.partition(" ")
    name, _, brand = rest.partition(" of ")
    return Outcome(kind, name, brand)


def response_label(name: str) -> str:
    """A response of a sensitivity study for readers: scenario, or the difference of two, and outcome."""
    scenario, _, label = name.partition(": ")
    models = " − ".join(arm_label(one) for one in scenario.split(" - "))
    return say("spread.heading", metric=models, brand=outcome(label).label)


def short(tables: StudyTables, name: str, mean: float, low: float, high: float, *, signed: bool = True) -> str:
    """A difference or effect for the row of a figure: value with unit, and its interval on the same scale."""
    found = quantity(mean, low, high, metric(name).unit, signed=signed)
    return f"<b>{found.value}</b> ({found.ends or say('word.one_draw')})"


def words(tables: StudyTables, name: str, mean: float, low: float, high: float, *, signed: bool = False) -> Quantity:
    """An estimate of an outcome in words; its interval names the level, or says that there is none."""
    found = quantity(mean, low, high, metric(name).unit, signed=signed)
    level = say("word.interval", level=f"{100 * tables.level:g}")
    return Quantity(found.value, f"{level} {found.interval}" if found.interval else say("word.one_draw"))


@dataclass(frozen=True)
class Ranking:
    """The arms by an outcome: the leader, those not separable from it, those separably behind."""

    leader: Estimate
    tied: tuple[Difference, ...]
    behind: tuple[Difference, ...]

    @property
    def nearest(self) -> Difference | None:
        """The smallest lead of the leader over another arm."""
        return min((*self.tied, *self.behind), key=lambda d: d.mean, default=None)


@kept
def ranking(tables: StudyTables, name: str = "") -> Ranking | None:
    """Rank the arms by an outcome (by default the headline); None if it is not stored.

    What counts is what the campaigns added, or the level where there is no campaign.
    """
    name = name or tables.headline
    found = estimates(tables, name, tables.kind)
    if not found:
        return None
    leader = max(found, key=lambda e: e.mean)
    leads = [d.towards(leader.arm) for d in differences(tables, name, tables.kind) if leader.arm in (d.a, d.b)]
    leads.sort(key=lambda d: d.mean)
    tied = tuple(d for d in leads if not d.separable)
    return Ranking(leader, tied, tuple(d for d in leads if d.separable))


@kept
def by_replication(tables: StudyTables, name: str, arm: str) -> dict[int, float]:
    """What the campaigns added to an outcome of the whole market, replication by replication."""
    if "effects" not in tables:
        return {}
    rows = tables.only("effects", metric=name, brand="", arm=arm)
    return {int(r): float(v) for r, v in zip(rows["replication"], rows["value"], strict=True) if math.isfinite(v)}


def answers(tables: StudyTables) -> list[Difference]:
    """The paired differences in the outcomes that answer the question; inputs, counters and gross ones left out."""
    return [d for d in differences(tables, kind=tables.kind) if d.metric in ANSWERS]


def times_ahead(tables: StudyTables, a: str, b: str) -> tuple[int, int]:
    """In how many replications arm `a` had the larger headline effect than `b`, and how many both have."""
    first, second = (by_replication(tables, tables.headline, arm) for arm in (a, b))
    both = first.keys() & second.keys()
    return sum(first[r] > second[r] for r in both), len(both)


@kept
def return_on(tables: StudyTables, arm: str, spend: str = "marketing_spend_yuan") -> Estimate:
    """The headline effect per unit of extra marketing spend, as a ratio of averages; NaN where nothing was spent."""
    gain, cost = (by_replication(tables, name, arm) for name in (tables.headline, spend))
    both = sorted(gain.keys() & cost.keys())
    y, x = (np.array([values[r] for r in both], float) for values in (gain, cost))
    return Estimate(arm, *ratio(y, x, tables.level))
