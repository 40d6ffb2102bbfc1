"""Figures as pictures and tables as CSV, for slides and papers."""

from __future__ import annotations

import copy
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args

from simulator.errors import InputError, Problem, StoreError, nearest
from simulator.output.files import replace_file
from simulator.report.figure import ReportFigure
from simulator.report.page import chosen
from simulator.report.sheet import Drawing
from simulator.report.style import LIGHT, plain
from simulator.report.tables import StudyTables
from simulator.report.text import LANGUAGES, language

Format = Literal["png", "svg"]
FORMATS: tuple[str, ...] = get_args(Format)
WIDTH = 900
"""Of a picture, pixels; a PNG has twice as many."""
SCALE = 2
TITLE, KEY = 48, 24
"""Height of the question above a figure, and of the key below it, pixels."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = "SIMULATOR_CHROMIUM"
"""Environment variable that names the browser."""


def write_figures(
    study_dir: Path | str, target: Path | str, *, form: str = "png", lang: str = LANGUAGES[0],
    also: Iterable[Path | str] = (),
) -> list[Path]:  # fmt: skip
    """Write every figure of a study's report as a picture, and every table behind them as CSV.

    Parameters
    ----------
    study_dir : folder of any study.
    target : folder to write into; it is made if it is not there.
    form : "png" or "svg".
    lang, also : see `write_report`.

    Returns
    -------
    The files written, tables first.

    Raises
    ------
    InputError
        If the format or the language is unknown, or what draws pictures is not installed.
    StoreError
        If a folder holds no readable study, or a file cannot be written.
    """
    if form not in FORMATS:
        message = f"there are no pictures of the format {form!r}"
        raise InputError(Problem(0, 0, "", message, ", ".join(FORMATS), nearest(form, FORMATS)))
    folder = Path(target)
    with language(lang):
        tables = StudyTables(study_dir, also)
        told, _ = chosen(tables)
        written, pictures = [], []
        for figure in told:
            for table in figure.alternatives(tables):
                if len(table.frame):
                    written.append(folder / f"{table.name}.csv")
                    replace_file(written[-1], table.csv)
            drawing = figure.draw(tables, LIGHT)
            if drawing is not None:
                pictures.append((titled(tables, figure, drawing), folder / f"{figure.name}.{form}"))
    _render(pictures, form)
    return [*written, *(path for _, path in pictures)]


def titled(tables: StudyTables, figure: ReportFigure, drawing: Drawing) -> Drawing:
    """A figure that can stand alone: with its question above, and a key to the models if it needs one."""
    spec: dict[str, Any] = copy.deepcopy(drawing.spec)
    keyed = [tables.styles[arm.name].tag(LIGHT, arm.label) for arm in tables.arms if arm.name in figure.keyed(tables)]
    extra = TITLE + (KEY if keyed else 0)
    layout = spec["layout"]
    top, left = layout["margin"]["t"], layout["margin"]["l"]
    layout["height"] += extra
    layout["margin"] = {**layout["margin"], "t": top + extra}
    lines = [(f"<b>{plain(figure.question)}</b>", 18, top + extra - 12)]
    lines += [("   ".join(keyed), 13, top + KEY)] if keyed else []
    place = {"showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top"}
    layout["annotations"] = [
        *layout["annotations"],
        *(
            {**place, "text": text, "font": {"size": size}, "xshift": 12 - left, "yshift": up}
            for text, size, up in lines
        ),
    ]
    return Drawing(spec)


def _render(pictures: list[tuple[Drawing, Path]], form: str) -> None:
    """Draw all pictures in one browser; nothing is fetched from outside."""
    kaleido = _kaleido()
    logging.getLogger("kaleido").setLevel(logging.ERROR)
    logging.getLogger("choreographer").setLevel(logging.ERROR)
    jobs = [
        {
            "fig": drawing.figure().to_dict(),
            "path": str(path),
            "opts": {"format": form, "width": WIDTH, "height": drawing.height, "scale": SCALE if form == "png" else 1},
        }
        for drawing, path in pictures
    ]
    browser = find_browser()
    options = {"mathjax": False, **({"path": browser} if browser else {})}
    try:
        kaleido.write_fig_from_object_sync(jobs, kopts=options)
    except RuntimeError as error:
        message = "pictures need a Chromium or Chrome browser, and none was found"
        raise InputError(f"{message}; install one, or name it in {CHROMIUM}") from error
    except OSError as error:
        raise StoreError(f"cannot write pictures: {error}") from error


def find_browser() -> str:
    """The browser that draws: named by SIMULATOR_CHROMIUM, else the system's; empty if there is none."""
    wanted = os.environ.get(CHROMIUM, "")
    if wanted:
        return wanted
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")


def _kaleido() -> Any:
    try:
        import kaleido
    except ImportError:
        raise InputError("pictures need the package kaleido: pip install 'market-simulator[figures]'") from None
    return kaleido
