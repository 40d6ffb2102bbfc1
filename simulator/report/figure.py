"""What a figure of the report is made of."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.report.style import ArmStyle, Theme
from simulator.report.tables import StudyTables
from simulator.report.text import ENGLISH, human, say

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROWS_SHOWN = 200
"""Rows of a table written into the page; the download always holds all."""


@dataclass(frozen=True)
class Line:
    """One labelled value of a card. `style` adds the model's marker."""

    label: str
    value: str
    note: str = ""
    style: ArmStyle | None = None


@dataclass(frozen=True)
class Card:
    """A headline number, what it is (`lead`), lines of further values, and closing notes."""

    title: str
    value: str
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    lead: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataTable:
    """A table that says what its figure shows, for those who cannot or would not see it.

    Parameters
    ----------
    name : str
        Name of the downloaded file, without ending.
    caption : str
    frame : DataFrame
        Written as it is into the download.
    shown : bool
        Whether the table stands open.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    shown: bool = False

    @cached_property
    def heads(self) -> list[tuple[str, bool]]:
        """Name of each column for readers, and whether it holds numbers."""
        return [
            (ENGLISH.get(f"column.{column}", human(str(column))), _is_number(self.frame[column]))
            for column in self.frame.columns
        ]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows that are shown."""
        head = self.frame.head(ROWS_SHOWN)
        return [[cell(value) for value in row] for row in head.itertuples(index=False, name=None)]

    @property
    def cut(self) -> str:
        """A note that rows were left out of the page; empty if none were."""
        return say("page.cut", shown=ROWS_SHOWN, total=f"{len(self.frame):,}") if len(self.frame) > ROWS_SHOWN else ""

    @property
    def uri(self) -> str:
        """The whole table as a data URI of a CSV file."""
        text = self.frame.map(_harmless).to_csv(index=False, lineterminator="\r\n")
        return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.encode("utf-8-sig")).decode()


def everybody(tables: StudyTables) -> list[str]:
    """All models of the study."""
    return [arm.name for arm in tables.arms]


def nobody(tables: StudyTables) -> list[str]:
    """No model: the figure names them itself."""
    return []


@dataclass(frozen=True)
class ReportFigure:
    """One question of the report.

    Parameters
    ----------
    name : str
        Short and unique; also the anchor in the page.
    order : int
        Place in the report.
    question, how_to_read : str
        Section title, and the note below the figure.
    needs : tuple of str
        Comparison tables without which the question cannot be answered.
    answer : callable
        One line computed from the tables, with its uncertainty; what follows a line break is detail.
    draw : callable
        The figure in a theme, or None when there is nothing to draw and the answer says why.
    alternatives : callable
        The tables that say the same.
    cards : callable
        Headline numbers above the figure.
    keyed : callable
        The models that the key above the figure explains; none if the figure labels them itself.
    """

    name: str
    order: int
    question: str
    how_to_read: str
    needs: tuple[str, ...]
    answer: Callable[[StudyTables], str]
    draw: Callable[[StudyTables, Theme], go.Figure | None]
    alternatives: Callable[[StudyTables], Sequence[DataTable]]
    cards: Callable[[StudyTables], Sequence[Card]] = field(default=lambda tables: ())
    keyed: Callable[[StudyTables], Sequence[str]] = everybody


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def cell(value: Any) -> str:
    """A value of a table as text: five significant digits, '–' where there is none."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return say("word.yes" if value else "word.no")
    if isinstance(value, float):
        return _number(value)
    if type(value).__module__ == "numpy":
        return cell(value.item())
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    return str(value)


def _number(value: float) -> str:
    if value and abs(value) < 1e-3:
        return f"{value:.2e}".replace("-", "−")
    digits = 0 if abs(value) >= 10_000 else 4 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
