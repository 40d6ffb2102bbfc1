"""Where people drop out: how many reach each stage, and which share of the stage before that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from simulator.report.figure import Answer, DataTable, ReportFigure
from simulator.report.quantities import count, percent
from simulator.report.sheet import Drawing, Sheet
from simulator.report.style import SHEET, Theme, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import STAGE_ORDER, joined, say, sentences, stage

HEAD = 30
"""Height of a stage's heading, pixels."""
ROW = 24
FOOT = 56
BRAND_GAP = 14
ROOM = 0.26
"""Share of the width that the longest caption takes."""
NARROW_ROOM = 0.38
BRANDS = 3
"""Brands drawn at most, fewer where they do not fit a page; the table holds all."""


@dataclass(frozen=True)
class Step:
    """An arm at a stage: people (with interval), share of the stage before, share of the first stage."""

    brand: str
    arm: str
    stage: str
    before: str
    mean: float
    low: float
    high: float
    step_rate: float
    total_rate: float


@kept
def steps(tables: StudyTables, brand: str) -> list[Step]:
    """All arms at all stages, stage by stage. Rates are averages over averages; NaN at the first stage."""
    rows = tables.only("funnel", role="campaign", brand=brand)
    stored = list(dict.fromkeys(rows["stage"]))
    stages = [s for s in STAGE_ORDER if s in stored] + [s for s in stored if s not in STAGE_ORDER]
    keyed = rows.set_index(["arm", "stage"])
    found = []
    for arm in tables.arms:
        before, first, previous = math.nan, math.nan, ""
        for name in stages:
            if (arm.name, name) not in keyed.index:
                continue
            mean, low, high = (float(keyed.loc[(arm.name, name), column]) for column in ("mean", "low", "high"))
            first = mean if math.isnan(first) else first
            rate = mean / before if before > 0 else math.nan
            total = mean / first if previous and first > 0 else math.nan
            found.append(Step(brand, arm.name, name, previous, mean, low, high, rate, total))
            before, previous = mean, name
    return sorted(found, key=lambda step: stages.index(step.stage))


def answer(tables: StudyTables) -> Answer:
    """Which share of each model's audience pays, and where the narrowest step is, for the first brand drawn."""
    brands = tables.brands("funnel", BRANDS)
    found = steps(tables, brands[0]) if brands else []
    parts, worst = [], []
    first = last = ""
    for arm in tables.arms:
        mine = [step for step in found if step.arm == arm.name]
        if len(mine) < 2:
            continue
        first, last = stage(mine[0].stage), stage(mine[-1].stage)
        parts.append(_share(tables, mine[-1]))
        narrow = min((s for s in mine if math.isfinite(s.step_rate)), key=lambda s: s.step_rate, default=None)
        if narrow is not None:
            names = {"before": stage(narrow.before).lower(), "after": stage(narrow.stage).lower()}
            worst.append(say("funnel.worst_part", arm=arm.label, rate=percent(narrow.step_rate), **names))
    if not parts:
        return Answer(say("funnel.empty"))
    sentence = say("funnel.answer", first=first.lower(), last=last.lower(), parts=joined(parts))
    told = say("funnel.brand", brand=brands[0] or say("word.market").capitalize(), sentence=sentence)
    rest = [say("funnel.worst", parts=joined(worst))] if worst else []
    others = [say("funnel.others")] if len(tables["funnel"]["brand"].unique()) > 1 else []
    return Answer(told, sentences([*rest, *others]))


def _share(tables: StudyTables, last: Step) -> str:
    rate = percent(last.total_rate)
    values = {"arm": tables.label(last.arm), "rate": rate, "value": count(last.mean)}
    if not math.isfinite(last.low):
        return say("funnel.part_one", **values)
    level = say("word.interval", level=f"{100 * tables.level:g}")
    ends = say("word.to", low=count(max(last.low, 0.0)), high=count(last.high))
    return say("funnel.part", interval=f"{level} {ends}", **values)


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A block a brand and stage, a row a model, people on a logarithmic axis."""
    blocks = _blocks(tables)
    every = [step for found in blocks.values() for step in found]
    positive = [step.mean for step in every if step.mean > 0]
    if not positive:
        return None
    left = math.floor(math.log10(min(positive)) - 0.05)
    right = math.log10(max([*positive, *(s.high for s in every if math.isfinite(s.high))])) + 0.12
    height, places = _places(blocks)
    sheet = Sheet(theme, height + FOOT, {"l": 12, "r": 16, "t": 0, "b": FOOT})
    x = {"type": "log", "range": [left, right], "title": {"text": say("funnel.axis")}, "dtick": 1, "tickformat": ","}
    sheet.panel(1, x, {"range": [height, 0], "visible": False})
    for y, text in places.items():
        sheet.text(text, y=y, yref="y", yanchor="middle", bgcolor=theme.background)
        edge = y - HEAD / 2
        sheet.line(theme.line, 1, x0=0, x1=1, xref="paper", y0=edge, y1=edge, yref="y")
    for step, y in zip(every, _rows_of(blocks), strict=True):
        _row(sheet, tables, step, y, (left, right))
    return sheet.drawing()


def _blocks(tables: StudyTables) -> dict[str, list[Step]]:
    """The steps by brand, of as many brands as fit a page, at least one."""
    blocks: dict[str, list[Step]] = {}
    for brand in tables.brands("funnel", BRANDS):
        found = {**blocks, brand: steps(tables, brand)}
        if blocks and _places(found)[0] + FOOT > SHEET:
            break
        blocks = found
    return blocks


def _places(blocks: dict[str, list[Step]]) -> tuple[int, dict[float, str]]:
    """Height of all blocks, and where each heading stands, in pixels from the top."""
    top, headings = 0, {}
    for brand, found in blocks.items():
        stages = list(dict.fromkeys(step.stage for step in found))
        for place, name in enumerate(stages):
            text = f"<b>{stage(name)}</b>"
            if place == 0 and brand:
                top += BRAND_GAP
                text = f"<b>{plain(say('funnel.brand', brand=brand, sentence=stage(name).lower()))}</b>"
            headings[top + HEAD / 2 + 4] = text
            top += HEAD + ROW * sum(step.stage == name for step in found)
    return top, headings


def _rows_of(blocks: dict[str, list[Step]]) -> list[float]:
    """Where each row stands, in pixels from the top, in the order of the steps."""
    top, found = 0.0, []
    for brand, steps_of in blocks.items():
        before = ""
        for step in steps_of:
            if step.stage != before:
                top += HEAD + (BRAND_GAP if brand and not before else 0)
                before = step.stage
            found.append(top + ROW / 2)
            top += ROW
    return found


def _row(sheet: Sheet, tables: StudyTables, step: Step, y: float, ends: tuple[float, float]) -> None:
    theme, style = sheet.theme, tables.styles[step.arm]
    colour = style.mark(theme)
    edge = 10.0 ** ends[0]
    low = max(step.low, edge) if math.isfinite(step.low) else max(step.mean, edge)
    high = max(step.high, edge) if math.isfinite(step.high) else max(step.mean, edge)
    if high > low:
        line = {"color": colour, "width": 3}
        sheet.trace(1, x=[low, high], y=[y, y], mode="lines", line=line)
    if step.mean > 0:
        marker = {"symbol": style.marker, "size": 11, "color": colour}
        hover = f"{plain(tables.label(step.arm))}<extra></extra>"
        sheet.trace(1, x=[step.mean], y=[y], mode="markers", marker=marker, hovertemplate=hover)
    room = (ends[1] - math.log10(high)) / (ends[1] - ends[0])
    right = room > (NARROW_ROOM if theme.narrow else ROOM)
    place = {"x": math.log10(high if right else low), "xshift": 12 if right else -12}
    sheet.text(
        _caption(step, theme), xref="x", xanchor="left" if right else "right", y=y, yref="y", yanchor="middle",
        bgcolor=theme.background, **place,
    )  # fmt: skip


def _caption(step: Step, theme: Theme) -> str:
    people = count(step.mean) if step.mean > 0 else say("funnel.none")
    if not math.isfinite(step.step_rate):
        return people
    if theme.narrow:
        return f"{people} · {percent(step.step_rate)}"
    return f"{people} · {say('funnel.of', rate=percent(step.step_rate), stage=stage(step.before).lower())}"


def alternatives(tables: StudyTables) -> list[DataTable]:
    """People and rates, for every brand."""
    frame = pd.DataFrame(
        {
            "brand": step.brand or say("word.market"),
            "arm": tables.label(step.arm),
            "stage": stage(step.stage),
            "mean": step.mean,
            "low": step.low,
            "high": step.high,
            "step_rate": 100 * step.step_rate,
            "total_rate": 100 * step.total_rate,
        }
        for brand in dict.fromkeys(tables["funnel"]["brand"])
        for step in steps(tables, brand)
    )
    return [DataTable("funnel", say("funnel.caption"), frame)]


FIGURE = ReportFigure(
    name="funnel",
    order=40,
    needs=("funnel",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
)
