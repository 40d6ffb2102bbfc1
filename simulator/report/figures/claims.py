"""What the article got right: a verdict on each of its claims, from the experiment that tested it."""

from __future__ import annotations

import math

import pandas as pd

from simulator.report.bands import LOOKS
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.quantities import quantity
from simulator.report.sheet import Drawing, Sheet
from simulator.report.style import SYMBOLS, ArmStyle, Theme, broken, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, named, say, spoken

VERDICTS = ("supported", "conditional", "contradicted", "unknown")
STYLES = {
    "supported": LOOKS["pass"],
    "conditional": LOOKS["inconclusive"],
    "contradicted": LOOKS["fail"],
    "unknown": ArmStyle("#777777", "dot", "square"),
}
LINE, GAP = 18, 14
WIDE_LETTERS, NARROW_LETTERS = 112, 40


def rows(tables: StudyTables) -> pd.DataFrame:
    """The claims, supported ones first."""
    found = tables["claims"]
    order = {name: place for place, name in enumerate(VERDICTS)}
    return found.assign(rank=[order.get(str(name), len(order)) for name in found["verdict"]]).sort_values(
        "rank", kind="stable"
    )


def claim_text(row: pd.Series) -> str:
    """The claim in the language being spoken, where the study has it."""
    return str(row.get(f"claim_{spoken()}") or row["claim"])


def answer(tables: StudyTables) -> Answer:
    """How many claims are supported, hold on a condition, are contradicted, or stay open."""
    found = tables["claims"]
    counts = {name: int((found["verdict"] == name).sum()) for name in VERDICTS}
    line = say("claims.answer", n=len(found), **counts)
    against = [str(one) for one in found.loc[found["verdict"] == "contradicted", "id"]]
    return answered([line, say("claims.against", ids=listing(against)) if against else "", say("claims.luck")])


def _detail(row: pd.Series) -> str:
    """The verdict with its condition and the number behind it."""
    parts = [named("verdict_of", str(row["verdict"]))]
    if str(row["condition"] or ""):
        parts.append(say("claims.if", condition=row["condition"]))
    mean, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    if math.isfinite(mean):
        found = quantity(mean, low, high, str(row["unit"] or ""), signed=True)
        parts.append(f"{found.value} ({found.ends})" if found.ends else found.value)
    return say("word.semicolon").join(parts)


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """Every claim with a mark for its verdict, the verdict in words, and the number behind it."""
    most = NARROW_LETTERS if theme.narrow else WIDE_LETTERS
    blocks = []
    for _, row in rows(tables).iterrows():
        head = broken(say("claims.row", id=row["id"], claim=claim_text(row)), most)
        blocks.append((str(row["verdict"]), head, broken(_detail(row), most)))
    if not blocks:
        return None
    total = sum(LINE * (len(head) + len(detail)) + GAP for _, head, detail in blocks)
    sheet = Sheet(theme, total + 8, {"l": 8, "r": 8, "t": 4, "b": 4})
    sheet.panel(1, {"visible": False, "range": [0, 1]}, {"visible": False, "range": [total, 0]})
    top = 0.0
    for verdict, head, detail in blocks:
        style = STYLES.get(verdict, STYLES["unknown"])
        mark = f'<span style="color:{style.mark(theme)}">{SYMBOLS[style.marker]}</span>'
        sheet.text(mark, y=top + LINE / 2, yref="y", yanchor="middle")
        for line in head + detail:
            words = plain(line) if line in detail else f"<b>{plain(line)}</b>"
            sheet.text(words, xshift=24, y=top + LINE / 2, yref="y", yanchor="middle")
            top += LINE
        top += GAP
    sheet.trace(1, x=[0], y=[0], mode="markers", marker={"size": 1, "color": theme.background})
    return sheet.drawing()


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All claims with verdict, condition, estimate and experiment."""
    found = rows(tables)
    frame = pd.DataFrame(
        {
            "id": found["id"],
            "claim": [claim_text(row) for _, row in found.iterrows()],
            "verdict": [named("verdict_of", str(name)) for name in found["verdict"]],
            **{name: found[name] for name in ("condition", "estimate", "low", "high", "unit", "experiment")},
        }
    )
    return [DataTable("claims", say("claims.caption"), frame, shown=True)]


FIGURE = ReportFigure(
    name="claims",
    order=5,
    needs=("claims",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
