"""Colours, fonts and the figure layout of the report, for the light and the dark theme.

The palette is safe for the common forms of colour blindness (Okabe and Ito, 2008); colour never stands alone: every
model also has a dash and a marker.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.report.tables import Arm

FONTS = 'Inter, system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

TEXT_CONTRAST = 4.5
"""Least contrast of text against its background (WCAG 2, level AA)."""
MARK_CONTRAST = 3.0
"""Least contrast of a line or marker against its background (WCAG 2, level AA)."""


@dataclass(frozen=True)
class Theme:
    """Colours of one theme. `ink` and `muted` are text on `background` or `surface`.

    `narrow` asks a figure for the form that fits a phone, 330 pixels wide.
    """

    name: str
    background: str
    surface: str
    ink: str
    muted: str
    line: str
    accent: str
    narrow: bool = False

    @property
    def key(self) -> str:
        """Name of the theme and form."""
        return f"{self.name}-narrow" if self.narrow else self.name


LIGHT = Theme("light", "#ffffff", "#f4f6f8", "#17212b", "#51606e", "#d3dae1", "#0b5cad")
DARK = Theme("dark", "#12171d", "#1b222a", "#e9eef3", "#a6b3c0", "#36424e", "#84bdf7")
THEMES = (LIGHT, DARK)

SHEET = 740
"""Height of a figure that fits a printed A4 page together with its question and answer, pixels."""


TAG_LETTERS = 22
"""Letters of a model's name beside the end of its line."""
NARROW_TAG_LETTERS = 14

SYMBOLS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "cross": "✚",
    "triangle-down": "▼",
    "star": "★",
    "x": "✖",
    "hexagon": "⬢",
}
"""Markers as letters, for labels in figures."""


@dataclass(frozen=True)
class ArmStyle:
    """How a model is drawn everywhere: colour, dash of lines, marker of points (plotly's names)."""

    colour: str
    dash: str
    marker: str

    def mark(self, theme: Theme) -> str:
        """The colour of lines and markers, moved just far enough to be seen on the theme's background."""
        return readable(self.colour, theme.background, MARK_CONTRAST)

    def tag(self, theme: Theme, label: str) -> str:
        """A model's marker and name as figure text."""
        symbol = f'<span style="color:{self.mark(theme)}">{SYMBOLS[self.marker]}</span>'
        return f"{symbol} {plain(brief(label, NARROW_TAG_LETTERS if theme.narrow else TAG_LETTERS))}"


PALETTE = {
    "marketplace": ArmStyle("#0072B2", "solid", "circle"),
    "private_circle": ArmStyle("#D55E00", "dash", "square"),
    "public_feed": ArmStyle("#009E73", "dot", "diamond"),
}

EXTENSION = (
    ArmStyle("#CC79A7", "dashdot", "triangle-up"),
    ArmStyle("#E69F00", "longdash", "cross"),
    ArmStyle("#56B4E9", "longdashdot", "triangle-down"),
    ArmStyle("#882255", "solid", "star"),
    ArmStyle("#999933", "dash", "x"),
    ArmStyle("#6A51A3", "dot", "hexagon"),
)


def arm_styles(arms: Iterable[Arm]) -> dict[str, ArmStyle]:
    """A style for every arm: its own by name, else the first free one of its kind, else the next of the extension."""
    arms = list(arms)
    styles = {arm.name: PALETTE[arm.name] for arm in arms if arm.name in PALETTE}
    spare = 0
    for arm in arms:
        if arm.name in styles:
            continue
        own = PALETTE.get(arm.kind)
        if own is None or own in styles.values():
            own = EXTENSION[spare % len(EXTENSION)]
            spare += 1
        styles[arm.name] = own
    return styles


def _channels(colour: str) -> tuple[int, int, int]:
    value = int(colour.lstrip("#"), 16)
    return value >> 16, (value >> 8) & 255, value & 255


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb', from 0 to 1 (WCAG 2)."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, background: str, least: float) -> str:
    """`colour`, mixed with black or white in steps of 4 % until it has contrast `least` with `background`."""
    end = 0 if luminance(background) > 0.4 else 255
    mixed = colour
    for step in range(26):
        share = step * 0.04
        mixed = "#" + "".join(f"{round(c + (end - c) * share):02x}" for c in _channels(colour)) if step else colour
        if contrast(mixed, background) >= least:
            break
    return mixed


CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip
"""Colours of heatmaps, evenly spaced, as plotly has them: safe for the colour-blind, even in lightness."""


def cividis(share: float) -> str:
    """The colour of a cell at a share (0 to 1) of the range."""
    at = min(max(share, 0.0), 1.0) * (len(CIVIDIS) - 1)
    low = min(int(at), len(CIVIDIS) - 2)
    ends = (_channels(CIVIDIS[low]), _channels(CIVIDIS[low + 1]))
    return "#" + "".join(f"{round(a + (b - a) * (at - low)):02x}" for a, b in zip(*ends, strict=True))


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour; one of them always has contrast 4.5."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, colour))


def faint(colour: str, alpha: float) -> str:
    """`colour` with an opacity, as plotly writes it."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{alpha})"


def letters(text: str) -> int:
    """Width of a text in Latin letters: a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def brief(label: str, most: int) -> str:
    """A name, cut to `most` letters with an ellipsis if it is longer; the key and the tables hold it whole."""
    if letters(label) <= most:
        return label
    while letters(label) > most - 1:
        label = label[:-1]
    return label.rstrip() + "…"


def broken(text: str, most: int) -> list[str]:
    """A text in lines of at most `most` letters, broken at spaces, or between two Chinese letters."""
    pieces = re.findall(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+", text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and letters(lines[-1] + piece.rstrip()) > most:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def plain(label: str) -> str:
    """A name from the data as figure text: shown letter by letter, never read as markup."""
    return html.escape(label, quote=False)


def layout(theme: Theme, height: int, **more: Any) -> dict[str, Any]:
    """The layout every figure starts from.

    Parameters
    ----------
    theme : Theme
    height : int
        In pixels. The width is that of the page.
    more : settings of the figure, which take precedence.
    """
    return {
        "height": height,
        "template": template(theme),
        "margin": {"l": 12, "r": 16, "t": 8, "b": 48},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"font": {"family": FONTS, "size": 13}},
        **more,
    }


def template(theme: Theme) -> dict[str, Any]:
    """The plotly template of a theme: fonts, colours, axes that cannot be dragged by a thumb that scrolls."""
    axis = {
        "color": theme.muted,
        "gridcolor": theme.line,
        "linecolor": theme.line,
        "zerolinecolor": theme.muted,
        "zerolinewidth": 1,
        "tickfont": {"size": 12, "color": theme.muted},
        "title": {"font": {"size": 13, "color": theme.muted}, "standoff": 8},
        "ticklabelstandoff": 6,
        "fixedrange": True,
    }
    return {
        "layout": {
            "font": {"family": FONTS, "size": 13, "color": theme.ink},
            "paper_bgcolor": theme.background,
            "plot_bgcolor": theme.background,
            "separators": ".,",
            "xaxis": axis,
            "yaxis": axis,
        }
    }
