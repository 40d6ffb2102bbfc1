"""A figure under construction: traces, texts and lines are collected and checked by plotly once, which is fast."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from simulator.report.style import Theme, layout


class Sheet:
    """Collects the parts of a figure with several panels.

    Parameters
    ----------
    theme : Theme
    height : int
        Of the whole figure, pixels.
    margin : dict
        Pixels by side: l, r, t, b.
    """

    def __init__(self, theme: Theme, height: int, margin: dict[str, int]):
        self.theme = theme
        self._layout = layout(theme, height, margin=margin)
        self._traces: list[dict[str, Any]] = []
        self._texts: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []

    def panel(self, number: int, x: dict[str, Any], y: dict[str, Any]) -> None:
        """Declare the axes of a panel, counted from 1."""
        suffix = _suffix(number)
        self._layout[f"xaxis{suffix}"] = {"anchor": f"y{suffix}", "automargin": False, **x}
        self._layout[f"yaxis{suffix}"] = {"anchor": f"x{suffix}", "automargin": False, **y}

    def trace(self, number: int, **settings: Any) -> None:
        """Add a scatter trace to a panel. Without `hovertemplate` it answers no pointer."""
        suffix = _suffix(number)
        hover = {} if "hovertemplate" in settings else {"hoverinfo": "skip"}
        self._traces.append({"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", **hover, **settings})

    def text(self, text: str, **settings: Any) -> None:
        """Add a text, by default flush left with the figure."""
        self._texts.append(
            {"text": text, "showarrow": False, "align": "left", "x": 0, "xref": "paper", "xanchor": "left", **settings}
        )

    def line(self, colour: str, width: float, **settings: Any) -> None:
        """Add a straight line behind the data."""
        self._lines.append({"type": "line", "layer": "below", "line": {"color": colour, "width": width}, **settings})

    def band(self, colour: str, **settings: Any) -> None:
        """Shade a rectangle behind the data."""
        self._lines.append({"type": "rect", "layer": "below", "fillcolor": colour, "line": {"width": 0}, **settings})

    def figure(self) -> go.Figure:
        """The figure, checked."""
        return go.Figure(
            {"data": self._traces, "layout": {**self._layout, "annotations": self._texts, "shapes": self._lines}}
        )


def axis(letter: str, number: int) -> str:
    """Plotly's name of the x or y axis of a panel."""
    return f"{letter}{_suffix(number)}"


def _suffix(number: int) -> str:
    return "" if number == 1 else str(number)
