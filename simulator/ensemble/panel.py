"""A market as market-mix models get it, with the truth beside: what each channel of each campaign really brought.

The panel has a row for each date, region and brand: spend and impressions by channel, price, deal, orders and revenue.
The truth comes from the same world with one channel of one brand withdrawn; its money is kept, not spent elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from simulator.agents.campaign_parameters import OPENED_BY
from simulator.ensemble.attribution import campaigns
from simulator.ensemble.attribution_study import works
from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Lab
from simulator.ensemble.statistics import mean_interval
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import BaseStudy, Texts, setting, wrong
from simulator.ensemble.variants import Variants, make_variants
from simulator.ensemble.worker import ModelEntry
from simulator.errors import InputError, Problem
from simulator.types import FEN_PER_YUAN, MINUTES_PER_DAY, Array

ENTRY = ModelEntry(
    "simulator.ensemble.panel_world:simulate", "simulator.ensemble.panel_world:Watched", "simulator.model.run:warm_up"
)
YEAR = 2014
DAYS_A_WEEK = 7
WHOLE = "campaign"
"""Everything a brand's campaign does, withdrawn at once."""

SPENDING = {"ads": "ads", "leaders": "seeds", "prizes": "prizes", "promotion": "promotion", "bonus": "bonus"}
"""What a brand's budget calls each channel that money is spent on."""

WITHDRAWN: dict[str, dict[str, float]] = {
    "ads": {"ads_share": 0.0}, "leaders": {"seeds_share": 0.0}, "prizes": {"prizes_share": 0.0},
    "promotion": {"promotion_share": 0.0}, "bonus": {"bonus_share": 0.0}, "account": {"posts_per_day": 0},
    "deal": {"deal": 0.0},
}  # fmt: skip
"""What is changed in a campaign so that a channel is withdrawn."""

_WHERE = {
    "scenario": ("-", "label of the scenario"),
    "replication": ("-", "number of the world, from 0"),
    "date": ("ISO 8601", f"day, or first day of the week; the run begins on the first of its month of {YEAR}"),
    "brand": ("-", "brand"),
}
DOCS = {
    "panel": TableDoc(
        "one row per scenario, world, date, region and brand",
        {
            **_WHERE,
            "region": ("-", "region of the buyers"),
            "population": ("users", "of the region"),
            "price_yuan": ("yuan", "list price"),
            "deal": ("share", "discount on the platform, mean over the days"),
            "ads_impressions": ("impressions", "ads seen"),
            "ads_spend_yuan": ("yuan", "paid for them"),
            "leaders_impressions": ("impressions", "paid posts of opinion leaders seen"),
            "leaders_spend_yuan": ("yuan", "paid for them on the day they were posted"),
            "prizes_spend_yuan": ("yuan", "paid for prizes"),
            "promotion_spend_yuan": ("yuan", "paid for promoted posts of the account"),
            "bonus_spend_yuan": ("yuan", "paid for bonuses of peer sellers"),
            "account_impressions": ("impressions", "posts of the brand's account seen, promoted ones among them"),
            "organic_impressions": ("impressions", "posts of others about the brand seen"),
            "orders": ("orders", "of the brand, at all outlets"),
            "revenue_yuan": ("yuan", "their prices"),
        },
    ),
    "truth": TableDoc(
        "one row per scenario, world, date, brand and channel: sales less those of the world without that channel",
        {
            **_WHERE,
            "channel": ("-", f"{', '.join(WITHDRAWN)}; {WHOLE}: all of them"),
            "orders": ("orders", "more of the brand's than without; below zero what was only moved in time"),
            "revenue_yuan": ("yuan", "the same of revenue"),
        },
    ),
    "effects": TableDoc(
        "one row per scenario, brand and channel: the truth over the whole run",
        {
            "scenario": ("-", "label of the scenario"),
            "brand": ("-", "brand"),
            "channel": ("-", f"{', '.join(WITHDRAWN)}; {WHOLE}: all of them"),
            "orders": ("orders", "mean over worlds"),
            "orders_low": ("orders", "lower end of its 95 % interval (Student's t)"),
            "orders_high": ("orders", "upper end of it"),
            "revenue_yuan": ("yuan", "mean over worlds"),
            "revenue_low": ("yuan", "lower end of its 95 % interval"),
            "revenue_high": ("yuan", "upper end of it"),
            "spend_yuan": ("yuan", "mean over worlds"),
            "n": ("-", "worlds"),
        },
    ),
}
PAID = {"ads": "ads_impressions", "leaders": "leaders_impressions", "prizes": "", "promotion": "", "bonus": ""}
"""By which impressions spend is laid on regions; by their people if none were seen that day."""


class PanelStudy(BaseStudy):
    """Panels with known truth."""

    kind: Literal["panel"] = setting("panel", doc="what is done")
    scenarios: Texts = setting(doc="scenarios with campaigns")
    by: Literal["day", "week"] = setting("day", doc="length of a period")
    replications: int = setting(2, doc="worlds, each a panel of its own", unit="runs", low=1, high=10_000)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario with a campaign")


@dataclass(frozen=True)
class Panels:
    """The worlds of one scenario: watched, and with each channel of each brand withdrawn."""

    label: str
    arm: Arm
    watched: Arm
    without: Mapping[tuple[str, str], Arm]

    @property
    def runs(self) -> int:
        """Runs of one replication."""
        return 1 + len(self.without)


def panel_variants(file: StudyFile[PanelStudy]) -> Variants:
    """The study's scenarios.

    Raises
    ------
    InputError
        If one cannot be loaded or has no campaign.
    """
    variants = make_variants(file, [(("scenarios", i), name) for i, name in enumerate(file.spec.scenarios)])
    problems = [
        file.problem(("scenarios", i), f"no brand of {one.label} has a campaign", "a scenario with a campaign")
        for i, one in enumerate(variants.each)
        if not campaigns(one.base.resolved)
    ]
    if problems:
        raise InputError(problems)
    return variants


def panels_of(variants: Variants) -> list[Panels]:
    """The worlds that a study needs, scenario by scenario."""
    return [_panels(label, arm) for label, arm in zip(variants.labels, variants.arms("", {}), strict=True)]


def _panels(label: str, arm: Arm) -> Panels:
    resolved = arm.resolved
    watched = {"name": f"{resolved['name']}, watched", "watched": resolved}
    without = {
        (brand, channel): _without(arm, brand, channel)
        for brand, plan in campaigns(resolved).items()
        for channel in (*channels(resolved, plan), WHOLE)
    }
    return Panels(label, arm, Arm(f"{arm.label}, watched", watched, arm.files, arm.paths), without)


def channels(resolved: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """The channels that a campaign uses and the platforms offer."""
    asked = {name: OPENED_BY[channel] for name, channel in SPENDING.items()} | {"account": "feed"}
    offered = {name: works(resolved, affordance) for name, affordance in asked.items()}
    return [name for name, change in WITHDRAWN.items() if offered.get(name, True) and any(plan[key] for key in change)]


def _without(arm: Arm, brand: str, channel: str) -> Arm:
    """The scenario in which a brand's campaign lacks a channel, or is not there."""
    brands = []
    for one in arm.resolved["brands"]:
        if one["name"] == brand:
            plan = None if channel == WHOLE else {**one["campaign"], **WITHDRAWN[channel]}
            one = {**one, "campaign": plan}
        brands.append(one)
    return Arm(f"{arm.label}, {brand} without {channel}", {**arm.resolved, "brands": brands}, arm.files, arm.paths)


def panel(spec: PanelStudy, each: Sequence[Panels], lab: Lab) -> dict[str, pd.DataFrame]:
    """Run every world, and lay panels and truth side by side.

    Raises
    ------
    StudyError
        If no world has all its runs.
    """
    numbers = range(spec.replications)
    lab.expected = sum(one.runs for one in each) * spec.replications
    watched = lab.run_pairs([(one.watched, r) for r in numbers for one in each], ("campaign",), ENTRY)
    others = lab.run_pairs([(arm, r) for r in numbers for one in each for arm in one.without.values()], ("campaign",))
    panels, truths = [], []
    for one in each:
        for r in numbers:
            tables = watched.tables(one.watched.label, ("campaign",), [r])
            without = {key: others.tables(arm.label, ("campaign",), [r]) for key, arm in one.without.items()}
            if not tables or not all(without.values()):
                continue
            where = {"scenario": one.label, "replication": r}
            calendar = Calendar.of(one.arm.resolved, spec.by)
            panels.append(_panel(tables[0], one.arm.resolved, calendar).assign(**where))
            truths.append(_truth(tables[0], without, calendar).assign(**where))
    if not panels:
        lab.raise_failures()
    whole, truth = pd.concat(panels, ignore_index=True), pd.concat(truths, ignore_index=True)
    made = {"panel": whole, "truth": truth, "effects": _effects(whole, truth)}
    return {name: table[list(DOCS[name].columns)] for name, table in made.items()}


@dataclass(frozen=True)
class Calendar:
    """Periods of a run: their first dates, and the period of each day."""

    dates: tuple[str, ...]
    period: Array
    ticks_a_day: int

    @classmethod
    def of(cls, resolved: Mapping[str, Any], by: str) -> Calendar:
        """The calendar of a scenario."""
        market = resolved["market"]
        first = datetime.date(YEAR, market["start_month"], 1)
        period = np.arange(market["days"]) // (DAYS_A_WEEK if by == "week" else 1)
        starts = [int(np.flatnonzero(period == p)[0]) for p in range(period[-1] + 1)]
        dates = tuple((first + datetime.timedelta(days=day)).isoformat() for day in starts)
        return cls(dates, period, MINUTES_PER_DAY // market["tick_minutes"])


def _panel(tables: Mapping[str, pd.DataFrame], resolved: Mapping[str, Any], calendar: Calendar) -> pd.DataFrame:
    """The panel of one watched run."""
    regions = tables["regions"]
    brands = [brand["name"] for brand in resolved["brands"]]
    seen = tables["seen"].pivot_table(
        index=["day", "region", "brand"], columns="channel", values="impressions", aggfunc="sum", sort=False
    )
    daily = seen.add_suffix("_impressions").reset_index()
    daily = daily.merge(regions, on="region").merge(_daily_sales(tables["needs"], calendar, ["region"]), how="left")
    daily = daily.fillna({"orders": 0, "revenue_yuan": 0.0})
    for channel, by in PAID.items():
        daily[f"{channel}_spend_yuan"] = _laid_out(daily, tables["spent"], channel, by)
    plans = campaigns(resolved)
    daily["deal"] = [
        _deal(plans.get(brand), day) for brand, day in zip(daily["brand"], daily["day"].tolist(), strict=True)
    ]
    prices = {brand["name"]: brand["price_yuan"] for brand in resolved["brands"]}
    daily["price_yuan"] = daily["brand"].map(prices)
    daily["date"] = [calendar.dates[calendar.period[day]] for day in daily["day"]]
    kept = {"population": "first", "price_yuan": "first", "deal": "mean"}
    summed = [name for name in DOCS["panel"].columns if name.endswith(("impressions", "spend_yuan"))]
    kept |= dict.fromkeys([*summed, "orders", "revenue_yuan"], "sum")
    made: pd.DataFrame = daily.groupby(["date", "region", "brand"], sort=False).agg(kept).reset_index()
    made["orders"] = made["orders"].astype("int64")
    order = {name: place for place, name in enumerate(brands)}
    return made.sort_values(["date", "region"], kind="stable").sort_values(
        "brand", kind="stable", key=lambda own: own.map(order)
    )


def _deal(plan: Mapping[str, float] | None, day: int) -> float:
    if plan is None or not plan["start_day"] <= day < plan["start_day"] + plan["days"]:
        return 0.0
    return float(plan["deal"])


def _daily_sales(needs: pd.DataFrame, calendar: Calendar, by: Sequence[str]) -> pd.DataFrame:
    """Orders and revenue by day and brand, and what else is named."""
    bought = needs[needs["status"] == "bought"].assign(day=lambda own: own["paid_tick"] // calendar.ticks_a_day)
    sales = bought.groupby(["day", "brand", *by], sort=False)["price_fen"].agg(["size", "sum"]).reset_index()
    sales["revenue_yuan"] = sales["sum"] / FEN_PER_YUAN
    sales["day"] = sales["day"].astype("int64")
    return sales.rename(columns={"size": "orders"}).drop(columns="sum")


def _laid_out(daily: pd.DataFrame, spent: pd.DataFrame, channel: str, by: str) -> Array:
    """The spend of a channel on each day, laid on regions by what was seen there, or by their people."""
    own = spent[spent["channel"] == channel]
    paid = daily[["day", "brand"]].merge(own[["day", "brand", "spend_fen"]], how="left")["spend_fen"].to_numpy()
    keys = [daily["day"], daily["brand"]]
    people = daily["population"] / daily.groupby(keys)["population"].transform("sum")
    if not by:
        return np.asarray(paid * people / FEN_PER_YUAN)
    whole = daily.groupby(keys)[by].transform("sum")
    share = np.where(whole > 0, daily[by] / whole.where(whole > 0, 1), people)
    return np.asarray(paid * share / FEN_PER_YUAN)


def _truth(
    tables: Mapping[str, pd.DataFrame], without: Mapping[tuple[str, str], Any], calendar: Calendar
) -> pd.DataFrame:
    """What each withdrawn channel took with it, by period."""
    names = ["orders", "revenue_yuan"]
    whole = _by_period(tables["needs"], calendar)
    frames = []
    for (brand, channel), (other,) in without.items():
        with_it, without_it = (
            own[own["brand"] == brand].set_index("date")[names].reindex(calendar.dates, fill_value=0)
            for own in (whole, _by_period(other["needs"], calendar))
        )
        frames.append((with_it - without_it).reset_index().assign(brand=brand, channel=channel))
    return pd.concat(frames, ignore_index=True)


def _by_period(needs: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    daily = _daily_sales(needs, calendar, [])
    daily["date"] = [calendar.dates[calendar.period[day]] for day in daily["day"]]
    return daily.groupby(["date", "brand"], sort=False)[["orders", "revenue_yuan"]].sum().reset_index()


def _effects(whole: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (scenario, brand, channel), own in truth.groupby(["scenario", "brand", "channel"], sort=False):
        by_world = own.groupby("replication")[["orders", "revenue_yuan"]].sum()
        orders, revenue = (mean_interval(by_world[name].to_numpy()) for name in ("orders", "revenue_yuan"))
        panel_of = whole[(whole["scenario"] == scenario) & (whole["brand"] == brand)]
        paid = [f"{name}_spend_yuan" for name in (PAID if channel == WHOLE else [channel] if channel in PAID else [])]
        spend = float(panel_of[paid].sum().sum()) / by_world.shape[0]
        rows.append(
            (
                scenario, brand, channel, orders.mean, orders.low, orders.high, revenue.mean, revenue.low, revenue.high,
                spend, orders.n,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(DOCS["effects"].columns))
