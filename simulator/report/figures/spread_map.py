"""How word gets about among linked people: a map of a small sample, day by day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.springs import springs
from simulator.report.style import ArmStyle, Theme, faint, plain
from simulator.report.tables import Arm, StudyTables, kept
from simulator.report.text import joined, named, say
from simulator.types import Array

ACROSS = 3
"""Maps side by side."""
SIDE, HEAD, GAP, LEGEND = 290, 62, 12, 30
PEOPLE = ("friend", "seller", "opinion_leader", "trending")
"""Sources that are other people's posts."""
TOLD_ORDER = ("unaware", "aware", "bought")


@dataclass(frozen=True)
class Map:
    """The sample of a model: places, ties between them, and the days on which each knew and bought."""

    arm: Arm
    users: Array
    place: Array
    one: Array
    other: Array
    aware: Array
    bought: Array
    source: Array

    def state(self, day: float) -> Array:
        """0 for those who do not know the offer at the end of a day, 1 who do, 2 who have bought; int64 (m,)."""
        known = np.nan_to_num(self.aware, nan=math.inf) <= day
        return np.where(np.nan_to_num(self.bought, nan=math.inf) <= day, 2, known.astype(np.int64))


@kept
def brand(tables: StudyTables) -> str:
    """The brand that is followed: of those with a campaign the one most bought in the samples."""
    rows = tables["sample"]
    bought = rows.groupby("brand")["bought_day"].count()
    among = [name for name in tables.campaigning if name in bought.index] or list(bought.index)
    return str(max(among, key=lambda name: int(bought[name])))


@kept
def days(tables: StudyTables) -> int:
    """Days of the run, as the sample tells."""
    horizon = [float((scenario.get("market") or {}).get("days") or 0) for scenario in tables.scenarios.values()]
    rows = tables["sample"]
    return max(1, math.ceil(max([*horizon, float(np.nan_to_num(rows["aware_day"]).max(initial=0.0))])))


@kept
def maps(tables: StudyTables) -> list[Map]:
    """The sample of every model, laid out once."""
    by_arm = [
        (arm, tables.only("sample", arm=arm.name, brand=brand(tables)).sort_values("user")) for arm in tables.arms
    ]
    return [_map(tables, arm, rows) for arm, rows in by_arm if len(rows)]


def _map(tables: StudyTables, arm: Arm, rows: pd.DataFrame) -> Map:
    users = rows["user"].to_numpy(np.int64)
    ties = tables.only("sample_ties", arm=arm.name)
    one, other = (np.searchsorted(users, ties[name].to_numpy(np.int64)) for name in ("author", "reader"))
    pairs = np.unique(np.column_stack([np.minimum(one, other), np.maximum(one, other)]), axis=0)
    place = springs(len(users), pairs[:, 0], pairs[:, 1])
    aware, bought = (rows[name].to_numpy(float) for name in ("aware_day", "bought_day"))
    return Map(arm, users, place, pairs[:, 0], pairs[:, 1], aware, bought, rows["source"].to_numpy(str))


def answer(tables: StudyTables) -> Answer:
    """How many of the sample knew the offer at the end, how many of them by other people, and how many bought."""
    last, parts, ties = days(tables), [], []
    for one in maps(tables):
        state = one.state(last)
        told = np.isin(one.source, PEOPLE) & (state > 0)
        numbers = {"n": len(state), "aware": int((state > 0).sum()), "bought": int((state == 2).sum())}
        parts.append(say("spread_map.part", arm=one.arm.label, told=int(told.sum()), **numbers))
        if not len(one.one):
            ties.append(say("spread_map.unlinked", arm=one.arm.label))
    line = say("spread_map.answer", brand=brand(tables), day=last, parts=joined(parts))
    return answered([line, say("spread_map.one"), *ties])


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A map a model; the page moves the day, a picture shows the last one."""
    shown = maps(tables)
    if not shown:
        return None
    across = 1 if theme.narrow else min(ACROSS, len(shown))
    lines = -(-len(shown) // across)
    each = HEAD + SIDE + GAP
    height = LEGEND + each * lines
    sheet = Sheet(theme, height, {"l": 8, "r": 8, "t": 0, "b": 0})
    _legend(sheet, height)
    last, panels = days(tables), []
    for number, one in enumerate(shown, start=1):
        line, column = divmod(number - 1, across)
        top = LEGEND + line * each + HEAD
        up = [1 - (top + SIDE) / height, 1 - top / height]
        side = [(column + 0.03) / across, (column + 0.97) / across]
        hidden = {"visible": False, "range": [-1.08, 1.08]}
        sheet.panel(number, {**hidden, "domain": side}, {**hidden, "domain": up})
        style, state = tables.styles[one.arm.name], one.state(last)
        text = _heading(one, style, theme, int((state > 0).sum()), int((state == 2).sum()))
        at = {"xref": axis("x", number) + " domain", "yref": axis("y", number) + " domain"}
        annotation = sheet.text(text, y=1, yanchor="bottom", yshift=4, **at)
        trace = _draw_map(sheet, number, one, last, style)
        template = _heading(one, style, theme, "{aware}", "{bought}")
        panels.append({"trace": trace, "annotation": annotation, "text": template})
    sheet.meta({"days": last, "panels": panels})
    return sheet.drawing()


def _looks(style: ArmStyle, theme: Theme) -> list[dict[str, Any]]:
    """How those who do not know, know, and have bought are drawn."""
    colour = style.mark(theme)
    return [
        {"color": theme.background, "size": 6, "symbol": "circle", "edge": theme.muted},
        {"color": colour, "size": 8, "symbol": "circle", "edge": colour},
        {"color": colour, "size": 13, "symbol": "star", "edge": theme.ink},
    ]


def _legend(sheet: Sheet, height: int) -> None:
    theme = sheet.theme
    marks = ("○", "●", "★")
    words = [f"{mark} {plain(say(f'spread_map.{name}'))}" for mark, name in zip(marks, TOLD_ORDER, strict=True)]
    sheet.text("   ".join(words), y=1, yref="paper", yanchor="top", yshift=-6, font={"color": theme.muted})


def _heading(one: Map, style: ArmStyle, theme: Theme, aware: object, bought: object) -> str:
    """Name of a map, and how many know the offer and have bought."""
    counts = plain(say("spread_map.counts", n=len(one.users), aware=aware, bought=bought))
    return f"<b>{style.tag(theme, one.arm.label)}</b><br>{counts}"


def _draw_map(sheet: Sheet, number: int, one: Map, day: float, style: ArmStyle) -> int:
    """Ties as lines, people as markers; the number of the people's trace."""
    ends = np.full((len(one.one), 3), np.nan + 0j)
    ends[:, 0], ends[:, 1] = one.place[one.one], one.place[one.other]
    flat = ends.ravel()
    line = {"color": faint(sheet.theme.muted, 0.28), "width": 0.7}
    sheet.trace(number, x=flat.real, y=flat.imag, mode="lines", line=line)
    looks, state = _looks(style, sheet.theme), one.state(day)
    marker = {name: [looks[s][name] for s in state] for name in ("color", "size", "symbol")} | {
        "line": {"color": [looks[s]["edge"] for s in state], "width": 1},
        "opacity": 1,
    }
    since = [[None if math.isnan(v) else round(v, 2) for v in pair] for pair in zip(one.aware, one.bought, strict=True)]
    return sheet.trace(
        number, x=one.place.real, y=one.place.imag, mode="markers", marker=marker,
        meta={"looks": looks, "since": since}, hovertemplate=f"{plain(one.arm.label)}<extra></extra>",
    )  # fmt: skip


def alternatives(tables: StudyTables) -> list[DataTable]:
    """The people of the samples, and how many knew and had bought at the end of each day."""
    rows = tables["sample"]
    by_day = pd.DataFrame(
        {
            "arm": one.arm.label,
            "day": day,
            "aware_people": int((one.state(day) > 0).sum()),
            "buyers": int((one.state(day) == 2).sum()),
        }
        for one in maps(tables)
        for day in range(days(tables) + 1)
    )
    rows = rows[rows["brand"] == brand(tables)]
    people = rows.assign(arm=rows["arm"].map(tables.label))
    if "source" in people:
        people["source"] = [named("source", name) for name in people["source"]]
    return [
        DataTable("map_by_day", say("spread_map.caption_days"), by_day),
        DataTable("map_people", say("spread_map.caption_people"), people),
    ]


FIGURE = ReportFigure(
    name="spread_map",
    order=120,
    needs=("sample", "sample_ties"),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=lambda tables: len(tables["sample"]) > 0,
    keyed=nobody,
    over_days=True,
)
