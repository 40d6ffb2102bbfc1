"""Which observed patterns the model shows: every judged row against its band."""

from __future__ import annotations

import pandas as pd

from simulator.report.bands import band_rows, judged
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.sheet import Drawing
from simulator.report.style import Theme
from simulator.report.tables import StudyTables
from simulator.report.text import listing, named, say

ORDER = ("fail", "inconclusive", "pass")
NOT_RUN = "not run"


def run_rows(tables: StudyTables, kind: str = "judged") -> pd.DataFrame:
    """The rows of a kind that were measured; failures first."""
    rows = tables.only("scorecard", kind=kind)
    rows = rows[rows["status"] != NOT_RUN]
    return rows.assign(rank=[ORDER.index(status) for status in rows["status"]]).sort_values("rank", kind="stable")


def answer(tables: StudyTables) -> Answer:
    """How many judged rows pass, which fail, and what was not run."""
    rows = run_rows(tables)
    every = tables.only("scorecard", kind="judged")
    counts = {status: int((rows["status"] == status).sum()) for status in ORDER}
    if not len(rows):
        return Answer(say("scorecard.none"))
    line = say("scorecard.answer", k=counts["pass"], n=len(rows), open=counts["inconclusive"], bad=counts["fail"])
    failing = [f"{row['id']} ({row['title']})" for _, row in rows[rows["status"] == "fail"].iterrows()]
    left = len(every) - len(rows)
    more = [
        say("scorecard.failing", rows=listing(failing)) if failing else "",
        say("scorecard.left", n=left) if left else "",
    ]
    return answered([line, *more])


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A row a judged pattern that was measured."""
    rows = []
    for _, row in run_rows(tables).iterrows():
        numbers = (float(row["mean"]), float(row["low"]), float(row["high"]))
        text = say("scorecard.row", id=row["id"], title=row["title"])
        rows.append(judged(text, str(row["status"]), str(row["unit"]), numbers, (row["band_low"], row["band_high"])))
    return band_rows(rows, theme, say("bands.axis")) if rows else None


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All rows, those that do not count too."""
    rows = tables["scorecard"]
    first = ["id", "title", "kind", "status", "mean", "low", "high", "band_low", "band_high", "unit"]
    more = [name for name in ("diagnosis", "note", "mechanism", "falsified_if", "source") if name in rows]
    frame = rows[[*first, *more]].assign(
        kind=[named("row_kind", str(name)) for name in rows["kind"]],
        status=[named("status", str(name)) for name in rows["status"]],
    )
    return [DataTable("scorecard", say("scorecard.caption"), frame)]


FIGURE = ReportFigure(
    name="scorecard",
    order=128,
    needs=("scorecard",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
