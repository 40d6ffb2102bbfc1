"""How outcomes build up over time: the median of replications and the band that holds the middle 90 %."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from simulator.report.dots import wrapped
from simulator.report.figure import DataTable, ReportFigure, nobody
from simulator.report.quantities import count, scale_for
from simulator.report.scenarios import campaign_days
from simulator.report.sheet import Sheet, axis
from simulator.report.style import NARROW_TAG_LETTERS, SHEET, TAG_LETTERS, Theme, faint, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, metric, say

PANEL = 250
"""Height of the plotting area of one panel, pixels; less where several share a page."""
HEAD = 40
NARROW_HEAD = 58
FOOT = 36
LABEL_GAP = 18
"""Least distance of two labels at line ends, pixels."""
POINTS = 170
"""Points of a curve: an hour each in a week."""
BRANDS = 2
BOUGHT, AWARE = "adopters", "newly_aware"
BAR = 0.03
"""Height of the bar of a campaign, share of a panel."""
MARKERS = 8
"""Markers along a line: enough to tell lines apart without colour."""


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
    stored = set(tables["spread"]["measure"])
    brands = tables.brands("spread", BRANDS)
    found = [Curve(BOUGHT, brand) for brand in brands if BOUGHT in stored]
    return found + [Curve(AWARE, brand) for brand in brands[:1] if AWARE in stored]


def _last(tables: StudyTables, curve: Curve) -> pd.DataFrame:
    """The last day of every arm, indexed by arm, in the order of the arms."""
    rows = curve.rows(tables).groupby("arm").last()
    return rows.loc[[arm.name for arm in tables.arms if arm.name in rows.index]]


def answer(tables: StudyTables) -> str:
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
    sentence = say("spread.answer", metric=curve.heading, day=f"{day:g}", parts="; ".join(parts))
    if one:
        return f"{sentence}\n{say('spread.one')}"
    if len(rows) < 2:
        return sentence
    overlapping = [
        f"{tables.label(str(a))} {say('word.and')} {tables.label(str(b))}"
        for a, b in itertools.combinations(rows.index, 2)
        if rows.loc[a, "p5"] <= rows.loc[b, "p95"] and rows.loc[b, "p5"] <= rows.loc[a, "p95"]
    ]
    more = say("spread.overlap", pairs=listing(overlapping)) if overlapping else say("spread.apart")
    return f"{sentence}\n{more}"


def _with_unit(value: float, name: str) -> str:
    return f"{count(value)} {metric(name).unit}".strip()


def draw(tables: StudyTables, theme: Theme) -> go.Figure | None:
    """A panel an outcome; a line, a band and a label at its end for each model."""
    shown = curves(tables)
    if not shown:
        return None
    head = NARROW_HEAD if theme.narrow else HEAD
    tall = min(PANEL, (SHEET - 24) // len(shown) - HEAD - FOOT)
    each = head + tall + FOOT
    total = each * len(shown)
    sheet = Sheet(theme, total + 24, {"l": 60, "r": _margin(tables, theme), "t": 4, "b": 20})
    for number, curve in enumerate(shown, start=1):
        top = (number - 1) * each
        domain = (1 - (top + head + tall) / total, 1 - (top + head) / total)
        _panel(sheet, tables, number, curve, domain, tall)
        heading = f"<b>{wrapped(curve.heading, theme)}</b>"
        sheet.text(heading, xshift=-52, y=domain[1], yref="paper", yanchor="bottom", yshift=8)
    return sheet.figure()


def _margin(tables: StudyTables, theme: Theme) -> int:
    """Room for the labels at line ends, pixels."""
    most = NARROW_TAG_LETTERS if theme.narrow else TAG_LETTERS
    return 36 + 8 * max((min(len(tables.label(arm.name)), most) for arm in tables.arms), default=0)


def _panel(
    sheet: Sheet, tables: StudyTables, number: int, curve: Curve, domain: tuple[float, float], tall: int
) -> None:
    rows = curve.rows(tables)
    scale = scale_for([float(rows["p95"].max()), float(rows["median"].max())], metric(curve.measure).unit)
    top = max(float(rows[["median", "p95"]].max().max()) / scale.factor, 1e-9) * 1.06
    low = min(0.0, float(rows[["median", "p5"]].min().min()) / scale.factor * 1.06)
    x = {
        "title": {"text": say("spread.axis") if domain[0] * len(curves(tables)) < 0.5 else ""},
        "showgrid": False,
        "range": [min(0.0, float(rows["day"].min())), float(rows["day"].max())],
    }
    y = {"domain": list(domain), "range": [low, top], "nticks": 5, "tickformat": ","}
    sheet.panel(number, x, y)
    _mark_campaign(sheet, tables, number, curve.brand)
    ends = {}
    for place, arm in enumerate(tables.arms):
        mine = rows[rows["arm"] == arm.name]
        if len(mine):
            _line(sheet, tables, number, place, arm.name, mine, scale.factor)
            ends[arm.name] = float(mine["median"].iloc[-1]) / scale.factor
    for name, at in apart(ends, (top - low) * LABEL_GAP / tall, low, top).items():
        label = tables.styles[name].tag(sheet.theme, tables.label(name))
        sheet.text(label, x=1, xshift=10, y=at, yref=axis("y", number), yanchor="middle")


def _mark_campaign(sheet: Sheet, tables: StudyTables, number: int, brand: str) -> None:
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


def _line(
    sheet: Sheet, tables: StudyTables, number: int, place: int, arm: str, rows: pd.DataFrame, factor: float
) -> None:
    style = tables.styles[arm]
    colour = style.mark(sheet.theme)
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), POINTS)).round().astype(int))]
    day = rows["day"].to_numpy(float)
    median, p5, p95 = (rows[column].to_numpy(float) / factor for column in ("median", "p5", "p95"))
    around = {"x": np.concatenate([day, day[::-1]]), "y": np.concatenate([p95, p5[::-1]])}
    sheet.trace(number, mode="lines", line={"width": 0}, fill="toself", fillcolor=faint(colour, 0.16), **around)
    line = {"color": colour, "width": 2.5, "dash": style.dash}
    hover = "%{y:,.3~r}<extra>" + plain(tables.label(arm)) + "</extra>"
    sheet.trace(number, x=day, y=median, mode="lines", line=line, hovertemplate=hover)
    every = -(-len(day) // MARKERS)
    picked = sorted({*range((place * every) // 3 + every // 2, len(day), every), len(day) - 1})
    marker = {"symbol": style.marker, "size": 9, "color": colour, "line": {"color": sheet.theme.background, "width": 1}}
    sheet.trace(number, x=day[picked], y=median[picked], mode="markers", marker=marker, cliponaxis=False)


def apart(ends: dict[str, float], gap: float, low: float, high: float) -> dict[str, float]:
    """Label positions near `ends`, at least `gap` from each other, inside `low` to `high`, in the order of `ends`."""
    names = sorted(ends, key=lambda name: ends[name])
    placed: list[float] = []
    for name in names:
        placed.append(max(ends[name], placed[-1] + gap if placed else low))
    ceiling = high
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return dict(zip(names, placed, strict=True))


def alternatives(tables: StudyTables) -> list[DataTable]:
    """The curves at the end of each day."""
    rows = tables["spread"]
    within = ["arm", "role", "brand", "measure"]
    rows = rows.sort_values("day").assign(whole=lambda frame: np.ceil(frame["day"].round(6)))
    rows = rows.groupby([*within, "whole"], sort=True).tail(1).sort_values([*within, "day"]).drop(columns="whole")
    frame = rows.assign(
        arm=rows["arm"].map(tables.label),
        measure=[metric(name).label for name in rows["measure"]],
        unit=[metric(name).unit for name in rows["measure"]],
    )
    return [DataTable("over_time", say("spread.caption"), frame)]


FIGURE = ReportFigure(
    name="spread",
    order=30,
    question=say("spread.question"),
    how_to_read=say("spread.how"),
    needs=("spread",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
