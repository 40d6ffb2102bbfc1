"""`simulator report`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.app import console


@dataclass(frozen=True)
class Request:
    """What was asked."""

    folder: Path
    lang: str
    also: tuple[Path, ...]
    figures: Path | None
    form: str
    as_json: bool


def run(request: Request) -> None:
    """Write the report of a stored study, and its figures if they are asked for, and name them."""
    from simulator.report.page import write_report

    page = write_report(request.folder, request.lang, request.also)
    written: list[Path] = []
    if request.figures is not None:
        from simulator.report.export import write_figures

        written = write_figures(
            request.folder, request.figures, form=request.form, lang=request.lang, also=request.also
        )
    if request.as_json:
        told = {"study": str(request.folder), "report": str(page), "files": [str(path) for path in written]}
        console.write_json(told)
        return
    console.say(f"Report: {page}")
    if request.figures is not None:
        pictures = sum(path.suffix == f".{request.form}" for path in written)
        console.say(f"Figures: {pictures} pictures and {len(written) - pictures} tables in {request.figures}")
