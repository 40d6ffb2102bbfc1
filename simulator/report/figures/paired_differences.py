"""Which differences between the models are real: dot and interval per outcome and pair."""

from __future__ import annotations

from simulator.output.dictionary import ANSWERS
from simulator.report.dots import Dot, Panel, dot_panels, fitting
from simulator.report.figure import Answer, DataTable, ReportFigure, answered
from simulator.report.findings import Difference, answers, differences, outcome_label, place_of, short, words
from simulator.report.sheet import Drawing
from simulator.report.style import Theme, brief, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, metric, say, unit

ROW_LETTERS = 22
"""Letters of a name, of which two fit a row on a phone."""


def answer(tables: StudyTables) -> Answer:
    """How many differences are real, which is the clearest, and whether the headline is settled."""
    every = answers(tables)
    if not every:
        return Answer(say("paired_differences.alone"))
    if not any(d.bounded for d in every):
        return Answer(say("paired_differences.unknown", n=len(every)))
    real = [d for d in every if d.separable]
    names = listing([metric(name).label for name in sorted({d.metric for d in every}, key=place_of)])
    counted = say("paired_differences.counted", names=names)
    if not real:
        return Answer(say(f"paired_differences.none_{tables.kind}", n=len(every), reps=tables.replications), counted)
    parts = [say(f"paired_differences.answer_{tables.kind}", k=len(real), n=len(every))]
    first = min(place_of(d.metric) for d in real)
    best = max((d for d in real if place_of(d.metric) == first), key=_clearness)
    best = best.towards(best.ahead)
    value = words(tables, best.metric, best.mean, best.low, best.high)
    label = outcome_label(best.metric, best.kind)
    pair = {"a": tables.label(best.a), "b": tables.label(best.b)}
    parts.append(say("paired_differences.best", metric=label, value=value.value, interval=value.interval, **pair))
    partial = sum(d.fragile for d in every)
    if partial:
        parts.append(say("paired_differences.partial", k=partial))
    open_pairs = [_pair(tables, d) for d in differences(tables, tables.headline, tables.kind) if not d.separable]
    if open_pairs:
        parts.append(say("paired_differences.open", metric=metric(tables.headline).label, pairs=listing(open_pairs)))
    return answered([*parts, counted])


def _clearness(difference: Difference) -> float:
    """How many half widths of its interval a difference lies from zero."""
    return abs(difference.mean) / max((difference.high - difference.low) / 2, 1e-300)


def _pair(tables: StudyTables, difference: Difference) -> str:
    return say("paired_differences.row", a=tables.label(difference.a), b=tables.label(difference.b))


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A panel an outcome that answers the question, a row a pair."""
    panels = []
    for name in (tables.headline, *(name for name in ANSWERS if name != tables.headline)):
        dots = tuple(_dot(tables, difference) for difference in differences(tables, name, tables.kind))
        if dots:
            label = outcome_label(name, tables.kind)
            panels.append(Panel(label, say("paired_differences.axis"), metric(name).unit, dots))
    return dot_panels(fitting(panels), theme) if panels else None


def _dot(tables: StudyTables, difference: Difference) -> Dot:
    style = tables.styles.get(difference.ahead) if difference.separable else None
    detail = short(tables, difference.metric, difference.mean, difference.low, difference.high)
    if difference.bounded and not difference.separable:
        detail += say("word.comma") + say("word.not_separable")
    a, b = (plain(brief(tables.label(arm), ROW_LETTERS)) for arm in (difference.a, difference.b))
    return Dot(
        say("paired_differences.row_label", a=a, b=b), detail, difference.mean, difference.low, difference.high, style
    )


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All differences, with p values and what pairing saved."""
    rows = tables["paired_differences"]
    rows = rows.assign(order=[place_of(name) for name in rows["metric"]])
    rows = rows.sort_values(["kind", "brand", "order"], kind="stable").drop(columns="order")
    rows = rows.assign(brand=rows["brand"].replace("", say("word.market")))
    frame = rows.assign(
        metric=[metric(name).label for name in rows["metric"]],
        kind=[say(f"kind.{kind}") for kind in rows["kind"]],
        unit=[unit(metric(name).unit) for name in rows["metric"]],
        arm_a=rows["arm_a"].map(tables.label),
        arm_b=rows["arm_b"].map(tables.label),
    )
    first = ["metric", "kind", "brand", "unit", "arm_a", "arm_b"]
    return [
        DataTable(
            "paired_differences", say("paired_differences.caption"), frame[first + [c for c in frame if c not in first]]
        )
    ]


FIGURE = ReportFigure(
    name="paired_differences",
    order=20,
    needs=("paired_differences",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
)
