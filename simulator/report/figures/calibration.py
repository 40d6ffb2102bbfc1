"""What the targets pin down: parameters within their ranges, and targets within their bands."""

from __future__ import annotations

import math

import pandas as pd

from simulator.report.bands import band_rows, judged
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, cell, nobody
from simulator.report.sheet import Drawing
from simulator.report.style import Theme
from simulator.report.tables import StudyTables
from simulator.report.text import human, joined, named, say

PINNED = 0.5
"""Width of the posterior, as a share of the range, below which a parameter counts as pinned down."""


def answer(tables: StudyTables) -> Answer:
    """How many targets lie in their bands, fitted and held out, and which parameters stay open."""
    targets, parameters = tables["calibrate.targets"], tables["calibrate.parameters"]
    counts = {}
    for use in dict.fromkeys(targets["use"]):
        own = targets[targets["use"] == use]
        counts[str(use)] = say(
            "calibration.count", use=named("use", str(use)), k=int((own["verdict"] == "pass").sum()), n=len(own)
        )
    told = [_width(row) for _, row in parameters.iterrows()]
    return answered(
        [say("calibration.answer", parts=joined(list(counts.values()))), say("calibration.pinned", parts=joined(told))]
    )


def _width(row: pd.Series) -> str:
    name = human(str(row["parameter"]))
    if not math.isfinite(row["width"]):
        return say("calibration.unknown", name=name)
    key = "calibration.tight" if row["width"] < PINNED else "calibration.wide"
    ends = {"low": cell(float(row["posterior_low"])), "high": cell(float(row["posterior_high"]))}
    return say(key, name=name, rate=f"{100 * row['width']:.0f}", **ends)


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """A row a target: its band, and what the best setting gives on fresh luck."""
    rows = []
    for _, row in tables["calibrate.targets"].iterrows():
        numbers = (float(row["value"]), float(row["low"]), float(row["high"]))
        text = say("calibration.row", name=str(row["target"]), use=named("use", str(row["use"])))
        rows.append(judged(text, str(row["verdict"]), "", numbers, (row["band_low"], row["band_high"])))
    return band_rows(rows, theme, say("bands.axis")) if rows else None


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Parameters with their posteriors, and targets."""
    targets = tables["calibrate.targets"]
    second = targets.assign(
        use=[named("use", str(name)) for name in targets["use"]],
        verdict=[named("status", str(name)) for name in targets["verdict"]],
    )
    return [
        DataTable(
            "calibrated_parameters", say("calibration.caption_parameters"), tables["calibrate.parameters"], shown=True
        ),
        DataTable("calibration_targets", say("calibration.caption_targets"), second),
    ]


FIGURE = ReportFigure(
    name="calibration",
    order=126,
    needs=("calibrate.parameters", "calibrate.targets"),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    keyed=nobody,
)
