"""How far word travels: size, depth and shape of cascades."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.report.dots import NARROW_LETTERS
from simulator.report.figure import Answer, DataTable, ReportFigure, answered
from simulator.report.quantities import count, percent
from simulator.report.real_cascades import LARGE, SELECTED, real, real_curves, real_median
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.style import Theme, broken, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, listing, say

POINTS = 200
"""Points kept of a distribution: enough for any screen."""
MARKERS = 9
SHAPE = "structural_virality"
FEWEST = 30
"""Cascades below which a comparison with real ones says nothing."""
Tail = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Distinct values, and the share of all that are at least as large."""


@dataclass(frozen=True)
class Panel:
    """The distributions of a measure by model, beside real cascades of a source if one is named."""

    name: str
    column: str
    tails: Mapping[str, Tail]
    real: str = ""
    log: bool = False

    @property
    def measure(self) -> str:
        """What the axis shows."""
        return "virality" if self.column == SHAPE else self.column

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        known = [value for values, _ in self.tails.values() for value in (values[0], values[-1])]
        return (float(min(known)), float(max(known))) if known else (1.0, 1.0)


def ccdf(values: Sequence[float] | npt.NDArray[np.float64]) -> Tail:
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


def answer(tables: StudyTables) -> Answer:
    """The largest cascade of a replication, its range, how real ones compare, and which models have none and why."""
    rows = tables["cascades"]
    told, alone = [], []
    for arm in tables.arms:
        mine = rows[rows["arm"] == arm.name]
        if len(mine):
            told.append(_largest(tables, arm.label, mine))
            share = percent(float((mine["size"] <= 1).mean()))
            alone.append(say("cascades.alone_part", arm=arm.label, rate=share))
    if not told:
        return answered([say("cascades.none"), *_why_none(tables)])
    parts = [say("cascades.alone", parts=joined(alone)), *_beside_real(tables)]
    if tables.replications < 2:
        parts.append(say("cascades.one"))
    return answered([say("cascades.answer", parts=joined(told)), *parts, *_why_none(tables)])


def _beside_real(tables: StudyTables) -> list[str]:
    """Medians of depth and structural virality beside those of real trees of the same sizes."""
    rows = tables["cascades"]
    some = rows[rows["size"].between(*SELECTED)]
    found = []
    for arm in tables.arms:
        mine = some[some["arm"] == arm.name]
        if len(mine) >= FEWEST:
            values = {"depth": f"{mine['depth'].median():g}", "virality": f"{mine[SHAPE].median():.1f}"}
            found.append(say("cascades.real_part", arm=arm.label, n=f"{len(mine):,}", **values))
    if not found:
        return [say("cascades.real_none")]
    real_values = {"depth": f"{real_median('weibo', 'depth'):g}", "virality": f"{real_median('weibo', SHAPE):.1f}"}
    return [say("cascades.real", parts=joined(found), **real_values)]


def _largest(tables: StudyTables, label: str, rows: pd.DataFrame) -> str:
    largest = rows.groupby("replication")["size"].max().to_numpy(float)
    value = count(float(np.median(largest)))
    if tables.replications < 2:
        return say("cascades.part", arm=label, value=value)
    ends = {"low": count(float(largest.min())), "high": count(float(largest.max()))}
    return say("cascades.part_range", arm=label, value=value, n=len(largest), **ends)


def _why_none(tables: StudyTables) -> list[str]:
    with_rows = set(tables["cascades"]["arm"].unique())
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
    stored = set(tables["cascades"]["arm"].unique())
    return [arm.name for arm in tables.arms if arm.name in stored]


@kept
def panels(tables: StudyTables) -> list[Panel]:
    """What is drawn: sizes of all; of large ones sizes, depth and shape beside real ones, if there are enough."""
    rows = tables["cascades"]
    size, arms = rows["size"].to_numpy(), rows["arm"].to_numpy(str)
    among = {"all": size >= 1, "passed": size > 1, "large": size >= LARGE}
    among["selected"] = (size >= SELECTED[0]) & (size <= SELECTED[1])

    def panel(name: str, column: str, chosen: str, source: str = "", log: bool = False) -> Panel:
        values, tails = rows[column].to_numpy(float), {}
        for arm in tables.arms:
            own = values[among[chosen] & (arms == arm.name)]
            if np.isfinite(own).any():
                tails[arm.name] = ccdf(own[np.isfinite(own)])
        return Panel(name, column, tails, source, log)

    found = [panel("size", "size", "all", log=True)]
    if among["large"].sum() >= FEWEST:
        found.append(panel("size_20", "size", "large", "twitter", log=True))
    if among["selected"].sum() >= FEWEST:
        return [
            *found,
            panel("depth_100", "depth", "selected", "weibo"),
            panel("virality_100", SHAPE, "selected", "weibo"),
        ]
    return [*found, panel("depth", "depth", "all"), panel("virality", SHAPE, "passed")]


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """Sizes on two logarithmic axes; depth and structural virality below; real cascades beside those as large."""
    if not len(tables["cascades"]):
        return None
    shown = panels(tables)
    height, boxes = _boxes(len(shown), theme)
    sheet = Sheet(theme, height, {"l": 66, "r": 16, "t": 8, "b": 0})
    for number, (panel, (across, up)) in enumerate(zip(shown, boxes, strict=True), start=1):
        y = {"domain": up, "type": "log", "dtick": 1 if panel.log else 2, "tickformat": "~%"}
        sheet.panel(number, {"domain": across, **_across(panel)}, y)
        wide = across == [0.0, 1.0]
        most = NARROW_LETTERS if theme.narrow else 2 * NARROW_LETTERS if wide else NARROW_LETTERS + 8
        sheet.text(
            "<br>".join(broken(say(f"cascades.share_{panel.name}"), most)), xref=axis("x", number) + " domain",
            xshift=-58, y=1, yref=axis("y", number) + " domain", yanchor="bottom", yshift=6,
            font={"color": theme.muted},
        )  # fmt: skip
        for place, arm in enumerate(tables.arms):
            if arm.name in panel.tails:
                _curve(sheet, tables, number, place, arm.name, panel.tails[arm.name])
        if panel.real:
            _real(sheet, number, panel)
    return sheet.drawing()


def _across(panel: Panel) -> dict[str, Any]:
    """The horizontal axis of a panel."""
    least, largest = panel.ends
    title = {"title": {"text": say(f"cascades.{panel.measure}")}}
    if panel.log:
        ends = [math.log10(least) - 0.03, math.log10(max(largest, 10.0 * least)) + 0.06]
        return {**title, "type": "log", "dtick": 1, "tickformat": ",", "range": ends}
    least = 0.0 if panel.column == "depth" else 1.0
    return {**title, "range": [least - 0.03 * largest, 1.06 * largest], "nticks": 6, "zeroline": False}


def _boxes(count: int, theme: Theme) -> tuple[int, list[tuple[list[float], list[float]]]]:
    """Height of the figure, and the share of its width and height that each panel takes."""
    whole = [0.0, 1.0]
    across = [whole] * count if theme.narrow else [whole] * (count - 2) + [[0.0, 0.44], [0.56, 1.0]]
    rows = list(range(count)) if theme.narrow else [*range(count - 2), count - 2, count - 2]
    head, tall, foot = (44, 200, 56) if theme.narrow else (40, 190, 56)
    each = head + tall + foot
    height = each * (max(rows) + 1)
    boxes = []
    for place, row in zip(across, rows, strict=True):
        top = row * each + head
        boxes.append((list(place), [1 - (top + tall) / height, 1 - top / height]))
    return height + 8, boxes


def _real(sheet: Sheet, number: int, panel: Panel) -> None:
    """The distribution of real cascades, in the colour of the text, named at its middle."""
    known, (_, largest) = real(panel.real, panel.column), panel.ends
    x, share = known["value"].to_numpy(float), known["share"].to_numpy(float)
    line = {"color": sheet.theme.ink, "width": 1.5, "dash": "longdash"}
    sheet.trace(number, x=x, y=share, mode="lines", line=line)
    inside = np.flatnonzero(x <= (math.sqrt(x[0] * largest) if panel.log else 0.62 * largest))
    at = inside[-1] if len(inside) else 0
    place = math.log10(x[at]) if panel.log else float(x[at])
    sheet.text(
        say(f"cascades.real_{panel.real}"), x=place, y=math.log10(share[at]), xref=axis("x", number),
        yref=axis("y", number), xanchor="left", yanchor="bottom", xshift=6, yshift=2, bgcolor=sheet.theme.background,
    )  # fmt: skip


def _curve(sheet: Sheet, tables: StudyTables, number: int, place: int, arm: str, tail: Tail) -> None:
    style = tables.styles[arm]
    colour = style.mark(sheet.theme)
    x, share = tail
    drawn, marked = thinned(x, POINTS), thinned(x, MARKERS + place)
    line = {"color": colour, "width": 2.5, "dash": style.dash}
    hover = "≥ %{x:,.3~r}: %{y:.2~%}<extra>" + plain(tables.label(arm)) + "</extra>"
    sheet.trace(number, x=x[drawn], y=share[drawn], mode="lines", line=line, hovertemplate=hover)
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
        if arm.name in panels(tables)[0].tails:
            x, share = panels(tables)[0].tails[arm.name]
            sizes.append(pd.DataFrame({"arm": arm.label, "size": x.astype(np.int64), "share": share}))
    found = [DataTable("cascades", say("cascades.caption"), pd.DataFrame(lines))]
    if sizes:
        found.append(DataTable("cascade_sizes", say("cascades.ccdf"), pd.concat(sizes, ignore_index=True)))
    known = real_curves()
    names = {"size": "size", "depth": "depth", SHAPE: "virality"}
    frame = known.assign(
        source=[say(f"cascades.real_{name}") for name in known["source"]],
        measure=[say(f"cascades.{names[name]}") for name in known["measure"]],
    )
    return [*found, DataTable("real_cascades", say("cascades.caption_real"), frame)]


FIGURE = ReportFigure(
    name="cascades",
    order=70,
    needs=("cascades",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=with_cascades,
)
