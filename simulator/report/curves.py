"""Curves over time with bands and direct labels: how the report shows what builds up and what wears off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd

from simulator.report.dots import wrapped
from simulator.report.quantities import Scale, scale_for
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.style import NARROW_TAG_LETTERS, SHEET, TAG_LETTERS, ArmStyle, Theme, faint, letters, plain
from simulator.report.text import say

PANEL = 250
"""Height of the plotting area of one panel, pixels; less where several share a page."""
HEAD = 40
NARROW_HEAD = 58
FOOT = 36
LABEL_GAP = 18
"""Least distance of two labels at line ends, pixels."""
POINTS = 170
"""Points of a curve: an hour each in a week."""
MARKERS = 8
"""Markers along a line: enough to tell lines apart without colour."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Series:
    """One line: days, the median of replications, and the band that holds the middle 90 % of them."""

    label: str
    style: ArmStyle
    rows: pd.DataFrame


@dataclass(frozen=True)
class CurvePanel:
    """Lines that share an axis, in one unit.

    `mark` may add to the panel what happened when; it is given the sheet and the panel's number.
    """

    heading: str
    unit: str
    series: tuple[Series, ...]
    from_zero: bool = True
    mark: Callable[[Sheet, int], None] | None = None

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest number shown, bands included."""
        every = np.concatenate([one.rows[["median", "p5", "p95"]].to_numpy(float) for one in self.series])
        return float(np.nanmin(every)), float(np.nanmax(every))

    @cached_property
    def scale(self) -> Scale:
        """The scale of the axis."""
        return scale_for([self.ends[1]], self.unit)

    @property
    def titled(self) -> str:
        """The heading with the scaled unit."""
        name = self.scale.name
        return say("word.axis", what=self.heading, unit=name) if name else self.heading


def curve_panels(panels: Sequence[CurvePanel], theme: Theme) -> Drawing:
    """Panels below one another with one axis of days; a line, a band and a label at its end for each series."""
    head = NARROW_HEAD if theme.narrow else HEAD
    tall = min(PANEL, (SHEET - 24) // len(panels) - HEAD - FOOT)
    each = head + tall + FOOT
    total = each * len(panels)
    sheet = Sheet(theme, total + 24, {"l": 60, "r": _margin(panels, theme), "t": 4, "b": 20})
    for number, panel in enumerate(panels, start=1):
        top = (number - 1) * each
        domain = (1 - (top + head + tall) / total, 1 - (top + head) / total)
        _panel(sheet, number, panel, domain, tall, last=number == len(panels))
        heading = f"<b>{wrapped(panel.titled, theme)}</b>"
        sheet.text(heading, xshift=-52, y=domain[1], yref="paper", yanchor="bottom", yshift=8)
    return sheet.drawing()


def _margin(panels: Sequence[CurvePanel], theme: Theme) -> int:
    """Room for the labels at line ends, pixels."""
    most = NARROW_TAG_LETTERS if theme.narrow else TAG_LETTERS
    return 36 + 8 * max((min(letters(one.label), most) for panel in panels for one in panel.series), default=0)


def _panel(sheet: Sheet, number: int, panel: CurvePanel, domain: tuple[float, float], tall: int, *, last: bool) -> None:
    factor = panel.scale.factor
    low, high = (end / factor for end in panel.ends)
    first = min(float(one.rows["day"].iloc[0]) for one in panel.series)
    last_day = max(float(one.rows["day"].iloc[-1]) for one in panel.series)
    bottom = min(0.0, low * 1.06) if panel.from_zero else low - 0.08 * max(high - low, 1e-9)
    top = max(high * 1.06 if panel.from_zero else high + 0.08 * max(high - low, 1e-9), bottom + 1e-9)
    x = {
        "title": {"text": say("spread.axis") if last else ""},
        "showgrid": False,
        "range": [min(0.0, first), last_day],
    }
    y = {"domain": list(domain), "range": [bottom, top], "nticks": 5, "tickformat": ",~r"}
    sheet.panel(number, x, y)
    if panel.mark is not None:
        panel.mark(sheet, number)
    ends = {}
    for place, one in enumerate(panel.series):
        _line(sheet, number, place, one, factor)
        ends[place] = float(one.rows["median"].iloc[-1]) / factor
    for place, at in apart(ends, (top - bottom) * LABEL_GAP / tall, bottom, top).items():
        label = panel.series[place].style.tag(sheet.theme, panel.series[place].label)
        sheet.text(label, x=1, xshift=10, y=at, yref=axis("y", number), yanchor="middle")


def _line(sheet: Sheet, number: int, place: int, one: Series, factor: float) -> None:
    colour = one.style.mark(sheet.theme)
    rows = one.rows
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), POINTS)).round().astype(int))]
    day = rows["day"].to_numpy(float)
    median, p5, p95 = (rows[column].to_numpy(float) / factor for column in ("median", "p5", "p95"))
    around = {"x": np.concatenate([day, day[::-1]]), "y": np.concatenate([p95, p5[::-1]])}
    sheet.trace(number, mode="lines", line={"width": 0}, fill="toself", fillcolor=faint(colour, 0.16), **around)
    line = {"color": colour, "width": 2.5, "dash": one.style.dash}
    hover = "%{y:,.3~r}<extra>" + plain(one.label) + "</extra>"
    sheet.trace(number, x=day, y=median, mode="lines", line=line, hovertemplate=hover)
    every = -(-len(day) // MARKERS)
    picked = sorted({*range((place * every) // 3 + every // 2, len(day), every), len(day) - 1})
    marker = {"symbol": one.style.marker, "size": 9, "color": colour}
    marker["line"] = {"color": sheet.theme.background, "width": 1}
    sheet.trace(number, x=day[picked], y=median[picked], mode="markers", marker=marker, cliponaxis=False)


def apart(ends: dict[Key, float], gap: float, low: float, high: float) -> dict[Key, float]:
    """Label positions near `ends`, at least `gap` from each other, inside `low` to `high`, in the order of `ends`."""
    names = sorted(ends, key=lambda name: ends[name])
    placed: list[float] = []
    for name in names:
        placed.append(max(ends[name], placed[-1] + gap if placed else low))
    ceiling = high
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return dict(zip(names, placed, strict=True))
