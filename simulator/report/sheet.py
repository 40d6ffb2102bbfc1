"""A figure under construction: traces, texts and lines are collected, and written down as plotly does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report.style import Theme, layout

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Drawing:
    """A figure as plotly writes it down: `data` and `layout`.

    Checking a figure takes plotly longer than drawing it, so the page does without; `figure` checks it.
    """

    spec: dict[str, Any]

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.spec["layout"]["height"])

    def figure(self) -> go.Figure:
        """A plain plotly figure, checked."""
        import plotly.graph_objects as go

        return go.Figure(self.spec)


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

    def trace(self, number: int, **settings: Any) -> int:
        """Add a scatter trace to a panel, and return its number. Without `hovertemplate` it answers no pointer."""
        suffix = _suffix(number)
        settings |= {name: _short(settings[name]) for name in ("x", "y")}
        hover = {} if "hovertemplate" in settings else {"hoverinfo": "skip"}
        self._traces.append({"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", **hover, **settings})
        return len(self._traces) - 1

    def whole(self, **settings: Any) -> None:
        """Add a trace of another kind, which names its panel."""
        self._traces.append(settings)

    def text(self, text: str, **settings: Any) -> int:
        """Add a text, by default flush left with the figure, and return its number."""
        self._texts.append(
            {"text": text, "showarrow": False, "align": "left", "x": 0, "xref": "paper", "xanchor": "left", **settings}
        )
        return len(self._texts) - 1

    def meta(self, found: dict[str, Any]) -> None:
        """What the page needs besides to move the figure."""
        self._layout["meta"] = found

    def line(self, colour: str, width: float, **settings: Any) -> None:
        """Add a straight line behind the data."""
        self._lines.append({"type": "line", "layer": "below", "line": {"color": colour, "width": width}, **settings})

    def band(self, colour: str, **settings: Any) -> None:
        """Shade a rectangle behind the data."""
        self._lines.append({"type": "rect", "layer": "below", "fillcolor": colour, "line": {"width": 0}, **settings})

    def drawing(self) -> Drawing:
        """The finished figure."""
        layout = {**self._layout, "annotations": self._texts, "shapes": self._lines}
        return Drawing({"data": self._traces, "layout": layout})


def span(values: Iterable[float], pad: float = 0.06) -> list[float]:
    """The range of an axis that shows all finite values, and zero, with some room at both ends."""
    known = [0.0, *(float(value) for value in values if math.isfinite(value))]
    room = pad * (max(known) - min(known)) or 1.0
    return [min(known) - room, max(known) + room]


def axis(letter: str, number: int) -> str:
    """Plotly's name of the x or y axis of a panel."""
    return f"{letter}{_suffix(number)}"


def _suffix(number: int) -> str:
    return "" if number == 1 else str(number)


def _short(values: Any) -> Any:
    """Numbers in single precision, which no screen can tell from double and takes half the room."""
    found = np.asarray(values)
    return found.astype(np.float32) if found.dtype.kind == "f" else values
