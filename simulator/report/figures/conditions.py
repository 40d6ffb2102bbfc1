"""Where each model wins: outcomes along a factor, a map over two, or all settings in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.report.curves import apart
from simulator.report.dots import Dot, Panel, dot_panels, wrapped
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, cell, nobody
from simulator.report.findings import Outcome, outcome
from simulator.report.quantities import quantity, rounded, scale_for, step_for
from simulator.report.sheet import Drawing, Sheet, span
from simulator.report.style import Theme, brief, cividis, ink_on, plain
from simulator.report.tables import StudyTables
from simulator.report.text import human, joined, metric, say, unit

TALL, HEAD, FOOT = 300, 44, 60
LABEL_GAP = 18
MOST_LEVELS = 8
"""Values of each factor that a map can show; a finer one is drawn as all settings in order."""
CELL = 46
SORTED = 14
"""Height of a setting among all in order, pixels."""
NAME_LETTERS = 22


def outcomes(tables: StudyTables) -> list[str]:
    """What the sweep read off its runs, as the tables call it."""
    return list(dict.fromkeys(tables["sweep.summary"]["outcome"]))


def factors(tables: StudyTables) -> list[str]:
    """The factors that take more than one value."""
    rows = tables["sweep.summary"]
    fixed = {"scenario", "point", "outcome", "sd", "mean", "low", "high", "n"}
    return [str(name) for name in rows.columns if name not in fixed and len(rows[name].dropna().unique()) > 1]


def form(tables: StudyTables) -> str:
    """How the sweep is drawn: one setting, a line, a map, or all settings in order."""
    varied, rows = factors(tables), tables["sweep.summary"]
    if rows["point"].nunique() < 2:
        return "one"
    if len(varied) == 1 and pd.api.types.is_numeric_dtype(rows[varied[0]]):
        return "line"
    two = len(rows["scenario"].unique()) > 1 and len(varied) == 2
    return "map" if two and all(rows[name].nunique() <= MOST_LEVELS for name in varied) else "sorted"


def pairs(tables: StudyTables, label: str) -> pd.DataFrame:
    """The differences of scenarios at one setting, of an outcome; empty if only settings are compared."""
    rows = tables.only("sweep.differences", outcome=label)
    return rows[rows["a"].isin(tables.styles) & rows["b"].isin(tables.styles)]


def answer(tables: StudyTables) -> Answer:
    """At which settings each model is separably ahead of all others, and at how many that cannot be told."""
    label = outcomes(tables)[0]
    what, rows = outcome(label), pairs(tables, label)
    if not len(rows):
        return answered([_alone(tables, what, label)])
    if form(tables) == "one":
        gaps = joined([_gap(tables, row, what) for _, row in rows.iterrows()])
        return answered([say("conditions.one", metric=what.label, parts=gaps)])
    best = winners(tables, rows)
    names = list(dict.fromkeys([*rows["a"], *rows["b"]]))
    parts = [_won(tables, str(name), [point for point, winner in best.items() if winner == name]) for name in names]
    left = sum(not winner for winner in best.values())
    line = say("conditions.answer", metric=what.label, n=len(best), parts=joined(parts), open=left)
    return answered([line, say("conditions.holm")])


def winners(tables: StudyTables, rows: pd.DataFrame) -> dict[str, str]:
    """By setting the scenario that is separably ahead of every other; empty where there is none."""
    found = {}
    for point, own in rows.groupby("point", sort=False):
        names = set(own["a"]) | set(own["b"])
        clear = own["p_holm"] < tables.alpha
        beaten = {
            str(loser) for loser in [*own.loc[clear & (own["mean"] < 0), "a"], *own.loc[clear & (own["mean"] > 0), "b"]]
        }
        ahead = {str(name): _beats(own[clear], str(name)) for name in names}
        best = [name for name, count in ahead.items() if name not in beaten and count == len(names) - 1]
        found[str(point)] = best[0] if best else ""
    return found


def _beats(clear: pd.DataFrame, name: str) -> int:
    """How many others a scenario is separably ahead of."""
    return int(((clear["a"] == name) & (clear["mean"] > 0)).sum() + ((clear["b"] == name) & (clear["mean"] < 0)).sum())


def _won(tables: StudyTables, name: str, points: Sequence[str]) -> str:
    """How many settings a scenario wins; which ones, where one factor is varied."""
    told = say("conditions.won", arm=tables.label(name), k=len(points))
    if form(tables) != "line" or not points:
        return told
    rows = tables["sweep.summary"].drop_duplicates("point").set_index("point")
    at = say("word.comma").join(point_name(tables, rows.loc[point]) for point in points)
    return say("conditions.won_at", told=told, at=at)


def _alone(tables: StudyTables, what: Outcome, label: str) -> str:
    """One scenario: from which value to which its outcome moves over the settings."""
    rows = tables.only("sweep.summary", outcome=label)
    low, high = rows.loc[rows["mean"].idxmin()], rows.loc[rows["mean"].idxmax()]
    ends = [
        quantity(float(r["mean"]), float(r["low"]), float(r["high"]), what.unit, signed=what.kind == "effect")
        for r in (low, high)
    ]
    told = {
        "low": ends[0].value,
        "low_at": point_name(tables, low),
        "high": ends[1].value,
        "high_at": point_name(tables, high),
    }
    return say("conditions.alone", metric=what.label, **told)


def _gap(tables: StudyTables, row: pd.Series, what: Outcome) -> str:
    a, b = (tables.label(str(row[name])) for name in ("a", "b"))
    found = quantity(float(row["mean"]), float(row["low"]), float(row["high"]), what.unit, signed=True)
    return say("conditions.gap", a=a, b=b, value=found.value, ends=found.ends or say("word.one_draw"))


def factor_label(tables: StudyTables, factor: str) -> str:
    """A factor for an axis, with the unit that the path it sets ends in."""
    sweep = tables.of_kind("sweep")
    path = ((sweep.asked.get("factors") or {}).get(factor) or {}).get("path", "") if sweep is not None else ""
    paths = [path] if isinstance(path, str) else list(path)
    found = metric(str(paths[0]).rsplit(".", 1)[-1]).unit if paths else ""
    return say("word.axis", what=human(factor), unit=unit(found)) if found else human(factor)


def point_name(tables: StudyTables, row: pd.Series) -> str:
    """A setting by the values of the factors that are varied."""
    parts = [
        f"{human(name)} {cell(_plain(row[name]))}" for name in factors(tables) if name in row and pd.notna(row[name])
    ]
    return say("word.comma").join(parts) or say("conditions.as_is")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """The first outcome, in the form that suits the design."""
    label = outcomes(tables)[0]
    return {"one": _one, "line": _lines, "map": _map, "sorted": _sorted}[form(tables)](tables, theme, label)


def _one(tables: StudyTables, theme: Theme, label: str) -> Drawing:
    """One setting: a dot and interval a scenario."""
    what, dots = outcome(label), []
    for _, row in tables.only("sweep.summary", outcome=label).sort_values("mean", ascending=False).iterrows():
        name = str(row["scenario"])
        mean, low, high = (float(row[column]) for column in ("mean", "low", "high"))
        found = quantity(mean, low, high, what.unit, signed=what.kind == "effect")
        detail = f"<b>{found.value}</b> ({found.ends or say('word.one_draw')})"
        dots.append(Dot(plain(tables.label(name)), detail, mean, low, high, tables.styles[name]))
    return dot_panels([Panel("", what.label, what.unit, tuple(dots))], theme)


def _lines(tables: StudyTables, theme: Theme, label: str) -> Drawing:
    """One factor: a line with intervals a scenario."""
    what, (factor,) = outcome(label), factors(tables)
    rows = tables.only("sweep.summary", outcome=label).sort_values(factor)
    values = rows[["mean", "low", "high"]].to_numpy().ravel()
    scale = scale_for(values.tolist(), what.unit)
    names = list(dict.fromkeys(rows["scenario"]))
    sheet = Sheet(theme, HEAD + TALL + FOOT, {"l": 70, "r": 118 if theme.narrow else 180, "t": HEAD, "b": FOOT})
    ends, log = span(values / scale.factor), _logarithmic(tables, factor)
    levels = sorted(rows[factor].unique().tolist())
    places = np.log10(levels) if log else np.array(levels)
    room = 0.05 * float(np.ptp(places))
    x: dict[str, Any] = {"title": {"text": factor_label(tables, factor)}, "type": "log" if log else "linear"}
    x["range"] = [float(places.min()) - room, float(places.max()) + room]
    if len(levels) <= MOST_LEVELS:
        x |= {"tickmode": "array", "tickvals": levels, "ticktext": [cell(value) for value in levels]}
    sheet.panel(1, x, {"range": ends, "nticks": 6, "tickformat": ","})
    heading = say("word.axis", what=what.label, unit=scale.name) if scale.name else what.label
    sheet.text(f"<b>{wrapped(heading, theme)}</b>", xshift=-60, y=1, yref="paper", yanchor="bottom", yshift=8)
    last = {}
    for name in names:
        own, style = rows[rows["scenario"] == name], tables.styles[str(name)]
        colour = style.mark(theme)
        y, low, high = (own[column].to_numpy(float) / scale.factor for column in ("mean", "low", "high"))
        for at, bottom, top in zip(own[factor], low, high, strict=True):
            if math.isfinite(bottom):
                sheet.trace(1, x=[at, at], y=[bottom, top], mode="lines", line={"color": colour, "width": 2})
        marker = {"symbol": style.marker, "size": 9, "color": colour}
        line = {"color": colour, "width": 2.5, "dash": style.dash}
        hover = "%{x:,.4~r}: %{y:,.4~r}<extra>" + plain(tables.label(str(name))) + "</extra>"
        sheet.trace(1, x=own[factor], y=y, mode="lines+markers", line=line, marker=marker, hovertemplate=hover)
        last[str(name)] = float(y[-1])
    for name, at in apart(last, (ends[1] - ends[0]) * LABEL_GAP / TALL, *ends).items():
        tag = tables.styles[name].tag(theme, tables.label(name))
        sheet.text(tag, x=1, xshift=8, y=at, yref="y", yanchor="middle")
    return sheet.drawing()


def _logarithmic(tables: StudyTables, factor: str) -> bool:
    """Whether values are spread over more than an order of magnitude, all above zero."""
    values = tables["sweep.summary"][factor].dropna().to_numpy(float)
    return bool(values.min() > 0 and values.max() / values.min() > 10)


def _map(tables: StudyTables, theme: Theme, label: str) -> Drawing | None:
    """Two factors: for the first pair of scenarios the difference at each setting, in words what can be told."""
    what, rows = outcome(label), pairs(tables, label)
    a, b = rows["a"].iloc[0], rows["b"].iloc[0]
    across, up = factors(tables)
    places = tables["sweep.summary"].drop_duplicates("point").set_index("point")[[across, up]]
    own = rows[(rows["a"] == a) & (rows["b"] == b)].join(places, on="point")
    xs, ys = (sorted(own[name].dropna().unique()) for name in (across, up))
    scale = scale_for(own["mean"].tolist(), what.unit)
    height = HEAD + CELL * len(ys) + FOOT
    sheet = Sheet(theme, height, {"l": 90, "r": 12, "t": HEAD, "b": FOOT})
    ticks = {"tickmode": "array", "showgrid": False, "zeroline": False}
    x = {
        **ticks,
        "tickvals": list(range(len(xs))),
        "ticktext": [cell(_plain(v)) for v in xs],
        "range": [-0.5, len(xs) - 0.5],
    }
    y = {
        **ticks,
        "tickvals": list(range(len(ys))),
        "ticktext": [cell(_plain(v)) for v in ys],
        "range": [-0.5, len(ys) - 0.5],
    }
    sheet.panel(
        1, {**x, "title": {"text": factor_label(tables, across)}}, {**y, "title": {"text": factor_label(tables, up)}}
    )
    heading = say("conditions.map", a=tables.label(str(a)), b=tables.label(str(b)), metric=what.label, unit=scale.name)
    sheet.text(f"<b>{wrapped(heading, theme)}</b>", xshift=-80, y=1, yref="paper", yanchor="bottom", yshift=8)
    _cells(sheet, tables, own, (across, up), (xs, ys), scale.factor)
    return sheet.drawing()


def _cells(
    sheet: Sheet, tables: StudyTables, own: pd.DataFrame, names: tuple[str, str],
    values: tuple[Sequence[Any], Sequence[Any]], factor: float,
) -> None:  # fmt: skip
    """Cells of a map: colour and number by the difference; a bold one can be told from luck."""
    most = float(own["mean"].abs().max()) or 1.0
    z = np.full((len(values[1]), len(values[0])), np.nan)
    for _, row in own.iterrows():
        line, column = values[1].index(row[names[1]]), values[0].index(row[names[0]])
        z[line, column] = row["mean"]
        step = step_for(row["mean"] / factor, row["low"] / factor, row["high"] / factor)
        number = rounded(row["mean"] / factor, step, signed=True)
        text = f"<b>{number}</b>" if row["p_holm"] < tables.alpha else f"({number})"
        colour = ink_on(cividis(0.5 + 0.5 * row["mean"] / most))
        font = {"color": colour, "size": 12}
        sheet.text(text, x=column, y=line, xref="x", yref="y", xanchor="center", yanchor="middle", font=font)
    sheet.whole(
        type="heatmap", z=z, zmin=-most, zmax=most, colorscale="Cividis", showscale=False, xgap=2, ygap=2,
        hovertemplate="%{z:,.4~r}<extra></extra>", xaxis="x", yaxis="y",
    )  # fmt: skip


def _sorted(tables: StudyTables, theme: Theme, label: str) -> Drawing | None:
    """All settings in order of the difference of the first pair, or of the outcome; colour by who is clearly ahead."""
    what, rows = outcome(label), pairs(tables, label)
    if len(rows):
        a, b = str(rows["a"].iloc[0]), str(rows["b"].iloc[0])
        own = rows[(rows["a"] == a) & (rows["b"] == b)].sort_values("mean")
        heading = say(
            "word.axis", what=say("paired_differences.row", a=tables.label(a), b=tables.label(b)), unit=what.label
        )
    else:
        own, (a, b), heading = tables.only("sweep.summary", outcome=label).sort_values("mean"), ("", ""), what.label
    values = own[["low", "mean", "high"]].to_numpy().ravel()
    scale = scale_for(values.tolist(), what.unit)
    tall = max(220, min(640, SORTED * len(own)))
    sheet = Sheet(theme, HEAD + tall + FOOT, {"l": 24, "r": 16, "t": HEAD, "b": FOOT})
    title = say("word.axis", what=what.label, unit=scale.name) if scale.name else what.label
    x = {
        "range": span(values / scale.factor),
        "title": {"text": plain(brief(title, 44 if theme.narrow else 90))},
        "nticks": 6,
        "tickformat": ",",
    }
    sheet.panel(1, x, {"visible": False, "range": [-0.5, len(own) - 0.5]})
    sheet.text(f"<b>{wrapped(heading, theme)}</b>", xshift=-16, y=1, yref="paper", yanchor="bottom", yshift=8)
    sheet.line(theme.muted, 1.5, x0=0, x1=0, y0=0, y1=1, xref="x", yref="paper")
    for place, (_, row) in enumerate(own.iterrows()):
        clear = bool(a) and row["p_holm"] < tables.alpha
        style = tables.styles[a if row["mean"] > 0 else b] if clear else None
        colour = style.mark(theme) if style else theme.muted
        low, mean, high = (float(row[name]) / scale.factor for name in ("low", "mean", "high"))
        if math.isfinite(low):
            sheet.trace(1, x=[low, high], y=[place, place], mode="lines", line={"color": colour, "width": 1.5})
        marker = {"symbol": style.marker if style else "circle-open", "size": 7, "color": colour}
        hover = plain(str(row.get("point", ""))) + ": %{x:,.4~r}<extra></extra>"
        sheet.trace(1, x=[mean], y=[place], mode="markers", marker=marker, hovertemplate=hover)
    return sheet.drawing()


def keyed(tables: StudyTables) -> list[str]:
    """All settings in order and the map name models by colour only."""
    return [arm.name for arm in tables.arms] if form(tables) == "sorted" else nobody(tables)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Every scenario at every setting, and the differences."""
    summary, differences = tables["sweep.summary"], tables["sweep.differences"]
    first = summary.assign(
        scenario=summary["scenario"].map(tables.label), outcome=[outcome(str(one)).label for one in summary["outcome"]]
    )
    second = differences.assign(
        a=[tables.label(str(one)) for one in differences["a"]],
        b=[tables.label(str(one)) for one in differences["b"]],
        outcome=[outcome(str(one)).label for one in differences["outcome"]],
    )
    return [
        DataTable("settings", say("conditions.caption"), first),
        DataTable("setting_differences", say("conditions.caption_differences"), second),
    ]


FIGURE = ReportFigure(
    name="conditions",
    order=12,
    needs=("sweep.summary", "sweep.differences"),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=keyed,
)
