"""How far word travels: size, depth and shape of cascades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from simulator.report.figure import DataTable, ReportFigure
from simulator.report.quantities import count, percent
from simulator.report.sheet import Sheet, axis
from simulator.report.style import Theme, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, say

POINTS = 200
"""Points kept of a distribution: enough for any screen."""
MARKERS = 9
PANELS = {"size": "size", "depth": "depth", "virality": "structural_virality"}
"""Panel and the column it shows."""


def ccdf(values: Sequence[float] | npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Distinct values, and the share of all values that are at least as large."""
    found, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    return found, counts[::-1].cumsum()[::-1] / max(counts.sum(), 1)


def thinned(x: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.intp]:
    """Positions of at most `most` values of an increasing array, evenly spread in their logarithm, ends included."""
    if len(x) <= most:
        return np.arange(len(x))
    marks = np.geomspace(1, x[-1] - x[0] + 1, most) - 1 + x[0]
    return np.unique(np.append(np.clip(np.searchsorted(x, marks), 0, len(x) - 1), [0, len(x) - 1]))


def has_graph(tables: StudyTables, arm: str) -> bool | None:
    """Whether users follow each other on some platform of an arm; None if the study does not tell."""
    platforms = tables.scenario(arm).get("platforms")
    if not platforms:
        return None
    affordances = (platform.get("affordances") or {} for platform in platforms)
    return any(bool((own.get("graph") or {}).get("enabled")) for own in affordances)


def answer(tables: StudyTables) -> str:
    """The largest cascade of a replication, its range, and which models have none and why."""
    rows = tables["cascades"]
    told, alone = [], []
    for arm in tables.arms:
        mine = rows[rows["arm"] == arm.name]
        if len(mine):
            told.append(_largest(tables, arm.label, mine))
            share = percent(float((mine["size"] <= 1).mean()))
            alone.append(say("cascades.alone_part", arm=arm.label, rate=share))
    if not told:
        return " ".join([say("cascades.none"), *_why_none(tables)])
    parts = [say("cascades.alone", parts="; ".join(alone))]
    if tables.replications < 2:
        parts.append(say("cascades.one"))
    return say("cascades.answer", parts="; ".join(told)) + "\n" + " ".join([*parts, *_why_none(tables)])


def _largest(tables: StudyTables, label: str, rows: pd.DataFrame) -> str:
    largest = rows.groupby("replication")["size"].max().to_numpy(float)
    value = count(float(np.median(largest)))
    if tables.replications < 2:
        return say("cascades.part", arm=label, value=value)
    ends = {"low": count(float(largest.min())), "high": count(float(largest.max()))}
    return say("cascades.part_range", arm=label, value=value, n=len(largest), **ends)


def _why_none(tables: StudyTables) -> list[str]:
    with_rows = set(tables["cascades"]["arm"])
    reasons: dict[str, list[str]] = {"cascades.no_graph": [], "cascades.no_rows": [], "cascades.no_info": []}
    keys = {False: "cascades.no_graph", True: "cascades.no_rows", None: "cascades.no_info"}
    for arm in tables.arms:
        if arm.name not in with_rows:
            reasons[keys[has_graph(tables, arm.name)]].append(arm.label)
    return [
        say(f"{key}_many" if len(arms) > 1 and key != "cascades.no_info" else key, arms=listing(arms))
        for key, arms in reasons.items()
        if arms
    ]


def with_cascades(tables: StudyTables) -> list[str]:
    """The models that are drawn."""
    stored = set(tables["cascades"]["arm"])
    return [arm.name for arm in tables.arms if arm.name in stored]


def draw(tables: StudyTables, theme: Theme) -> go.Figure | None:
    """Sizes on two logarithmic axes; depth and structural virality below, on a linear one."""
    rows = tables["cascades"]
    if not len(rows):
        return None
    height, boxes = _boxes(theme)
    sheet = Sheet(theme, height, {"l": 66, "r": 16, "t": 32, "b": 52})
    for number, (panel, column) in enumerate(PANELS.items(), start=1):
        across, up = boxes[panel]
        x: dict[str, Any] = {"domain": across, "title": {"text": say(f"cascades.{panel}")}}
        if panel == "size":
            x |= {"type": "log", "dtick": 1, "tickformat": ","}
        else:
            largest = float(rows[column].max()) if rows[column].notna().any() else 1.0
            x |= {"range": [-0.03 * largest, 1.06 * largest], "nticks": 8, "zeroline": False}
        y = {"domain": up, "type": "log", "dtick": 1 if panel == "size" else 2, "tickformat": "~%"}
        sheet.panel(number, x, y)
        sheet.text(
            say(f"cascades.share_{panel}"), xref=axis("x", number) + " domain", xshift=-58, y=1,
            yref=axis("y", number) + " domain", yanchor="bottom", yshift=6, font={"color": theme.muted},
        )  # fmt: skip
        for place, arm in enumerate(tables.arms):
            values = rows.loc[rows["arm"] == arm.name, column].dropna().to_numpy(float)
            if len(values):
                _curve(sheet, tables, number, place, arm.name, values)
    return sheet.figure()


def _boxes(theme: Theme) -> tuple[int, dict[str, tuple[list[float], list[float]]]]:
    """Height of the figure, and the share of its width and height that each panel takes."""
    if theme.narrow:
        thirds = {"size": [0.74, 1.0], "depth": [0.37, 0.62], "virality": [0.0, 0.25]}
        return 940, {name: ([0.0, 1.0], up) for name, up in thirds.items()}
    lower = [0.0, 0.36]
    return 680, {"size": ([0.0, 1.0], [0.54, 1.0]), "depth": ([0.0, 0.44], lower), "virality": ([0.56, 1.0], lower)}


def _curve(
    sheet: Sheet, tables: StudyTables, number: int, place: int, arm: str, values: npt.NDArray[np.float64]
) -> None:
    style = tables.styles[arm]
    colour = style.mark(sheet.theme)
    x, share = ccdf(values)
    kept, marked = thinned(x, POINTS), thinned(x, MARKERS + place)
    line = {"color": colour, "width": 2.5, "dash": style.dash}
    hover = "≥ %{x:,.3~r}: %{y:.2~%}<extra>" + plain(tables.label(arm)) + "</extra>"
    sheet.trace(number, x=x[kept], y=share[kept], mode="lines", line=line, hovertemplate=hover)
    marker = {"symbol": style.marker, "size": 8, "color": colour, "line": {"color": sheet.theme.background, "width": 1}}
    sheet.trace(number, x=x[marked], y=share[marked], mode="markers", marker=marker, cliponaxis=False)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """A line a model, and the distribution of sizes."""
    rows = tables["cascades"]
    lines, sizes = [], []
    for arm in tables.arms:
        mine = rows[rows["arm"] == arm.name]
        passed = mine[mine["size"] > 1]
        lines.append(
            {
                "arm": arm.label,
                "cascades": len(mine),
                "alone": 100 * float((mine["size"] <= 1).mean()) if len(mine) else math.nan,
                "p99": float(mine["size"].quantile(0.99)) if len(mine) else math.nan,
                "largest": float(mine["size"].max()) if len(mine) else math.nan,
                "depth": float(passed["depth"].mean()) if len(passed) else math.nan,
                "virality": float(passed["structural_virality"].mean()) if len(passed) else math.nan,
            }
        )
        if len(mine):
            x, share = ccdf(mine["size"].to_numpy(float))
            sizes.append(pd.DataFrame({"arm": arm.label, "size": x.astype(np.int64), "share": share}))
    found = [DataTable("cascades", say("cascades.caption"), pd.DataFrame(lines))]
    if sizes:
        found.append(DataTable("cascade_sizes", say("cascades.ccdf"), pd.concat(sizes, ignore_index=True)))
    return found


FIGURE = ReportFigure(
    name="cascades",
    order=70,
    question=say("cascades.question"),
    how_to_read=say("cascades.how"),
    needs=("cascades",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=with_cascades,
)
