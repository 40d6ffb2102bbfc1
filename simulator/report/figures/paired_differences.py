"""Which differences between the models are real: dot and interval per outcome and pair."""

from __future__ import annotations

import plotly.graph_objects as go

from simulator.report.dots import Dot, Panel, dot_panels
from simulator.report.figure import DataTable, ReportFigure
from simulator.report.findings import Difference, differences, outcome_label, short, words
from simulator.report.style import SHEET, Theme, brief, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, metric, say

ROW_LETTERS = 22
"""Letters of a name, of which two fit a row on a phone."""
OUTCOMES = ("contribution_campaigning_yuan", "platform_contribution_yuan", "gmv_yuan", "orders", "reach", "mutes")
"""Outcomes worth a panel, the first ones that fit a page; the table holds all."""


def answer(tables: StudyTables) -> str:
    """How many differences are real, which is the clearest, and whether the headline is settled."""
    every = differences(tables, kind="effect")
    if not every:
        return say("paired.alone")
    if not any(d.bounded for d in every):
        return say("paired.unknown", n=len(every))
    real = [d for d in every if d.separable]
    if not real:
        return say("paired.none", n=len(every), reps=tables.replications)
    parts = [say("paired.answer", k=len(real), n=len(every))]
    best = max(([d for d in real if d.metric in (tables.headline, *OUTCOMES)] or real), key=_clearness)
    best = best.towards(best.ahead)
    value = words(tables, best.metric, best.mean, best.low, best.high)
    label = outcome_label(best.metric, best.kind)
    names = {"a": tables.label(best.a), "b": tables.label(best.b)}
    parts.append(say("paired.best", metric=label, value=value.value, interval=value.interval, **names))
    partial = sum(d.fragile for d in every)
    if partial:
        parts.append(say("paired.partial", k=partial))
    open_pairs = [_pair(tables, d) for d in differences(tables, tables.headline, "effect") if not d.separable]
    if open_pairs:
        parts.append(say("paired.open", pairs=listing(open_pairs)))
    return parts[0] + "\n" + " ".join(parts[1:])


def _clearness(difference: Difference) -> float:
    """How many half widths of its interval a difference lies from zero."""
    return abs(difference.mean) / max((difference.high - difference.low) / 2, 1e-300)


def _pair(tables: StudyTables, difference: Difference) -> str:
    return say("paired.row", a=tables.label(difference.a), b=tables.label(difference.b))


def _panels(tables: StudyTables) -> list[Panel]:
    """A panel an outcome, as many as fit a page, at least one."""
    panels: list[Panel] = []
    for name in (tables.headline, *(name for name in OUTCOMES if name != tables.headline)):
        dots = tuple(_dot(tables, difference) for difference in differences(tables, name, "effect"))
        if not dots:
            continue
        panel = Panel(outcome_label(name, "effect"), say("paired.axis"), metric(name).unit, dots)
        if panels and sum(other.height for other in (*panels, panel)) > SHEET:
            break
        panels.append(panel)
    return panels


def draw(tables: StudyTables, theme: Theme) -> go.Figure | None:
    """A panel an outcome, a row a pair."""
    panels = _panels(tables)
    return dot_panels(panels, theme) if panels else None


def _dot(tables: StudyTables, difference: Difference) -> Dot:
    style = tables.styles.get(difference.ahead) if difference.separable else None
    detail = short(tables, difference.metric, difference.mean, difference.low, difference.high)
    if difference.bounded and not difference.separable:
        detail += f", {say('word.not_separable')}"
    a, b = (plain(brief(tables.label(arm), ROW_LETTERS)) for arm in (difference.a, difference.b))
    return Dot(f"{say('paired.row', a=a, b=b)}:", detail, difference.mean, difference.low, difference.high, style)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All differences, with p values and what pairing saved."""
    rows = tables["paired_differences"]
    rows = rows.sort_values(["kind", "brand"], kind="stable")
    rows = rows.assign(brand=rows["brand"].replace("", say("word.market")))
    frame = rows.assign(
        metric=[metric(name).label for name in rows["metric"]],
        kind=[say(f"kind.{kind}") for kind in rows["kind"]],
        unit=[metric(name).unit for name in rows["metric"]],
        arm_a=rows["arm_a"].map(tables.label),
        arm_b=rows["arm_b"].map(tables.label),
    )
    first = ["metric", "kind", "brand", "unit", "arm_a", "arm_b"]
    return [DataTable("paired_differences", say("paired.caption"), frame[first + [c for c in frame if c not in first]])]


FIGURE = ReportFigure(
    name="paired_differences",
    order=20,
    question=say("paired.question"),
    how_to_read=say("paired.how"),
    needs=("paired_differences",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
)
