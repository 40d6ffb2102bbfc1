"""Where orders came from: what first made the buyer aware, on which model, and whether the platform was paid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.quantities import count, percent
from simulator.report.ribbons import Node, Ribbon, ribbons
from simulator.report.sheet import Drawing, Sheet
from simulator.report.style import Theme, faint, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, named, say

PAID, LEAKED, OFFLINE, OPEN, LOST = "paid", "leaked", "offline", "open", "lost"
FATES = (PAID, LEAKED, OFFLINE, OPEN, LOST)
"""What became of a need: paid on the platform, elsewhere after leaving its checkout, elsewhere, not yet, nothing."""
UNKNOWN = ("none", "")
"""Sources of needs that the platform had no part in."""
BAR_ROW = 22
HEAD = 40


@dataclass(frozen=True)
class Flow:
    """Needs of a model that came from a source and met a fate: mean number, and its interval."""

    arm: str
    source: str
    fate: str
    mean: float
    low: float
    high: float


def fate(outlet: str, status: str) -> str:
    """What became of a need that is over or in the making."""
    if status == "bought":
        return {"platform": PAID, "leaked": LEAKED}.get(outlet, OFFLINE)
    return OPEN if status == "chosen" else LOST


@kept
def flows(tables: StudyTables) -> list[Flow]:
    """All flows of the campaign runs; needs that were lost and that the platform had no part in are left out."""
    rows = tables.only("sources", role="campaign")
    found = [
        Flow(str(row["arm"]), "none" if row["source"] in UNKNOWN else str(row["source"]),
             fate(str(row["outlet"]), str(row["status"])), *(float(row[name]) for name in ("mean", "low", "high")))
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return [flow for flow in found if not (flow.fate == LOST and flow.source == "none") and flow.mean > 0]


def _total(found: list[Flow], **wanted: str) -> float:
    return sum(flow.mean for flow in found if all(getattr(flow, name) == value for name, value in wanted.items()))


def answer(tables: StudyTables) -> Answer:
    """By which source most orders on each platform came, and how much was paid elsewhere."""
    found, parts, away = flows(tables), [], []
    for arm in tables.arms:
        paid = [flow for flow in found if flow.arm == arm.name and flow.fate == PAID]
        by_platform = [flow for flow in paid if flow.source != "none"]
        if not by_platform:
            continue
        most = max(by_platform, key=lambda flow: flow.mean)
        share = percent(most.mean / sum(flow.mean for flow in paid))
        told = {"arm": arm.label, "source": source_name(most.source), "value": count(most.mean), "share": share}
        if math.isfinite(most.low):
            ends = say("word.to", low=count(max(most.low, 0.0)), high=count(most.high))
            told["interval"] = f"{say('word.interval', level=f'{100 * tables.level:g}')} {ends}"
        parts.append(say("sources.part" if "interval" in told else "sources.part_one", **told))
        bought = [_total(found, arm=arm.name, fate=name) for name in (PAID, LEAKED, OFFLINE)]
        away.append(say("sources.away_part", arm=arm.label, rate=percent(sum(bought[1:]) / sum(bought))))
    if not parts:
        return Answer(say("sources.none"))
    return answered([say("sources.answer", parts=joined(parts)), say("sources.away", parts=joined(away))])


def source_name(name: str) -> str:
    """What a source is called."""
    return named("source", name)


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """From sources through models to fates; on a phone a bar a source."""
    found = flows(tables)
    if not found:
        return None
    return _bars(tables, found, theme) if theme.narrow else _sankey(tables, found, theme)


def _sankey(tables: StudyTables, found: list[Flow], theme: Theme) -> Drawing:
    colours = {arm.name: tables.styles[arm.name].mark(theme) for arm in tables.arms}
    names = (
        [name for name in _by_size(found) if _total(found, source=name) > 0],
        [arm.name for arm in tables.arms if _total(found, arm=arm.name) > 0],
        [name for name in FATES if _total(found, fate=name) > 0],
    )
    left = [Node(s, _node_label(source_name(s), _total(found, source=s)), theme.muted) for s in names[0]]
    middle = [Node(a, f"<b>{_node_label(tables.label(a), _total(found, arm=a))}</b>", colours[a]) for a in names[1]]
    right = [Node(f, _node_label(named("fate", f), _total(found, fate=f)), theme.muted) for f in names[2]]
    into = [
        Ribbon(source, arm, value, colours[arm], f"{source_name(source)} → {tables.label(arm)}: {count(value)}")
        for source in names[0]
        for arm in names[1]
        if (value := _total(found, source=source, arm=arm)) > 0
    ]
    out = [
        Ribbon(arm, name, value, colours[arm], f"{tables.label(arm)} → {named('fate', name)}: {count(value)}")
        for arm in names[1]
        for name in names[2]
        if (value := _total(found, arm=arm, fate=name)) > 0
    ]
    return ribbons([left, middle, right], [into, out], theme)


def _by_size(found: list[Flow]) -> list[str]:
    """Sources, the largest first, those without a contact last."""
    return sorted({flow.source for flow in found}, key=lambda s: (s == "none", -_total(found, source=s)))


def _node_label(name: str, value: float) -> str:
    return plain(say("sources.node", name=name, value=count(value)))


def _bars(tables: StudyTables, found: list[Flow], theme: Theme) -> Drawing:
    """For each model a bar a source: paid on the platform in full colour, the rest faint."""
    blocks = []
    for arm in tables.arms:
        own = [flow for flow in found if flow.arm == arm.name]
        names = _by_size(own)
        if names:
            blocks.append((arm, own, names))
    total = sum(HEAD + BAR_ROW * 2 * len(names) for *_, names in blocks)
    sheet = Sheet(theme, total + 60, {"l": 12, "r": 16, "t": 0, "b": 52})
    longest = max(_total(own, source=name) for _, own, names in blocks for name in names)
    x = {"range": [0, longest * 1.03], "title": {"text": say("sources.axis")}, "nticks": 4, "tickformat": ","}
    sheet.panel(1, x, {"range": [total, 0], "visible": False})
    top = 0.0
    for arm, own, names in blocks:
        tag = tables.styles[arm.name].tag(theme, arm.label)
        sheet.text(f"<b>{tag}</b>", y=top + HEAD - 14, yref="y", yanchor="middle", bgcolor=theme.background)
        top += HEAD
        for name in names:
            _bar(sheet, own, name, top, tables.styles[arm.name].mark(theme))
            top += 2 * BAR_ROW
    return sheet.drawing()


def _bar(sheet: Sheet, own: list[Flow], name: str, top: float, colour: str) -> None:
    paid, every = _total(own, source=name, fate=PAID), _total(own, source=name)
    text = say("sources.bar", name=source_name(name), value=count(every), paid=count(paid))
    sheet.text(plain(text), y=top + 0.5 * BAR_ROW, yref="y", yanchor="middle", bgcolor=sheet.theme.background)
    for end, shade in ((every, faint(colour, 0.35)), (paid, colour)):
        sheet.trace(1, x=[0, end], y=[top + 1.4 * BAR_ROW] * 2, mode="lines", line={"color": shade, "width": 12})


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Every flow with its interval."""
    frame = pd.DataFrame(
        {
            "arm": tables.label(flow.arm),
            "source": source_name(flow.source),
            "fate": named("fate", flow.fate),
            "mean": flow.mean,
            "low": flow.low,
            "high": flow.high,
        }
        for flow in flows(tables)
    )
    return [DataTable("sources", say("sources.caption"), frame)]


FIGURE = ReportFigure(
    name="sources",
    order=50,
    needs=("sources",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=lambda tables: bool(flows(tables)),
    keyed=nobody,
)
