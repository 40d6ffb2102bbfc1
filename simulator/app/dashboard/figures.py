"""Figures of the app as plain dictionaries, in the report's style: curves side by side, dots with intervals."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.app.dashboard.amounts import scale_for
from simulator.report.style import DARK, LIGHT, SYMBOLS, ArmStyle, Theme, arm_styles, brief, faint, layout, plain
from simulator.report.tables import Arm as ReportArm

CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}
"""Of every figure: nothing is sent anywhere, and a thumb that scrolls does not zoom."""

POINTS = 96
"""Points of a live curve."""
PANEL, NARROW_PANEL = 250, 170
ROW, NARROW_ROW, FOOT = 48, 66, 64
NARROW_LETTERS, WIDE_LETTERS = 40, 80
"""Letters that fit a line on a phone, and of a row's name elsewhere."""


@dataclass(frozen=True)
class Look:
    """How the reader sees the page."""

    dark: bool = False
    narrow: bool = False

    @property
    def theme(self) -> Theme:
        """Colours, and the form that fits the width."""
        return replace(DARK if self.dark else LIGHT, narrow=self.narrow)


@dataclass(frozen=True)
class Dot:
    """A row of a figure: an estimate, its text, and how it is drawn (None: neutral). No interval: nan."""

    name: str
    text: str
    mean: float
    low: float
    high: float
    style: ArmStyle | None = None


def styles_of(labels: Sequence[str], kinds: Sequence[str]) -> dict[str, ArmStyle]:
    """A style for every arm, by its label and kind of platform."""
    arms = [ReportArm(label, label, kind, {}, ()) for label, kind in zip(labels, kinds, strict=True)]
    return arm_styles(arms)


# -- curves


@dataclass(frozen=True)
class Panel:
    """An arm's curves: one a world with its campaigns, and the mean of the worlds without."""

    name: str
    style: ArmStyle
    worlds: tuple[list[int], ...]
    control: list[float]


def live_figure(panels: Sequence[Panel], ticks_a_day: float, days: float, axis: str, look: Look) -> dict[str, Any]:
    """Panels side by side on one scale, below each other on a phone. Traces: by panel, the worlds, then the control."""
    theme, n = look.theme, len(panels)
    height = (NARROW_PANEL * n + 60) if look.narrow else PANEL + 70
    drawn = layout(theme, height, margin={"l": 56, "r": 12, "t": 8, "b": 40})
    texts = []
    for i, panel in enumerate(panels):
        suffix = "" if i == 0 else str(i + 1)
        across, up = _domains(i, n, look.narrow)
        last = not look.narrow or i == n - 1
        drawn[f"xaxis{suffix}"] = {
            "domain": across, "anchor": f"y{suffix}", "range": [0, days], "nticks": 5, "showgrid": False,
            "showticklabels": last, "title": {"text": axis if last else ""},
        }  # fmt: skip
        drawn[f"yaxis{suffix}"] = {
            "domain": up, "anchor": f"x{suffix}", "rangemode": "tozero", "tickformat": ",", "nticks": 5,
            "showticklabels": look.narrow or i == 0, **({"matches": "y"} if i else {}),
        }  # fmt: skip
        title = f"<b>{_marked(panel.name, panel.style, look)}</b>"
        place = {"xref": "paper", "yref": "paper", "x": across[0], "y": up[1], "xanchor": "left", "yanchor": "bottom"}
        texts.append({"text": title, "showarrow": False, "font": {"size": 14}, **place})
    drawn["annotations"] = texts
    data = [trace for i, panel in enumerate(panels) for trace in _traces(i, panel, ticks_a_day, theme)]
    return {"data": data, "layout": drawn}


def curve_points(values: Sequence[float], ticks_a_day: float) -> tuple[list[float], list[float]]:
    """Days and values of a curve, thinned evenly; the last tick is always kept."""
    if not values:
        return [], []
    every = max(1, -(-len(values) // POINTS))
    picked = sorted({*range(every - 1, len(values), every), len(values) - 1})
    return [0.0, *(round((i + 1) / ticks_a_day, 4) for i in picked)], [0.0, *(round(values[i], 2) for i in picked)]


def _domains(i: int, n: int, narrow: bool) -> tuple[list[float], list[float]]:
    if narrow:
        each = 1.0 / n
        top = 1.0 - i * each
        return [0.0, 1.0], [round(top - each + 0.05 / n, 4), round(top - 0.26 * each, 4)]
    gap = 0.035
    each = (1.0 - gap * (n - 1)) / n
    left = i * (each + gap)
    return [round(left, 4), round(left + each, 4)], [0.0, 0.88]


def _traces(i: int, panel: Panel, ticks_a_day: float, theme: Theme) -> list[dict[str, Any]]:
    suffix = "" if i == 0 else str(i + 1)
    axes = {"type": "scatter", "mode": "lines", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "hoverinfo": "skip"}
    colour = panel.style.mark(theme)
    thick = {"color": colour, "width": 2.5 if len(panel.worlds) == 1 else 1.75, "dash": "solid"}
    traces = []
    for values in panel.worlds:
        x, y = curve_points(values, ticks_a_day)
        line = thick if len(panel.worlds) == 1 else {**thick, "color": faint(colour, 0.75)}
        traces.append({**axes, "x": x, "y": y, "line": line})
    x, y = curve_points(panel.control, ticks_a_day)
    traces.append({**axes, "x": x, "y": y, "line": {"color": theme.muted, "width": 2, "dash": "dot"}})
    return traces


# -- dots


def dots_figure(dots: Sequence[Dot], axis: str, unit: str, language: str, look: Look) -> dict[str, Any]:
    """One row an estimate: its text above its line, so that the same form fits a phone; zero is always on the axis."""
    theme = look.theme
    row = NARROW_ROW if look.narrow else ROW
    scale = scale_for([v for dot in dots for v in (dot.mean, dot.low, dot.high)], unit, language)
    ends = [v / scale.factor for dot in dots for v in (dot.mean, dot.low, dot.high) if math.isfinite(v)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pad = 0.06 * (high - low) or 1.0
    drawn = layout(theme, row * len(dots) + FOOT + 18, margin={"l": 8, "r": 16, "t": 4, "b": 70})
    title = axis_title(axis, scale.unit, language, look)
    drawn["xaxis"] = {
        "range": [low - pad, high + pad], "title": {"text": title}, "nticks": 4 if look.narrow else 8,
        "tickformat": ",", "zeroline": False,
    }  # fmt: skip
    drawn["yaxis"] = {"range": [0, len(dots)], "visible": False}
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    drawn["shapes"] = [{**zero, "line": {"color": theme.muted, "width": 1.5}}]
    data, texts = [], []
    for place, dot in enumerate(dots):
        y = len(dots) - place - (0.8 if look.narrow else 0.7)
        data += _dot(dot, y, scale.factor, theme)
        text = f"<b>{_marked(dot.name, dot.style, look)}</b>{'<br>' if look.narrow else '  '}{plain(dot.text)}"
        texts.append(_row_text(text, len(dots) - place, theme))
    drawn["annotations"] = texts
    return {"data": data, "layout": drawn}


def _marked(name: str, style: ArmStyle | None, look: Look) -> str:
    """A name with its marker, cut only where a phone has no room."""
    text = plain(brief(name, NARROW_LETTERS if look.narrow else WIDE_LETTERS))
    if style is None:
        return text
    return f'<span style="color:{style.mark(look.theme)}">{SYMBOLS[style.marker]}</span> {text}'


def _row_text(text: str, top: float, theme: Theme) -> dict[str, Any]:
    """The text above a row's line, on a ground of its own, so that no line runs through it."""
    return {
        "text": text, "showarrow": False, "x": 0, "xref": "paper", "xanchor": "left", "align": "left",
        "y": top - 0.04, "yanchor": "top", "font": {"size": 14}, "bgcolor": theme.background, "borderpad": 1,
    }  # fmt: skip


def axis_title(axis: str, unit: str, language: str, look: Look) -> str:
    """What an axis shows and in which unit, in two lines where it would not fit a phone."""
    if language == "zh":
        text = f"{axis}（{unit}）" if unit else axis
        return plain(text).replace("，", "，<br>", 1) if look.narrow else plain(text)
    text = f"{axis}, {unit}" if unit else axis
    lines = textwrap.wrap(text, NARROW_LETTERS) if look.narrow else [text]
    return "<br>".join(plain(line) for line in lines)


def _dot(dot: Dot, y: float, factor: float, theme: Theme) -> list[dict[str, Any]]:
    colour = dot.style.mark(theme) if dot.style else theme.accent
    symbol = dot.style.marker if dot.style else "circle"
    same = {"type": "scatter", "hoverinfo": "skip", "y": [y]}
    marks: list[dict[str, Any]] = []
    if math.isfinite(dot.low) and math.isfinite(dot.high):
        span = {"x": [dot.low / factor, dot.high / factor], "y": [y, y]}
        marks.append({**same, **span, "mode": "lines", "line": {"color": colour, "width": 3}})
    marker = {"symbol": symbol, "size": 13, "color": colour, "line": {"color": theme.background, "width": 1.5}}
    return [*marks, {**same, "x": [dot.mean / factor], "mode": "markers", "marker": marker}]


# -- stored runs


def bars_figure(bars: Sequence[tuple[str, float, str]], axis: str, look: Look) -> dict[str, Any]:
    """Horizontal bars, one a row: name, value, and what is written beside it; text above the bar, as with dots."""
    theme = look.theme
    row = NARROW_ROW if look.narrow else ROW
    drawn = layout(theme, row * len(bars) + FOOT, margin={"l": 8, "r": 16, "t": 4, "b": 52})
    most = max((value for _, value, _ in bars), default=0.0) or 1.0
    drawn["xaxis"] = {"range": [0, most * 1.04], "title": {"text": axis}, "tickformat": ",", "nticks": 5}
    drawn["yaxis"] = {"range": [0, len(bars)], "visible": False}
    places = [len(bars) - i - (0.82 if look.narrow else 0.72) for i in range(len(bars))]
    data = [
        {
            "type": "bar", "orientation": "h", "x": [value for _, value, _ in bars], "y": places, "width": 0.3,
            "marker": {"color": theme.accent}, "hoverinfo": "skip",
        }
    ]  # fmt: skip
    between = "<br>" if look.narrow else "  "
    drawn["annotations"] = [
        _row_text(f"<b>{plain(name)}</b>{between}{plain(text)}", len(bars) - i, theme)
        for i, (name, _, text) in enumerate(bars)
    ]
    return {"data": data, "layout": drawn}


def tree_figure(tree: Any, axis: str, look: Look) -> dict[str, Any]:
    """A cascade from its root on the left: time to the right, a line from each post to those that passed it on."""
    theme = look.theme
    leaves = float(tree.height.max()) + 1.0 if tree.height.size else 1.0
    drawn = layout(theme, int(min(720, max(240, 14 * leaves + 70))), margin={"l": 12, "r": 16, "t": 8, "b": 44})
    last = max(tree.hour.tolist(), default=0.0) or 1.0
    across = {"range": [-0.03 * last, 1.03 * last], "nticks": 6, "tickformat": ",", "zeroline": False}
    drawn["xaxis"] = {"title": {"text": axis}, **across}
    drawn["yaxis"] = {"visible": False, "range": [leaves, -1.0]}
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row, above in enumerate(tree.parent.tolist()):
        if above >= 0:
            xs += [float(tree.hour[above]), float(tree.hour[row]), None]
            ys += [float(tree.height[above]), float(tree.height[row]), None]
    marker = {
        "size": [min(26.0, 5.0 + 2.2 * math.sqrt(below)) for below in tree.below.tolist()],
        "color": [theme.accent if depth == 0 else theme.muted for depth in tree.depth.tolist()],
        "line": {"color": theme.background, "width": 1},
    }
    same = {"type": "scatter", "hoverinfo": "skip"}
    lines = {**same, "mode": "lines", "x": xs, "y": ys, "line": {"color": theme.line, "width": 1}}
    dots = {**same, "mode": "markers", "x": tree.hour.tolist(), "y": tree.height.tolist(), "marker": marker}
    return {"data": [lines, dots], "layout": drawn}
