"""What marketing brings: spend against what it added, and, where budgets were varied, what the next yuan adds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from simulator.report.curves import apart
from simulator.report.dots import Dot, Panel, dot_panels, fitting, wrapped
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.findings import Estimate, by_replication, return_on
from simulator.report.quantities import Quantity, Scale, percent, quantity, scale_for
from simulator.report.returns import Point, Step, budget_factor, by_budget, ratio
from simulator.report.scenarios import budget
from simulator.report.sheet import Drawing, Sheet, axis, span
from simulator.report.style import Theme, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, say

PER_YUAN = "yuan per yuan"
TALL, HEAD, FOOT = 240, 40, 64
LABEL_GAP = 18


def varied(tables: StudyTables) -> bool:
    """Whether a sweep over budgets tells what the next yuan adds."""
    return bool(budget_factor(tables))


@kept
def averages(tables: StudyTables) -> list[Estimate]:
    """The average return of every model that spent anything, best first."""
    found = [return_on(tables, arm.name) for arm in tables.arms] if "effects" in tables else []
    return sorted((one for one in found if math.isfinite(one.mean)), key=lambda one: -one.mean)


def fits(tables: StudyTables) -> bool:
    """Whether there is a return to speak of."""
    return varied(tables) or bool(averages(tables))


def answer(tables: StudyTables) -> Answer:
    """The average return; where budgets were varied, up to which spend the next yuan still pays."""
    return _marginal(tables) if varied(tables) else _average(tables)


def _put(one: Estimate | Step) -> Quantity:
    mean = one.mean if isinstance(one, Estimate) else one.ratio
    return quantity(mean, one.low, one.high, PER_YUAN, signed=True)


def _average(tables: StudyTables) -> Answer:
    parts = []
    for one in averages(tables):
        value = _put(one)
        ends = value.ends or say("word.one_draw")
        parts.append(say("marketing_return.part", arm=tables.label(one.arm), value=value.value, ends=ends))
    level = f"{100 * tables.level:g}"
    line = say("marketing_return.average", parts=joined(parts), level=level)
    return answered([line, say("marketing_return.unknown"), _unspent(tables)])


def _unspent(tables: StudyTables) -> str:
    """Where much of the budget found no audience."""
    parts = []
    for arm in tables.arms:
        planned = budget(tables, arm.name)
        spent = by_replication(tables, "marketing_spend_yuan", arm.name)
        if planned > 0 and spent:
            share = sum(spent.values()) / len(spent) / planned
            parts.append(say("marketing_return.unspent_part", arm=arm.label, rate=percent(share)))
    return say("marketing_return.unspent", parts=joined(parts)) if parts else ""


def _marginal(tables: StudyTables) -> Answer:
    points, steps = by_budget(tables)
    level = f"{100 * tables.level:g}"
    told, more = [], []
    for scenario in dict.fromkeys(point.scenario for point in points):
        own = [step for step in steps if step.scenario == scenario]
        paying = [step for step in own if step.low > 0]
        label = tables.label(scenario)
        if not paying:
            told.append(say("marketing_return.never", arm=label))
        else:
            told.append(say("marketing_return.until", arm=label, spend=_yuan(paying[-1].high_spend)))
        last = own[-1]
        value = _put(last)
        ends = {"low": _yuan(last.low_spend), "high": _yuan(last.high_spend)}
        interval = value.ends or say("word.one_draw")
        more.append(say("marketing_return.last", arm=label, value=value.value, interval=interval, **ends))
    return answered([say("marketing_return.marginal", parts=joined(told), level=level), *more])


def _yuan(value: float) -> str:
    return quantity(value, math.nan, math.nan, "yuan").value


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """Spend against gain, and the return of the next yuan below; of one comparison the average return."""
    if varied(tables):
        return _draw_curves(tables, theme, *by_budget(tables))
    return _draw_average(tables, theme)


def _draw_average(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A panel of average returns; below, one of the campaigning brands each."""
    whole = [_dot(tables, one, tables.label(one.arm)) for one in averages(tables)]
    panels = [Panel(say("marketing_return.all"), say("marketing_return.axis_average"), PER_YUAN, tuple(whole))]
    for brand in tables.campaigning:
        dots = [_dot(tables, one, tables.label(one.arm)) for one in _of_brand(tables, brand)]
        if dots:
            panels.append(Panel(brand, say("marketing_return.axis_average"), PER_YUAN, tuple(dots)))
    return dot_panels(fitting(panels), theme)


@kept
def _of_brand(tables: StudyTables, brand: str) -> list[Estimate]:
    """The average return of a brand's campaign by model, best first."""
    found = []
    for arm in tables.arms:
        rows = tables.only("effects", arm=arm.name, brand=brand)
        wide = rows.pivot_table(index="replication", columns="metric", values="value")
        if {"contribution_yuan", "marketing_spend_yuan"} <= set(wide.columns):
            y, x = (wide[name].to_numpy(float) for name in ("contribution_yuan", "marketing_spend_yuan"))
            found.append(Estimate(arm.name, *ratio(y, x, tables.level)))
    return sorted((one for one in found if math.isfinite(one.mean)), key=lambda one: -one.mean)


def _dot(tables: StudyTables, one: Estimate, label: str) -> Dot:
    value = _put(one)
    detail = f"<b>{value.value}</b> ({value.ends or say('word.one_draw')})"
    return Dot(plain(label), detail, one.mean, one.low, one.high, tables.styles[one.arm])


def _draw_curves(tables: StudyTables, theme: Theme, points: Sequence[Point], steps: Sequence[Step]) -> Drawing:
    each = HEAD + TALL + FOOT
    sheet = Sheet(theme, 2 * each, {"l": 70, "r": 118 if theme.narrow else 170, "t": 0, "b": 0})
    spend = scale_for([point.spend for point in points], "yuan")
    gain = scale_for([v for point in points for v in (point.gain, point.low, point.high)], "yuan")
    headings = (
        say("word.axis", what=say("marketing_return.heading_gain"), unit=gain.name),
        say("word.axis", what=say("marketing_return.heading_next"), unit=Scale(1.0, "", PER_YUAN).name),
    )
    most = max(point.spend for point in points) / spend.factor
    for number, heading in enumerate(headings, start=1):
        top = (number - 1) * each + HEAD
        domain = [1 - (top + TALL) / (2 * each), 1 - top / (2 * each)]
        title = say("word.axis", what=say("marketing_return.axis_spend"), unit=spend.name)
        x = {"range": [0, most * 1.03], "title": {"text": title}, "nticks": 5, "tickformat": ","}
        sheet.panel(
            number, x, {"domain": domain, "nticks": 6, "tickformat": ",", "range": _ends(number, points, steps, gain)}
        )
        sheet.text(
            f"<b>{wrapped(heading, theme)}</b>", xshift=-60, y=domain[1], yref="paper", yanchor="bottom", yshift=8
        )
        ends = {}
        for scenario in dict.fromkeys(point.scenario for point in points):
            xs, ys, lows, highs = _line(number, scenario, points, steps, spend, gain)
            _trace(sheet, tables, number, scenario, (xs, ys, lows, highs))
            ends[scenario] = ys[-1]
        low, high = _ends(number, points, steps, gain)
        for scenario, at in apart(ends, (high - low) * LABEL_GAP / TALL, low, high).items():
            label = tables.styles[scenario].tag(theme, tables.label(scenario))
            sheet.text(label, x=1, xshift=8, y=at, yref=axis("y", number), yanchor="middle")
    return sheet.drawing()


def _line(
    number: int, scenario: str, points: Sequence[Point], steps: Sequence[Step], spend: Scale, gain: Scale
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Places, values and interval ends of a scenario's line in a panel."""
    if number == 1:
        own = [point for point in points if point.scenario == scenario]
        values = [
            (p.spend / spend.factor, p.gain / gain.factor, p.low / gain.factor, p.high / gain.factor) for p in own
        ]
    else:
        found = [step for step in steps if step.scenario == scenario and math.isfinite(step.ratio)]
        values = [((s.low_spend + s.high_spend) / 2 / spend.factor, s.ratio, s.low, s.high) for s in found]
    xs, ys, lows, highs = (list(column) for column in zip(*values, strict=True))
    return xs, ys, lows, highs


def _ends(number: int, points: Sequence[Point], steps: Sequence[Step], gain: Scale) -> list[float]:
    """The range of a panel's axis: all intervals, and zero."""
    if number == 1:
        return span(v / gain.factor for p in points for v in (p.gain, p.low, p.high))
    return span(v for s in steps for v in (s.ratio, s.low, s.high))


def _trace(sheet: Sheet, tables: StudyTables, number: int, scenario: str, values: tuple[list[float], ...]) -> None:
    xs, ys, lows, highs = values
    style = tables.styles[scenario]
    colour = style.mark(sheet.theme)
    for x, low, high in zip(xs, lows, highs, strict=True):
        if math.isfinite(low):
            sheet.trace(number, x=[x, x], y=[low, high], mode="lines", line={"color": colour, "width": 2})
    line = {"color": colour, "width": 2.5, "dash": style.dash}
    marker = {"symbol": style.marker, "size": 9, "color": colour}
    hover = "%{x:,.4~r} → %{y:,.4~r}<extra>" + plain(tables.label(scenario)) + "</extra>"
    sheet.trace(number, x=xs, y=ys, mode="lines+markers", line=line, marker=marker, hovertemplate=hover)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Points and steps of a sweep, or the average returns."""
    if varied(tables):
        points, steps = by_budget(tables)
        first = [
            {
                "arm": tables.label(p.scenario),
                "budget": p.budget,
                "spend": p.spend,
                "mean": p.gain,
                "low": p.low,
                "high": p.high,
            }
            for p in points
        ]
        second = [
            {
                "arm": tables.label(s.scenario),
                "spend_from": s.low_spend,
                "spend_to": s.high_spend,
                "return": s.ratio,
                "low": s.low,
                "high": s.high,
            }
            for s in steps
        ]
        return [
            DataTable("gain_by_budget", say("marketing_return.caption_points"), pd.DataFrame(first)),
            DataTable("marginal_return", say("marketing_return.caption_steps"), pd.DataFrame(second)),
        ]
    rows = [
        {"brand": say("word.market"), "arm": tables.label(e.arm), "return": e.mean, "low": e.low, "high": e.high}
        for e in averages(tables)
    ]
    for brand in tables.campaigning:
        rows += [
            {"brand": brand, "arm": tables.label(e.arm), "return": e.mean, "low": e.low, "high": e.high}
            for e in _of_brand(tables, brand)
        ]
    return [DataTable("marketing_return", say("marketing_return.caption"), pd.DataFrame(rows))]


FIGURE = ReportFigure(
    name="marketing_return",
    order=90,
    needs=(),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=fits,
    keyed=nobody,
)
