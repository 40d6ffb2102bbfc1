"""What a figure of the report is made of."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from simulator.report.sheet import Drawing
from simulator.report.style import ArmStyle, Theme
from simulator.report.tables import StudyTables
from simulator.report.text import named, say, sentences

ROWS_SHOWN = 200
"""Rows of a table written into the page; the download always holds all."""


DIGITS = 10
"""Significant digits of a downloaded number; the study's own tables have all."""


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
class Answer:
    """What a section says: one line that answers its question, and what belongs to it in further sentences."""

    line: str
    more: str = ""


def answered(parts: Sequence[str]) -> Answer:
    """The first sentence as the line, the others after it."""
    first, *rest = [part for part in parts if part]
    return Answer(first, sentences(rest))


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
        """Column names for readers, and whether the column holds numbers."""
        return [(named("column", str(column)), _is_number(self.frame[column])) for column in self.frame.columns]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows that are shown."""
        head = self.frame.head(ROWS_SHOWN)
        return [[cell(value) for value in row] for row in head.itertuples(index=False, name=None)]

    @property
    def body(self) -> str:
        """Those rows as HTML; everything in them is text."""
        starts = ['<td class="number">' if number else "<td>" for _, number in self.heads]
        lines = ("".join(f"{s}{html.escape(c)}</td>" for s, c in zip(starts, row, strict=True)) for row in self.rows)
        return "".join(f"<tr>{line}</tr>\n" for line in lines)

    @property
    def cut(self) -> str:
        """A note that rows were left out of the page; empty if none were."""
        return say("page.cut", shown=ROWS_SHOWN, total=f"{len(self.frame):,}") if len(self.frame) > ROWS_SHOWN else ""

    @property
    def csv(self) -> bytes:
        """The whole table as a CSV file, with a byte order mark for spreadsheets."""
        words = self.frame.select_dtypes(exclude="number").columns
        safe = self.frame.assign(**{str(name): self.frame[name].map(_harmless) for name in words})
        text = safe.to_csv(index=False, lineterminator="\r\n", float_format=f"%.{DIGITS}g")
        return bytes(text.encode("utf-8-sig"))

    @property
    def uri(self) -> str:
        """The whole table as a data URI of a CSV file."""
        return "data:text/csv;charset=utf-8;base64," + base64.b64encode(self.csv).decode()


def everybody(tables: StudyTables) -> list[str]:
    """All models of the study."""
    return [arm.name for arm in tables.arms]


def nobody(tables: StudyTables) -> list[str]:
    """No model: the figure names them itself."""
    return []


def nothing(tables: StudyTables) -> str:
    """No note."""
    return ""


@dataclass(frozen=True)
class ReportFigure:
    """One question of the report.

    Its words stand under its name: ``question``, ``how`` to read it, and what would ``fill`` it where it is left out.

    Parameters
    ----------
    name : str
        Short and unique; also the anchor in the page.
    order : int
        Place in the report.
    needs : tuple of str
        Tables without which the question cannot be answered.
    answer : callable
        Computed from the tables, with its uncertainty.
    draw : callable
        The figure in a theme, or None when there is nothing to draw and the answer says why.
    alternatives : callable
        The tables that say the same.
    fits : callable
        Whether the tables that are there can answer; a section that does not fit is left out.
    cards : callable
        Headline numbers above the figure.
    keyed : callable
        The models that the key above the figure explains; none if the figure labels them itself.
    note : callable
        What has to be known of the numbers, in small print below the figure.
    over_days : bool
        Whether the page puts a slider for the day beside the figure, see `template.js`.
    """

    name: str
    order: int
    needs: tuple[str, ...]
    answer: Callable[[StudyTables], Answer]
    draw: Callable[[StudyTables, Theme], Drawing | None]
    alternatives: Callable[[StudyTables], Sequence[DataTable]]
    fits: Callable[[StudyTables], bool] = field(default=lambda tables: True)
    cards: Callable[[StudyTables], Sequence[Card]] = field(default=lambda tables: ())
    keyed: Callable[[StudyTables], Sequence[str]] = everybody
    note: Callable[[StudyTables], str] = nothing
    over_days: bool = False

    @property
    def question(self) -> str:
        """The title of its section."""
        return say(f"{self.name}.question")

    @property
    def how_to_read(self) -> str:
        """The note below the figure."""
        return say(f"{self.name}.how")

    @property
    def filled_by(self) -> str:
        """What would fill the section where a study cannot."""
        return say(f"{self.name}.fill")

    def can_answer(self, tables: StudyTables) -> bool:
        """Whether the tables support the section."""
        return all(name in tables for name in self.needs) and self.fits(tables)


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
