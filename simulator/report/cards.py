"""The three cards beside the verdict: how far the leader leads, what campaigns added, and what a yuan brought."""

from __future__ import annotations

import math

from simulator.report.figure import Card, Line
from simulator.report.findings import Estimate, Ranking, estimates, ranking, return_on, times_ahead, words
from simulator.report.quantities import p_value, percent, quantity
from simulator.report.scenarios import budget
from simulator.report.tables import StudyTables
from simulator.report.text import joined, metric, say

ALL, RIVALS, SPEND = "contribution_yuan", "contribution_rivals_yuan", "marketing_spend_yuan"


def cards(tables: StudyTables) -> list[Card]:
    """What stands beside the verdict; only what the tables support."""
    found = ranking(tables)
    if found is None:
        return []
    made = [_lead_card(tables, found), _value_card(tables)]
    if tables.kind == "effect":
        made.append(_return_card(tables))
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
        ends = [value.interval or say("word.one_draw")]
        if other.bounded and not other.separable:
            ends.append(say("word.not_separable"))
        note = say("word.comma").join(ends)
        lines.append(Line(say("card.other", b=tables.label(other.b)), value.value, note, tables.styles[other.b]))
    return Card(say(f"card.lead_{tables.kind}"), gap.value, (), tuple(lines), tuple(notes))


def _value_card(tables: StudyTables) -> Card | None:
    """What campaigns added to the brands that ran them, and took from others; levels where there are none."""
    found = sorted(estimates(tables, tables.headline, tables.kind), key=lambda e: -e.mean)
    rivals = {e.arm: e for e in estimates(tables, RIVALS, tables.kind)} if tables.kind == "effect" else {}
    lines = []
    for estimate in found:
        value = quantity(estimate.mean, estimate.low, estimate.high, "yuan", signed=tables.kind == "effect")
        notes = [value.interval or say("word.one_draw")]
        if estimate.arm in rivals:
            taken = quantity(rivals[estimate.arm].mean, math.nan, math.nan, "yuan", signed=True)
            notes.append(say("card.rivals", value=taken.value))
        lines.append(Line(tables.label(estimate.arm), value.value, joined(notes), tables.styles[estimate.arm]))
    if not lines:
        return None
    note = say(f"card.{tables.kind}_note", metric=metric(tables.headline).label, ranges=_ranges(tables, found))
    return Card(say(f"card.{tables.kind}"), "", (note,), tuple(lines))


def _return_card(tables: StudyTables) -> Card | None:
    """What a yuan of marketing brought, and how much of the budget was spent."""
    found = [return_on(tables, arm.name) for arm in tables.arms] if "effects" in tables else []
    spent = {estimate.arm: estimate.mean for estimate in estimates(tables, SPEND, "level")}
    lines = []
    for estimate in sorted(found, key=lambda e: -e.mean if math.isfinite(e.mean) else math.inf):
        label, style = tables.label(estimate.arm), tables.styles[estimate.arm]
        if not math.isfinite(estimate.mean):
            lines.append(Line(label, say("card.no_spend"), "", style))
            continue
        value = quantity(estimate.mean, estimate.low, estimate.high, "yuan per yuan", signed=True)
        notes = [
            value.interval or say("word.one_draw"),
            _spend(tables, estimate.arm, spent.get(estimate.arm, math.nan)),
        ]
        lines.append(Line(label, value.value, joined([note for note in notes if note]), style))
    note = say("card.return_note", ranges=_ranges(tables, found))
    return Card(say("card.return"), "", (note,), tuple(lines)) if lines else None


def _spend(tables: StudyTables, arm: str, spent: float) -> str:
    planned = budget(tables, arm)
    if not math.isfinite(spent):
        return ""
    value = quantity(spent, math.nan, math.nan, "yuan").value
    if planned <= 0:
        return say("card.spent", value=value)
    total = quantity(planned, math.nan, math.nan, "yuan").value
    return say("card.budget", value=value, budget=total, rate=percent(spent / planned))


def _ranges(tables: StudyTables, found: list[Estimate]) -> str:
    level = say("word.interval", level=f"{100 * tables.level:g}")
    return say("card.ranges", interval=level) if any(estimate.bounded for estimate in found) else ""
