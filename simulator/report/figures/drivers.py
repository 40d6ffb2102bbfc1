"""Which inputs decide: a tornado of elementary effects, or shares of the variance."""

from __future__ import annotations

import math

import pandas as pd

from simulator.report.dots import Dot, Panel, dot_panels
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.findings import outcome, response_label
from simulator.report.quantities import Quantity, quantity
from simulator.report.sheet import Drawing
from simulator.report.style import ArmStyle, Theme, plain
from simulator.report.tables import StudyTables
from simulator.report.text import human, joined, listing, named, say

MAIN = {"sobol": "ST", "morris": "mu_star"}
SECOND = {"sobol": "S1", "morris": "sigma"}
FILLED = ArmStyle("#0072B2", "solid", "circle")
SECOND_STYLE = ArmStyle("#D55E00", "dash", "square")
FIXED = 0.05
"""A total index whose interval ends below this may be fixed: it explains hardly any of the variance."""
SETTLED = 0.1
"""Largest change of a total index from half of the sample to all of it that counts as settled."""
TOLD = 3


def method(tables: StudyTables) -> str:
    """Sobol or Morris."""
    return "sobol" if "ST" in set(tables["sensitivity.indices"]["index"]) else "morris"


def response(tables: StudyTables) -> str:
    """The response that is drawn: the difference of two scenarios if there is one, else the first."""
    names = [str(name) for name in dict.fromkeys(tables["sensitivity.indices"]["response"])]
    return next((name for name in names if " - " in name.partition(": ")[0]), names[0])


def indices(tables: StudyTables, index: str, share: float = 1.0) -> pd.DataFrame:
    """An index of the response that is drawn, by parameter, largest first, from a part of the sample."""
    rows = tables.only("sensitivity.indices", response=response(tables), index=index)
    sizes = sorted(rows["n"].unique())
    wanted = min(sizes, key=lambda n: abs(n - share * sizes[-1]))
    return rows[rows["n"] == wanted].sort_values("value", ascending=False, kind="stable").set_index("parameter")


def _unit(tables: StudyTables) -> str:
    return "" if method(tables) == "sobol" else outcome(response(tables).partition(": ")[2]).unit


def _put(tables: StudyTables, value: float, half: float) -> Quantity:
    unit = "share" if method(tables) == "sobol" else _unit(tables)
    return quantity(value, value - half, value + half, unit)


def answer(tables: StudyTables) -> Answer:
    """Which parameters decide most, which could be fixed, and whether the indices have settled."""
    how = method(tables)
    rows = indices(tables, MAIN[how])
    parts = []
    for name, row in rows.head(TOLD).iterrows():
        found = _put(tables, float(row["value"]), float(row["half_width"]))
        parts.append(say("drivers.part", name=human(str(name)), value=found.value, ends=found.ends))
    line = say(f"drivers.answer_{how}", what=response_label(response(tables)), parts=joined(parts))
    return answered([line, _fixed(rows) if how == "sobol" else "", _settled(tables)])


def _fixed(rows: pd.DataFrame) -> str:
    small = [human(str(name)) for name, row in rows.iterrows() if row["value"] + row["half_width"] < FIXED]
    return say("drivers.fixed", names=listing(small)) if small else ""


def _settled(tables: StudyTables) -> str:
    """Largest change of the main index between half of the sample and all of it."""
    main = MAIN[method(tables)]
    whole, half = indices(tables, main), indices(tables, main, 0.5)
    if whole["n"].iloc[0] == half["n"].iloc[0]:
        return ""
    change = (whole["value"] - half["value"].reindex(whole.index)).abs()
    largest = float(change.max()) / (1.0 if method(tables) == "sobol" else float(whole["value"].max() or 1.0))
    key = "drivers.settled" if largest <= SETTLED else "drivers.unsettled"
    return say(key, change=f"{100 * largest:.0f}", n=int(whole["n"].iloc[0]), half=int(half["n"].iloc[0]))


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A row a parameter: the main index, and below it how much of it is curved or shared with others."""
    how = method(tables)
    main, second = indices(tables, MAIN[how]), indices(tables, SECOND[how])
    dots = []
    for name, row in main.iterrows():
        dots.append(_dot(tables, human(str(name)), say(f"drivers.{MAIN[how]}"), row, FILLED))
        if name in second.index:
            dots.append(_dot(tables, human(str(name)), say(f"drivers.{SECOND[how]}"), second.loc[name], SECOND_STYLE))
    unit = "share" if how == "sobol" else _unit(tables)
    return dot_panels([Panel(response_label(response(tables)), say(f"drivers.axis_{how}"), unit, tuple(dots))], theme)


def _dot(tables: StudyTables, name: str, what: str, row: pd.Series, style: ArmStyle) -> Dot:
    value, half = float(row["value"]), float(row["half_width"])
    found = _put(tables, value, half)
    detail = f"<b>{found.value}</b>" + (f" ({found.ends})" if found.ends else "")
    ends = (value - half, value + half) if math.isfinite(half) else (math.nan, math.nan)
    return Dot(plain(say("drivers.row", name=name, what=what)), detail, value, *ends, style)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All indices on all parts of the sample."""
    rows = tables["sensitivity.indices"]
    frame = rows.assign(
        response=[response_label(str(name)) for name in rows["response"]],
        parameter=[human(str(name)) for name in rows["parameter"]],
        index=[named("index", str(name)) for name in rows["index"]],
    )
    return [DataTable("sensitivity", say("drivers.caption"), frame.rename(columns={"n": "samples"}))]


FIGURE = ReportFigure(
    name="drivers",
    order=100,
    needs=("sensitivity.indices",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
