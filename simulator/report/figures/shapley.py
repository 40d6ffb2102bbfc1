"""What each affordance earns: the difference of two scenarios shared out among what differs between them."""

from __future__ import annotations

import math

import pandas as pd

from simulator.report.dots import Dot, Panel, dot_panels, fitting
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.findings import Outcome, outcome
from simulator.report.quantities import Quantity, quantity
from simulator.report.sheet import Drawing
from simulator.report.style import ArmStyle, Theme, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import affordance, human, joined, listing, named, say

ALL = "all together"
STYLE = ArmStyle("#0072B2", "solid", "circle")
TOLD = 3
"""Players named in the answer."""


def outcomes(tables: StudyTables) -> list[str]:
    """The outcomes that were shared out, as the tables call them."""
    return list(dict.fromkeys(tables["decompose.values"]["outcome"]))


@kept
def shares(tables: StudyTables, label: str) -> pd.DataFrame:
    """Shapley values of one outcome, largest first, the whole difference last."""
    rows = tables.only("decompose.values", outcome=label, value="shapley")
    own = rows[rows["player"] != ALL]
    own = own.reindex(own["mean"].abs().sort_values(ascending=False, kind="stable").index)
    return pd.concat([own, rows[rows["player"] == ALL]], ignore_index=True)


def player_name(name: str) -> str:
    """What a player is called: an affordance, or a group with a name of its own."""
    return say("shapley.all") if name == ALL else human(affordance(name))


def ends(tables: StudyTables) -> tuple[str, str]:
    """From which scenario, and to which."""
    study = tables.of_kind("decompose")
    names = list(study.asked.get("scenarios", ())) if study is not None else []
    a, b = (str(name).rsplit("/", 1)[-1].removesuffix(".yaml") for name in (*names, "", "")[:2])
    return tables.label(a), tables.label(b)


def _put(row: pd.Series, what: Outcome) -> Quantity:
    return quantity(float(row["mean"]), float(row["low"]), float(row["high"]), what.unit, signed=True)


def answer(tables: StudyTables) -> Answer:
    """By how much the scenarios differ, which affordances carry most of it, and which cannot be told from nothing."""
    label = outcomes(tables)[0]
    what, rows = outcome(label), shares(tables, label)
    whole, own = rows.iloc[-1], rows.iloc[:-1]
    value = _put(whole, what)
    a, b = ends(tables)
    interval = say("word.interval", level=f"{100 * tables.level:g}") + f" {value.interval}" if value.interval else ""
    told = {"a": a, "b": b, "metric": what.label, "value": value.value, "interval": interval or say("word.one_draw")}
    parts = []
    for _, row in own.head(TOLD).iterrows():
        found = _put(row, what)
        name = affordance(str(row["player"]))
        parts.append(say("shapley.part", player=name, value=found.value, ends=found.ends or say("word.one_draw")))
    open_ones = [affordance(str(row["player"])) for _, row in own.iterrows() if row["low"] <= 0 <= row["high"]]
    more = [say("shapley.most", parts=joined(parts))]
    if open_ones:
        more.append(say("shapley.open", players=listing(open_ones)))
    return answered([say("shapley.answer", **told), *more])


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A dot and interval for each player, the whole difference last; as many outcomes as fit a page."""
    panels = []
    for label in outcomes(tables):
        what = outcome(label)
        dots = [_dot(row, what) for _, row in shares(tables, label).iterrows()]
        panels.append(Panel(what.label, say("shapley.axis"), what.unit, tuple(dots)))
    return dot_panels(fitting(panels), theme)


def _dot(row: pd.Series, what: Outcome) -> Dot:
    found = _put(row, what)
    known = math.isfinite(row["low"]) and not row["low"] <= 0 <= row["high"]
    detail = f"<b>{found.value}</b> ({found.ends or say('word.one_draw')})"
    text = plain(player_name(str(row["player"])))
    text = f"<b>{text}</b>" if row["player"] == ALL else text
    return Dot(text, detail, float(row["mean"]), float(row["low"]), float(row["high"]), STYLE if known else None)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All values of all players."""
    rows = tables["decompose.values"]
    frame = rows.assign(
        player=[player_name(str(name)) for name in rows["player"]],
        outcome=[outcome(str(name)).label for name in rows["outcome"]],
        value=[named("share", str(name)) for name in rows["value"]],
    )
    return [DataTable("shapley", say("shapley.caption"), frame)]


FIGURE = ReportFigure(
    name="shapley",
    order=102,
    needs=("decompose.values",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
