"""What wears off: trust, fatigue, mutes, and how reviews run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from simulator.output.dictionary import WEAR
from simulator.report.curves import CurvePanel, Series, curve_panels
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.sheet import Drawing
from simulator.report.style import PALETTE, ArmStyle, Theme
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, named, say, unit

DRAWN = ("trust", "fatigue", "mutes", "stars")
NOT_FROM_ZERO = ("trust", "stars")
SHOWN_UNITS = {"trust": "", "stars": "", "fatigue": ""}
"""Where the heading says in what it is counted."""


@dataclass(frozen=True)
class Place:
    """A platform of a model, as it is called and drawn."""

    arm: str
    platform: str
    label: str
    style: ArmStyle


@kept
def places(tables: StudyTables) -> list[Place]:
    """Models, or the platforms of one that has several."""
    rows = tables.only("wear", role="campaign")
    found = []
    for arm in tables.arms:
        platforms = list(dict.fromkeys(rows.loc[rows["arm"] == arm.name, "platform"]))
        for platform in platforms:
            several = len(platforms) > 1
            label = say("payment.place", arm=arm.label, platform=named("arm", platform)) if several else arm.label
            style = PALETTE.get(platform, tables.styles[arm.name]) if several else tables.styles[arm.name]
            found.append(Place(arm.name, str(platform), label, style))
    return found


@kept
def _rows(tables: StudyTables, place: Place, measure: str) -> pd.DataFrame:
    rows = tables.only("wear", role="campaign", arm=place.arm, platform=place.platform, measure=measure)
    return rows.sort_values("day")


def answer(tables: StudyTables) -> Answer:
    """How trust and load moved from the first day to the last, on each platform with a feed."""
    trust, mutes = [], []
    for place in places(tables):
        rows = _rows(tables, place, "trust")
        if len(rows) > 1:
            first, last = rows.iloc[0], rows.iloc[-1]
            told = {"arm": place.label, "first": f"{first['median']:.2f}", "last": f"{last['median']:.2f}"}
            band = {"low": f"{last['p5']:.2f}", "high": f"{last['p95']:.2f}"}
            trust.append(say("wear.part" if last["n"] > 1 else "wear.part_one", **told, **band))
        rows = _rows(tables, place, "mutes")
        if len(rows):
            last = rows.iloc[-1]
            told = {"value": f"{last['median']:.0f}", "low": f"{last['p5']:.0f}", "high": f"{last['p95']:.0f}"}
            mutes.append(say("wear.mutes_part" if last["n"] > 1 else "wear.mutes_one", arm=place.label, **told))
    if not trust:
        return answered([say("wear.no_feed"), _stars(tables)])
    day = int(tables["wear"]["day"].max())
    return answered(
        [say("wear.answer", day=day, parts=joined(trust)), say("wear.mutes_so", parts=joined(mutes)), _stars(tables)]
    )


def _stars(tables: StudyTables) -> str:
    """Mean stars of the first and of the last day with a review."""
    parts = []
    for place in places(tables):
        rows = _rows(tables, place, "stars")
        if len(rows) > 1:
            told = {"first": f"{rows['median'].iloc[0]:.1f}", "last": f"{rows['median'].iloc[-1]:.1f}"}
            parts.append(say("wear.stars_part", arm=place.label, **told))
    return say("wear.stars_so", parts=joined(parts)) if parts else ""


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A panel a measure; a line, a band and a label at its end for each platform."""
    panels = []
    for measure in DRAWN:
        series = tuple(
            Series(place.label, place.style, rows)
            for place in places(tables)
            if len(rows := _rows(tables, place, measure)) > 1
        )
        if series:
            panels.append(
                CurvePanel(
                    say(f"wear.{measure}"),
                    SHOWN_UNITS.get(measure, WEAR[measure]),
                    series,
                    measure not in NOT_FROM_ZERO,
                )
            )
    return curve_panels(panels, theme) if panels else None


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Every measure at the end of every day."""
    rows = tables["wear"]
    frame = rows.assign(
        arm=rows["arm"].map(tables.label),
        role=[named("role", name) for name in rows["role"]],
        platform=[named("arm", name) for name in rows["platform"]],
        measure=[say(f"wear.{name}") for name in rows["measure"]],
        unit=[unit(name) for name in rows["unit"]],
    )
    return [DataTable("wear", say("wear.caption"), frame)]


FIGURE = ReportFigure(
    name="wear",
    order=110,
    needs=("wear",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=lambda tables: bool(places(tables)),
    keyed=nobody,
)
