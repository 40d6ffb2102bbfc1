"""How wrong the dashboard is: what campaigns truly added, beside what methods that see one world would say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from simulator.report.dots import Dot, Panel, dot_panels, fitting
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.quantities import count, quantity
from simulator.report.sheet import Drawing
from simulator.report.style import ArmStyle, Theme, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, named, say

TRUTH = ArmStyle("#009E73", "solid", "diamond")
NAIVE = ArmStyle("#D55E00", "dash", "square")
MOST = 4
"""Campaigns told in the answer."""


@dataclass(frozen=True)
class Campaign:
    """What a brand's campaign on a model added, and what each naive method says, in orders."""

    scenario: str
    brand: str
    truth: pd.Series
    gross: float
    naive: pd.DataFrame


def _of_all_added(tables: StudyTables) -> pd.DataFrame:
    """The methods that mean to estimate all that a campaign added; experiments within a run mean its messages."""
    naive = tables["attribution.naive"]
    return naive[naive["against"] == "incremental"]


@kept
def campaigns(tables: StudyTables) -> list[Campaign]:
    """All campaigns of the study."""
    truth, naive = tables["attribution.truth"], _of_all_added(tables)
    found = []
    for (scenario, brand), own in truth.groupby(["scenario", "brand"], sort=False):
        by = own.set_index("measure")
        said = naive[(naive["scenario"] == scenario) & (naive["brand"] == brand) & naive["mean"].notna()]
        gross = float(by["mean"].get("gross", math.nan))
        found.append(Campaign(str(scenario), str(brand), by.loc["incremental"], gross, said))
    return found


def answer(tables: StudyTables) -> Answer:
    """For each campaign the truth, and how far the furthest method is from it."""
    parts, worst = [], []
    for one in campaigns(tables):
        value = f"{count(float(one.truth['mean']))}"
        told = {"brand": one.brand, "arm": tables.label(one.scenario), "value": value, "gross": count(one.gross)}
        ends = say("word.one_draw")
        if math.isfinite(one.truth["low"]):
            ends = say("word.to", low=count(float(one.truth["low"])), high=count(float(one.truth["high"])))
        parts.append(say("attribution.part", ends=ends, **told))
        if len(one.naive) and one.truth["mean"] > 0:
            row = one.naive.loc[one.naive["bias"].abs().idxmax()]
            times = f"{row['mean'] / one.truth['mean']:.1f}"
            method = named("method", str(row["method"]))
            far = {"brand": one.brand, "arm": tables.label(one.scenario), "times": times}
            worst.append((abs(row["bias"]), say("attribution.worst", method=method, value=count(row["mean"]), **far)))
    level = f"{100 * tables.level:g}"
    line = say("attribution.answer", parts=joined(parts[:MOST]), level=level)
    return answered([line, max(worst)[1] if worst else "", _right(tables)])


def _right(tables: StudyTables) -> str:
    """How many estimates cannot be told from the truth."""
    rows = _of_all_added(tables)
    known = rows[rows["bias_low"].notna()]
    inside = int(((known["bias_low"] <= 0) & (known["bias_high"] >= 0)).sum())
    return say("attribution.right", k=inside, n=len(known)) if len(known) else ""


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A panel a campaign: the truth first, then every method."""
    panels = []
    for one in campaigns(tables):
        dots = [_dot(say("attribution.truth"), one.truth, TRUTH)]
        dots += [_dot(named("method", str(row["method"])), row, NAIVE) for _, row in one.naive.iterrows()]
        heading = say("attribution.heading", brand=one.brand, arm=tables.label(one.scenario))
        panels.append(Panel(heading, say("attribution.axis"), "orders", tuple(dots)))
    return dot_panels(fitting(panels), theme) if panels else None


def _dot(name: str, row: pd.Series, style: ArmStyle) -> Dot:
    mean, low, high = (float(row[column]) for column in ("mean", "low", "high"))
    found = quantity(mean, low, high, "orders")
    return Dot(plain(name), f"<b>{found.value}</b> ({found.ends or say('word.one_draw')})", mean, low, high, style)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Every fate of needs, and every method with its bias."""
    truth, naive = tables["attribution.truth"], tables["attribution.naive"]
    first = truth.assign(
        scenario=truth["scenario"].map(tables.label), measure=[named("flow", str(name)) for name in truth["measure"]]
    )
    second = naive.assign(
        scenario=naive["scenario"].map(tables.label),
        method=[named("method", str(name)) for name in naive["method"]],
        against=[named("flow", str(name)) for name in naive["against"]],
    )
    return [
        DataTable("attribution_truth", say("attribution.caption_truth"), first),
        DataTable("attribution_naive", say("attribution.caption_naive"), second),
    ]


FIGURE = ReportFigure(
    name="attribution",
    order=95,
    needs=("attribution.truth", "attribution.naive"),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
