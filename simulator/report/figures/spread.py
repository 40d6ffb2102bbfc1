"""How outcomes build up over time: the median of replications and the band that holds the middle 90 %."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from simulator.report.curves import CurvePanel, Series, curve_panels
from simulator.report.figure import Answer, DataTable, ReportFigure, nobody
from simulator.report.quantities import NBSP, count
from simulator.report.scenarios import campaign_days
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.style import Theme
from simulator.report.tables import StudyTables
from simulator.report.text import joined, listing, metric, named, say, unit

BRANDS = 2
BOUGHT, AWARE = "adopters", "newly_aware"
BAR = 0.03
"""Height of the bar of a campaign, share of a panel."""


@dataclass(frozen=True)
class Curve:
    """What a panel shows: a measure of a brand (empty: of the market) with its campaigns."""

    measure: str
    brand: str

    @property
    def heading(self) -> str:
        """Name for readers."""
        label = metric(self.measure).label
        return say("spread.heading", metric=label, brand=self.brand) if self.brand else label

    def rows(self, tables: StudyTables) -> pd.DataFrame:
        """All arms, by day."""
        return tables.only("spread", role="campaign", measure=self.measure, brand=self.brand).sort_values("day")


def curves(tables: StudyTables) -> list[Curve]:
    """What is drawn: who has bought the first campaigning brands, and who learnt of the very first."""
    stored = set(tables["spread"]["measure"].unique())
    brands = tables.brands("spread", BRANDS)
    found = [Curve(BOUGHT, brand) for brand in brands if BOUGHT in stored]
    return found + [Curve(AWARE, brand) for brand in brands[:1] if AWARE in stored]


def _last(tables: StudyTables, curve: Curve) -> pd.DataFrame:
    """The last day of every arm, indexed by arm, in the order of the arms."""
    rows = curve.rows(tables).groupby("arm").last()
    return rows.loc[[arm.name for arm in tables.arms if arm.name in rows.index]]


def answer(tables: StudyTables) -> Answer:
    """Where every model stands on the last day, and whether the bands overlap there."""
    curve = curves(tables)[0]
    name = curve.measure
    rows = _last(tables, curve)
    one = tables.replications < 2
    parts = []
    for arm, row in rows.sort_values("median", ascending=False).iterrows():
        value = _with_unit(row["median"], name)
        numbers = {"arm": tables.label(str(arm)), "value": value, "low": count(row["p5"]), "high": count(row["p95"])}
        parts.append(say("spread.part_one" if one else "spread.part", **numbers))
    day = round(float(rows["day"].max()), 1)
    sentence = say("spread.answer", metric=curve.heading, day=f"{day:g}", parts=joined(parts))
    if one:
        return Answer(sentence, say("spread.one"))
    if len(rows) < 2:
        return Answer(sentence)
    overlapping = [
        say("word.pair", a=tables.label(str(a)), b=tables.label(str(b)))
        for a, b in itertools.combinations(rows.index, 2)
        if rows.loc[a, "p5"] <= rows.loc[b, "p95"] and rows.loc[b, "p5"] <= rows.loc[a, "p95"]
    ]
    more = say("spread.overlap", pairs=listing(overlapping)) if overlapping else say("spread.apart")
    return Answer(sentence, more)


def _with_unit(value: float, name: str) -> str:
    return f"{count(value)}{NBSP}{unit(metric(name).unit)}".strip()


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A panel an outcome; a line, a band and a label at its end for each model."""
    shown = curves(tables)
    return curve_panels([_panel(tables, curve) for curve in shown], theme) if shown else None


def _panel(tables: StudyTables, curve: Curve) -> CurvePanel:
    rows = curve.rows(tables)
    series = tuple(
        Series(arm.label, tables.styles[arm.name], rows[rows["arm"] == arm.name])
        for arm in tables.arms
        if (rows["arm"] == arm.name).any()
    )
    unit = metric(curve.measure).unit
    return CurvePanel(curve.heading, unit, series, mark=partial(_mark_campaign, tables, curve.brand))


def _mark_campaign(tables: StudyTables, brand: str, sheet: Sheet, number: int) -> None:
    """Shade the days of the brand's campaign; where they differ, a bar a model above the lines instead."""
    found = campaign_days(tables, brand)
    place = {"xref": axis("x", number), "yref": axis("y", number) + " domain"}
    if len(set(found.values())) == 1 and len(found) == len(tables.arms):
        start, end = next(iter(found.values()))
        sheet.band(sheet.theme.surface, x0=start, x1=end, y0=0, y1=1, **place)
        sheet.text(
            say("spread.campaign"), x=start, xshift=4, y=1, yanchor="top", font={"color": sheet.theme.muted}, **place
        )
        return
    for row, (arm, (start, end)) in enumerate(found.items()):
        colour = tables.styles[arm].mark(sheet.theme)
        top = 1 - row * BAR
        sheet.band(colour, x0=start, x1=end, y0=top - 0.6 * BAR, y1=top, **place)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """The curves at the end of each day."""
    rows = tables["spread"]
    within = ["arm", "role", "brand", "measure"]
    rows = rows.sort_values("day").assign(whole=lambda frame: np.ceil(frame["day"].round(6)))
    rows = rows.groupby([*within, "whole"], sort=True).tail(1).sort_values([*within, "day"]).drop(columns="whole")
    frame = rows.assign(
        arm=rows["arm"].map(tables.label),
        measure=[metric(name).label for name in rows["measure"]],
        role=[named("role", name) for name in rows["role"]],
        unit=[unit(metric(name).unit) for name in rows["measure"]],
    )
    return [DataTable("over_time", say("spread.caption"), frame)]


FIGURE = ReportFigure(
    name="spread",
    order=30,
    needs=("spread",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
