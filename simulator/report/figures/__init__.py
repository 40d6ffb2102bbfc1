"""The figures of the report: one file each, found by the registry under `FIGURE`."""

from __future__ import annotations

from simulator.registry import Registry
from simulator.report.figure import ReportFigure

FIGURES: Registry[ReportFigure] = Registry("simulator.report.figures", "FIGURE", "figure")


def in_order() -> list[ReportFigure]:
    """All figures in the order of the report."""
    return sorted(FIGURES.values(), key=lambda figure: (figure.order, figure.name))
