"""Dot-and-interval panels: the form in which the report shows every estimate.

The label of a row stands above its line, over the full width, so that the same figure works on paper and on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.report.quantities import Scale, scale_for
from simulator.report.sheet import Drawing, Sheet, axis, span
from simulator.report.style import SHEET, ArmStyle, Theme, broken, plain
from simulator.report.text import say

ROW = 46
"""Height of a row, pixels: a line of text, and the dot below it."""
NARROW_ROW = 64
"""The same on a phone, where the text takes two lines."""
HEAD, LINE = 32, 17
"""Height of a panel's heading, and of each further line of it."""
FOOT = 60
"""Height of a panel's axis with its title, and the gap to the next panel."""
NARROW_LETTERS, WIDE_LETTERS = 42, 104
"""Letters of a bold heading that fit 330 and 880 pixels."""
NEUTRAL = ArmStyle("", "solid", "circle")


@dataclass(frozen=True)
class Dot:
    """One estimate. `text` and `detail` may hold figure markup, so names in them must be made `plain` before.

    `low` and `high` are NaN when there is no interval. Without a style the dot is hollow and grey.
    """

    text: str
    detail: str
    mean: float
    low: float
    high: float
    style: ArmStyle | None


@dataclass(frozen=True)
class Panel:
    """Estimates that share an axis, in one unit."""

    heading: str
    axis: str
    unit: str
    dots: tuple[Dot, ...]

    def head(self, narrow: bool = False) -> int:
        """Height of the heading, pixels."""
        return HEAD + LINE * (len(_lines(self.heading, narrow)) - 1) if self.heading else 0

    @property
    def height(self) -> int:
        """Height in the wide form, pixels."""
        return self.head() + ROW * len(self.dots) + FOOT

    @property
    def scale(self) -> Scale:
        """The scale of the axis."""
        return scale_for([v for dot in self.dots for v in (dot.mean, dot.low, dot.high)], self.unit)


def fitting(panels: Iterable[Panel]) -> list[Panel]:
    """As many panels as fit a printed page, at least one; the tables hold all."""
    found: list[Panel] = []
    for panel in panels:
        if found and sum(other.height for other in (*found, panel)) > SHEET:
            break
        found.append(panel)
    return found


def dot_panels(panels: list[Panel], theme: Theme) -> Drawing:
    """Panels below one another, each with its own axis that includes zero."""
    row = NARROW_ROW if theme.narrow else ROW
    total = sum(panel.head(theme.narrow) + row * len(panel.dots) + FOOT for panel in panels)
    sheet = Sheet(theme, total + 8, {"l": 12, "r": 16, "t": 8, "b": 0})
    top = 0
    for number, panel in enumerate(panels, start=1):
        upper = top + panel.head(theme.narrow)
        lower = upper + row * len(panel.dots)
        _axes(sheet, number, panel, (1 - lower / total, 1 - upper / total))
        if panel.heading:
            sheet.text(f"<b>{wrapped(panel.heading, theme)}</b>", y=1 - top / total, yref="paper", yanchor="top")
        for place, dot in enumerate(panel.dots):
            _dot(sheet, number, panel.scale, len(panel.dots) - place, dot)
        top = lower + FOOT
    return sheet.drawing()


def wrapped(text: str, theme: Theme) -> str:
    """A heading as figure text, made `plain`, and broken into lines where it would not fit."""
    return "<br>".join(plain(line) for line in _lines(text, theme.narrow))


def _lines(text: str, narrow: bool) -> list[str]:
    return broken(text, NARROW_LETTERS if narrow else WIDE_LETTERS)


def _axes(sheet: Sheet, number: int, panel: Panel, domain: tuple[float, float]) -> None:
    scale = panel.scale
    x = {
        "range": span(v / scale.factor for dot in panel.dots for v in (dot.mean, dot.low, dot.high)),
        "title": {"text": say("word.axis", what=panel.axis, unit=scale.name) if scale.name else panel.axis},
        "nticks": 4 if sheet.theme.narrow else 9,
        "tickformat": ",",
        "zeroline": False,
    }
    y = {"domain": list(domain), "range": [0, len(panel.dots)], "visible": False}
    sheet.panel(number, x, y)
    zero = {"x0": 0, "x1": 0, "y0": 0, "y1": 1}
    sheet.line(sheet.theme.muted, 1.5, **zero, xref=axis("x", number), yref=axis("y", number) + " domain")


def _dot(sheet: Sheet, number: int, scale: Scale, top: int, dot: Dot) -> None:
    theme = sheet.theme
    style = dot.style or NEUTRAL
    colour = dot.style.mark(theme) if dot.style else theme.muted
    y = top - (0.78 if theme.narrow else 0.68)
    if math.isfinite(dot.low) and math.isfinite(dot.high):
        line = {"color": colour, "width": 3}
        sheet.trace(number, x=[dot.low / scale.factor, dot.high / scale.factor], y=[y, y], mode="lines", line=line)
    marker = {
        "symbol": style.marker if dot.style else "circle-open",
        "size": 13,
        "color": colour,
        "line": {"color": theme.background if dot.style else colour, "width": 1.5 if dot.style else 2.5},
    }
    hover = f"{dot.detail}<extra></extra>"
    sheet.trace(number, x=[dot.mean / scale.factor], y=[y], mode="markers", marker=marker, hovertemplate=hover)
    text = f"{dot.text}<br>{dot.detail}" if theme.narrow else f"{dot.text}  {dot.detail}"
    sheet.text(text, y=top - 0.06, yref=axis("y", number), yanchor="top", bgcolor=theme.background, borderpad=1)
