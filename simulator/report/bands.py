"""Estimates against bands: each row on a scale of its own, its band from 0 to 1, so that rows can stand together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.report.dots import NARROW_LETTERS
from simulator.report.figure import cell
from simulator.report.sheet import Drawing, Sheet
from simulator.report.style import ArmStyle, Theme, broken, faint, plain
from simulator.report.text import named, say

ROW, LINE = 26, 17
"""Height of the mark of a row, and of a line of its text, pixels."""
FOOT = 56
LEFT, RIGHT = -1.5, 2.5
"""Ends of the axis, in widths of the band; what lies beyond is drawn at the end, as an arrow."""
LOOKS = {
    "pass": ArmStyle("#009E73", "solid", "circle"),
    "inconclusive": ArmStyle("#E69F00", "dash", "diamond"),
    "fail": ArmStyle("#D55E00", "dot", "x"),
}
WIDE_LETTERS = 120


@dataclass(frozen=True)
class Judged:
    """A number with its interval, the band it should lie in (an end may be infinite), and the verdict."""

    text: str
    detail: str
    verdict: str
    mean: float
    low: float
    high: float
    band: tuple[float, float]


def judged(text: str, verdict: str, unit: str, numbers: tuple[float, float, float], ends: tuple[Any, Any]) -> Judged:
    """A row from a table: mean with its interval, and the ends of the band, missing where it is open."""
    mean, low, high = numbers
    known = [end is not None and math.isfinite(end) for end in ends]
    band = (float(ends[0]) if known[0] else -math.inf, float(ends[1]) if known[1] else math.inf)
    measured = cell(mean)
    if math.isfinite(low):
        measured = say("bands.measured", value=measured, low=cell(low), high=cell(high))
    if unit:
        measured = say("bands.counted", value=measured, unit=unit)
    told = {"status": named("status", verdict), "value": measured, "band": _band_text(*band)}
    return Judged(text, say("bands.detail", **told), verdict, mean, low, high, band)


def _band_text(low: float, high: float) -> str:
    """A band in words; an end may be open."""
    if not math.isfinite(low):
        return say("bands.up_to", high=cell(high))
    if not math.isfinite(high):
        return say("bands.from", low=cell(low))
    return say("word.to", low=cell(low), high=cell(high))


def band_rows(rows: Sequence[Judged], theme: Theme, axis: str) -> Drawing:
    """Rows below one another: text above, the band in grey, the interval on it."""
    lines = [_text(row, theme) for row in rows]
    heights = [ROW + LINE * len(text) + 6 for text in lines]
    total = sum(heights)
    sheet = Sheet(theme, total + FOOT, {"l": 12, "r": 16, "t": 0, "b": FOOT})
    ticks = {"tickmode": "array", "tickvals": [0, 1], "ticktext": [say("bands.low"), say("bands.high")]}
    x = {"range": [LEFT, RIGHT], "title": {"text": axis}, "zeroline": False, "showgrid": False, **ticks}
    sheet.panel(1, x, {"range": [total, 0], "visible": False})
    top = 0.0
    for row, text, height in zip(rows, lines, heights, strict=True):
        for number, line in enumerate(text):
            sheet.text(line, y=top + 4 + LINE * (number + 0.5), yref="y", yanchor="middle")
        _mark(sheet, row, top + 4 + LINE * len(text) + ROW / 2)
        top += height
    return sheet.drawing()


def _text(row: Judged, theme: Theme) -> list[str]:
    most = NARROW_LETTERS if theme.narrow else WIDE_LETTERS
    head = [f"<b>{plain(line)}</b>" for line in broken(row.text, most - 4)]
    return head + [plain(line) for line in broken(row.detail, most)]


def _scaled(row: Judged) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Left and right end of the band, and mean, low and high, in widths of the band."""
    low, high = row.band
    if math.isinf(low):
        low = high - (max(abs(high), abs(high - row.mean)) or 1.0)
    if math.isinf(high):
        high = low + (max(abs(low), abs(low - row.mean)) or 1.0)
    width = (high - low) or 1.0
    ends = (LEFT if math.isinf(row.band[0]) else 0.0, RIGHT if math.isinf(row.band[1]) else 1.0)
    return ends, ((row.mean - low) / width, (row.low - low) / width, (row.high - low) / width)


def _mark(sheet: Sheet, row: Judged, y: float) -> None:
    theme, look = sheet.theme, LOOKS.get(row.verdict, LOOKS["inconclusive"])
    (left, right), (mean, low, high) = _scaled(row)
    sheet.band(faint(theme.muted, 0.3), x0=left, x1=right, y0=y - 8, y1=y + 8, xref="x", yref="y")
    colour = look.mark(theme)
    inside = [min(max(value, LEFT + 0.05), RIGHT - 0.05) for value in (mean, low, high)]
    if math.isfinite(low) and math.isfinite(high):
        sheet.trace(1, x=inside[1:], y=[y, y], mode="lines", line={"color": colour, "width": 3})
    if math.isfinite(mean):
        beyond = "triangle-left" if mean < LEFT else "triangle-right" if mean > RIGHT else look.marker
        sheet.trace(1, x=[inside[0]], y=[y], mode="markers", marker={"symbol": beyond, "size": 11, "color": colour})
