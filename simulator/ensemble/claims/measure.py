"""What a test of a claim reads off the runs: a metric, or a count of rows of a table, alone or over another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Strict

from simulator.ensemble.study_schema import Kind, Outcome, setting, wrong
from simulator.ensemble.targets import level
from simulator.errors import Problem, nearest
from simulator.parameters import Parameters
from simulator.types import MINUTES_PER_DAY

Where = dict[str, Any]
Days = Annotated[tuple[int, ...], Strict(False)]
Tables = Mapping[str, pd.DataFrame]

COUNTED = {"needs": "needs", "users": "users"}
"""Tables whose rows may be counted."""


class Measure(Parameters):
    """A number of one world.

    Of a metric it is its value; of a table the number of rows that have certain values, or a column's sum over them.
    With `over`, the first is divided by the second; of effects, effect by effect.
    """

    metric: str = setting("", doc="name of a metric")
    brand: str = setting("", doc="of a metric: a brand; empty for the whole market")
    rows: Literal["", "needs", "users"] = setting(
        "", doc="table of the run whose rows are counted, instead of a metric"
    )
    where: Where = setting({}, doc="of rows: column: value, or a list of values; >=0 and the like for numbers")
    days: Days = setting((), doc="of needs: first day, and day after the last, in which they were paid")
    sum: str = setting("", doc="of rows: column that is added up instead of counting")
    kind: Kind = setting("level", doc="level with campaigns, or effect: campaign minus control on the same luck")
    over: Measure | None = setting(None, doc="by which it is divided")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        if bool(self.metric) == bool(self.rows):
            yield wrong("", "names neither or both of a metric and rows", "metric: NAME, or rows: needs")
        if self.metric and (self.where or self.days or self.sum):
            yield wrong("metric", "has no rows to choose from", "rows: needs")
        if self.days and (self.rows != "needs" or len(self.days) != 2 or not self.days[0] < self.days[1]):
            yield wrong("days", "is no span of days of needs", "days: [FIRST, AFTER THE LAST]")
        if self.over is not None and self.over.over is not None:
            yield wrong("over", "is a ratio itself", "one division")

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose runs it needs."""
        return ("campaign", "control") if self.kind == "effect" else ("campaign",)

    @property
    def label(self) -> str:
        """How it is called."""
        if self.metric:
            own = self.metric + (f" of {self.brand}" if self.brand else "")
        else:
            chosen = ", ".join(f"{name} {value}" for name, value in self.where.items())
            own = (f"{self.sum} of " if self.sum else "") + self.rows + (f" with {chosen}" if chosen else "")
            own += f", days {self.days[0]} to {self.days[1]}" if self.days else ""
        return f"{self.kind} {own}" + (f" over {self.over.label.partition(' ')[2]}" if self.over else "")

    def of(self, worlds: Sequence[Tables], tick_minutes: int) -> float:
        """Its value in one world.

        Parameters
        ----------
        worlds : the tables of the campaign run and, for an effect, of the control.
        tick_minutes : of the run.
        """
        own = self._single(worlds, tick_minutes)
        if self.over is None:
            return own
        below = self.over.model_copy(update={"kind": self.kind})._single(worlds, tick_minutes)
        return own / below if below else math.nan

    def _single(self, worlds: Sequence[Tables], tick_minutes: int) -> float:
        values = [self._level(tables, tick_minutes) for tables in worlds[: len(self.roles)]]
        return values[0] - values[1] if len(values) == 2 else values[0]

    def _level(self, tables: Tables, tick_minutes: int) -> float:
        if self.metric:
            return level(tables, Outcome(metric=self.metric, kind="level", brand=self.brand))
        table = tables[self.rows]
        chosen = pd.Series(True, index=table.index)
        for column, wanted in self.where.items():
            chosen &= _matches(table[column], wanted)
        if self.days:
            day = table["paid_tick"] * tick_minutes // MINUTES_PER_DAY
            chosen &= (table["paid_tick"] >= 0) & (day >= self.days[0]) & (day < self.days[1])
        return float(table.loc[chosen, self.sum].sum()) if self.sum else float(chosen.sum())

    def unknown(self, metrics: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Problem]]:
        """Metrics and columns that there are not: key and problem of each.

        Parameters
        ----------
        metrics : all that a run knows.
        columns : by table; a name in braces stands for any text.
        """
        if self.metric and self.metric not in metrics:
            message, near = f"there is no metric {self.metric!r}", nearest(self.metric, metrics)
            yield "metric", wrong("metric", message, ", ".join(metrics), near)
        known = columns.get(self.rows, ())
        starts = tuple(name.partition("{")[0] for name in known if "{" in name)
        for key, names in (("where", list(self.where)), ("sum", [self.sum] if self.sum else [])):
            for name in names:
                if name not in known and not (starts and name.startswith(starts)):
                    message, near = f"the table {self.rows} has no column {name!r}", nearest(name, known)
                    yield f"{key}.{name}" if key == "where" else key, wrong(key, message, ", ".join(known), near)
        if self.over is not None:
            for key, problem in self.over.unknown(metrics, columns):
                yield f"over.{key}", problem


def _matches(column: pd.Series, wanted: Any) -> pd.Series:
    """Which values of a column are as wanted: equal, one of several, or beyond a bound."""
    if isinstance(wanted, list | tuple):
        return column.isin(list(wanted))
    for sign in (">=", "<=", ">", "<"):
        if isinstance(wanted, str) and wanted.startswith(sign):
            bound = float(wanted.removeprefix(sign))
            compare = {">=": column.ge, "<=": column.le, ">": column.gt, "<": column.lt}
            return compare[sign](bound)
    return column == wanted
