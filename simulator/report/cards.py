"""The cards beside the verdict: lead, effects, return, rivals, levels and spend."""

from __future__ import annotations

import math

from simulator.report.figure import Card, Line
from simulator.report.findings import Estimate, Ranking, estimates, ranking, return_on, times_ahead, words
from simulator.report.quantities import Quantity, p_value, percent, quantity
from simulator.report.scenarios import budget
from simulator.report.tables import StudyTables
from simulator.report.text import metric, say

ALL, RIVALS, SPEND = "contribution_yuan", "contribution_rivals_yuan", "marketing_spend_yuan"


def cards(tables: StudyTables) -> list[Card]:
    """What stands beside the verdict; only what the tables support."""
    found = ranking(tables)
    if found is None:
        return []
    made = [_lead_card(tables, found)]
    if tables.kind == "effect":
        made += [
            _effect_card(tables),
            _all_card(tables),
            _level_card(tables),
            _spend_card(tables),
            _return_card(tables),
        ]
    else:
        made.append(_level_card(tables))
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
    return Card(say(f"card.lead_{tables.kind}"), gap.value, (), tuple(lines), tuple(notes))


def _effect_card(tables: StudyTables) -> Card:
    found = sorted(estimates(tables, tables.headline, "effect"), key=lambda e: -e.mean)
    lines = []
    for estimate in found:
        value = quantity(estimate.mean, estimate.low, estimate.high, metric(tables.headline).unit, signed=True)
        note = value.interval or say("word.one_draw")
        lines.append(Line(tables.label(estimate.arm), value.value, note, tables.styles[estimate.arm]))
    note = say("card.effect_note", metric=metric(tables.headline).label, ranges=_ranges(tables, found))
    return Card(say("card.effect"), "", (note,), tuple(lines))


def _by_arm(tables: StudyTables, name: str, kind: str) -> dict[str, Estimate]:
    return {estimate.arm: estimate for estimate in estimates(tables, name, kind)}


def _put(estimate: Estimate, *, signed: bool = False) -> Quantity:
    return quantity(estimate.mean, estimate.low, estimate.high, "yuan", signed=signed)


def _mean(value: float) -> str:
    return quantity(value, math.nan, math.nan, "yuan").value


def _all_card(tables: StudyTables) -> Card | None:
    """What campaigns did to all brands together, and to those without a campaign."""
    every, rivals = (_by_arm(tables, name, "effect") for name in (ALL, RIVALS))
    lines = []
    for arm, estimate in sorted(every.items(), key=lambda item: -item[1].mean):
        note = ""
        if arm in rivals:
            taken = _put(rivals[arm], signed=True)
            note = say("card.rivals", value=taken.value, interval=taken.interval or say("word.one_draw"))
        lines.append(Line(tables.label(arm), _put(estimate, signed=True).value, note, tables.styles[arm]))
    return Card(say("card.all"), "", (say("card.all_note"),), tuple(lines)) if lines else None


def _level_card(tables: StudyTables) -> Card | None:
    """Contribution of all brands with campaigns, and without them."""
    levels, added = (_by_arm(tables, ALL, kind) for kind in ("level", "effect"))
    lines = []
    for arm, level in sorted(levels.items(), key=lambda item: -item[1].mean):
        note = ""
        if arm in added:
            note = say("card.without", value=_mean(level.mean - added[arm].mean))
        lines.append(Line(tables.label(arm), _mean(level.mean), note, tables.styles[arm]))
    return Card(say(f"card.level_{tables.kind}"), "", (say("card.level_note"),), tuple(lines)) if lines else None


def _spend_card(tables: StudyTables) -> Card | None:
    """What was spent of the budgets."""
    lines = []
    for arm, spent in _by_arm(tables, SPEND, "level").items():
        planned = budget(tables, arm)
        note = ""
        if planned > 0:
            note = say("card.budget", value=_mean(planned), rate=percent(spent.mean / planned))
        lines.append(Line(tables.label(arm), _mean(spent.mean), note, tables.styles[arm]))
    return Card(say("card.spend"), "", (say("card.spend_note"),), tuple(lines)) if lines else None


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
