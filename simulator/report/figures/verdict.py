"""Which model wins, and by how much: the effect of the campaigns on the brands' contribution."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from simulator.report.dots import Dot, Panel, dot_panels
from simulator.report.figure import Card, DataTable, Line, ReportFigure, nobody
from simulator.report.findings import Estimate, Ranking, estimates, ranking, return_on, short, times_ahead, words
from simulator.report.quantities import p_value, quantity
from simulator.report.style import Theme, brief, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, metric, say

PLATFORM = "platform_contribution_yuan"
ROW_LETTERS = 40
"""Letters of a name that fit a row on a phone."""
BY_BRAND = "contribution_yuan"


def answer(tables: StudyTables) -> str:
    """Name the winner, or say that none can be named and why."""
    found = ranking(tables)
    if found is None:
        return say("verdict.no_effect")
    leader = found.leader
    name = tables.label(leader.arm)
    effect = words(tables, tables.headline, leader.mean, leader.low, leader.high, signed=True)
    if not leader.bounded:
        return say("verdict.unknown", arm=name, value=effect.value)
    if found.nearest is None:
        return say("verdict.one_arm", arm=name, value=effect.value, interval=effect.interval)
    parts = []
    if found.tied:
        tied = [tables.label(d.b) for d in found.tied]
        parts.append(say("verdict.tie", arms=listing([name, *tied])))
        parts.append(
            say("verdict.tie_lead", arm=name, value=effect.value, interval=effect.interval, others=listing(tied))
        )
        if found.behind:
            parts.append(say("verdict.behind", others=listing([tables.label(d.b) for d in found.behind])))
    else:
        lead = found.nearest
        gap = words(tables, tables.headline, lead.mean, lead.low, lead.high)
        key = "verdict.wins" if leader.mean >= 0 else "verdict.least"
        parts.append(say(key, arm=name, value=effect.value, interval=effect.interval))
        care = say("verdict.care", p=p_value(lead.p)) if lead.fragile else ""
        names = {"other": tables.label(lead.b), "care": care}
        parts.append(say("verdict.lead", value=gap.value, interval=gap.interval, **names))
    if leader.high < 0:
        parts.append(say("verdict.loses"))
    elif leader.low <= 0:
        parts.append(say("verdict.unsure"))
    return parts[0] + "\n" + " ".join([*parts[1:], *_platform(tables)])


def _platform(tables: StudyTables) -> list[str]:
    """For whom else: which model's own platform gains most from the campaigns."""
    found = ranking(tables, PLATFORM)
    if found is None or found.nearest is None or not found.leader.bounded:
        return []
    leader = found.leader
    value = words(tables, PLATFORM, leader.mean, leader.low, leader.high, signed=True)
    key = "verdict.platform_open" if found.tied else "verdict.platform"
    return [say(key, arm=tables.label(leader.arm), value=value.value, interval=value.interval)]


def cards(tables: StudyTables) -> list[Card]:
    """Lead over the next model, profit of each, return on marketing of each; only what the tables support."""
    found = ranking(tables)
    if found is None:
        return []
    made = [_lead_card(tables, found), _effect_card(tables), _return_card(tables)]
    return [card for card in made if card is not None]


def _lead_card(tables: StudyTables, found: Ranking) -> Card | None:
    lead = found.nearest
    if lead is None:
        return None
    gap = words(tables, tables.headline, lead.mean, lead.low, lead.high, signed=True)
    notes = [say("card.lead_of", a=tables.label(lead.a), b=tables.label(lead.b)), gap.interval]
    if not lead.bounded:
        notes.append(say("word.unknown"))
    else:
        verdict = say("word.separable" if lead.separable else "word.open")
        notes.append(say("card.p", verdict=verdict, p=p_value(lead.p)) if math.isfinite(lead.p) else verdict)
        ahead, n = times_ahead(tables, lead.a, lead.b)
        if n > 1:
            notes.append(say("card.ahead", arm=tables.label(lead.a), k=ahead, n=n))
    others = [d for d in (*found.tied, *found.behind) if d is not lead]
    lines = []
    for other in sorted(others, key=lambda d: d.mean):
        value = quantity(other.mean, other.low, other.high, metric(tables.headline).unit, signed=True)
        ends = value.interval or say("word.one_draw")
        if other.bounded and not other.separable:
            ends += f", {say('word.not_separable')}"
        lines.append(Line(say("card.other", b=tables.label(other.b)), value.value, ends, tables.styles[other.b]))
    return Card(say("card.lead"), gap.value, (), tuple(lines), tuple(notes))


def _effect_card(tables: StudyTables) -> Card:
    found = sorted(estimates(tables, tables.headline, "effect"), key=lambda e: -e.mean)
    lines = []
    for estimate in found:
        value = quantity(estimate.mean, estimate.low, estimate.high, metric(tables.headline).unit, signed=True)
        note = value.interval or say("word.one_draw")
        lines.append(Line(tables.label(estimate.arm), value.value, note, tables.styles[estimate.arm]))
    note = say("card.effect_note", metric=metric(tables.headline).label, ranges=_ranges(tables, found))
    return Card(say("card.effect"), "", (note,), tuple(lines))


def _return_card(tables: StudyTables) -> Card | None:
    found = [return_on(tables, arm.name) for arm in tables.arms] if "effects" in tables else []
    lines = []
    for estimate in sorted(found, key=lambda e: -e.mean if math.isfinite(e.mean) else math.inf):
        label, style = tables.label(estimate.arm), tables.styles[estimate.arm]
        if not math.isfinite(estimate.mean):
            lines.append(Line(label, say("card.no_spend"), "", style))
            continue
        value = quantity(estimate.mean, estimate.low, estimate.high, "yuan per yuan", signed=True)
        lines.append(Line(label, value.value, value.interval or say("word.one_draw"), style))
    note = say("card.return_note", ranges=_ranges(tables, found))
    return Card(say("card.return"), "", (note,), tuple(lines)) if lines else None


def _ranges(tables: StudyTables, found: list[Estimate]) -> str:
    level = say("word.interval", level=f"{100 * tables.level:g}")
    return say("card.ranges", interval=level) if any(estimate.bounded for estimate in found) else ""


def draw(tables: StudyTables, theme: Theme) -> go.Figure | None:
    """One dot and interval a model, best first."""
    dots = []
    for estimate in sorted(estimates(tables, tables.headline, "effect"), key=lambda e: -e.mean):
        name = plain(brief(tables.label(estimate.arm), ROW_LETTERS))
        detail = short(tables, tables.headline, estimate.mean, estimate.low, estimate.high)
        dots.append(Dot(name, detail, estimate.mean, estimate.low, estimate.high, tables.styles[estimate.arm]))
    if not dots:
        return None
    return dot_panels([Panel("", say("verdict.axis"), metric(tables.headline).unit, tuple(dots))], theme)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """The effects on all brands together and on each."""
    rows = tables.only("summary", kind="effect")
    rows = rows.assign(
        arm=rows["arm"].map(tables.label),
        metric=[metric(name).label for name in rows["metric"]],
        unit=[metric(name).unit for name in rows["metric"]],
        key=rows["metric"],
    )
    total = rows[rows["brand"] == ""].drop(columns=["brand", "key", "kind"])
    brands = rows[(rows["brand"] != "") & (rows["key"] == BY_BRAND)].drop(columns=["metric", "key", "kind"])
    return [
        DataTable("effects", say("verdict.caption"), total),
        DataTable("effects_by_brand", say("verdict.brands"), brands),
    ]


FIGURE = ReportFigure(
    name="verdict",
    order=10,
    question=say("verdict.question"),
    how_to_read=say("verdict.how"),
    needs=("summary",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    cards=cards,
    keyed=nobody,
)
