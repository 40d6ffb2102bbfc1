"""The report: one self-contained HTML file that needs no network, answers first, and prints."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from simulator.output.files import replace_file
from simulator.report import appendix
from simulator.report.figure import Card, DataTable, ReportFigure
from simulator.report.figures import in_order
from simulator.report.style import FONTS, THEMES, ArmStyle, Theme
from simulator.report.tables import Arm, StudyTables
from simulator.report.text import listing, say

REPORT = "report.html"
FORMS = tuple(dataclasses.replace(theme, narrow=narrow) for theme in THEMES for narrow in (False, True))
"""The themes, each in its wide and its narrow form."""


@dataclass(frozen=True)
class Section:
    """A question of the report with everything the page shows of it."""

    name: str
    question: str
    answer: str
    how_to_read: str
    cards: tuple[Card, ...]
    drawings: dict[str, str]
    heights: tuple[int, int]
    tables: tuple[DataTable, ...]
    keyed: tuple[tuple[Arm, ArmStyle], ...]


def write_report(study_dir: Path | str) -> Path:
    """Write `report.html` into a study's folder and return its path.

    The file is written under a temporary name and renamed, so a report that is there is whole. The same study gives
    the same bytes.

    Raises
    ------
    StoreError
        If the folder holds no readable study, or the report cannot be written.
    """
    folder = Path(study_dir)
    target = folder / REPORT
    replace_file(target, render(StudyTables(folder)))
    return target


def render(tables: StudyTables) -> str:
    """The page as text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    sections = [section(tables, figure) for figure in in_order()]
    names = [arm.label for arm in tables.arms]
    key = "page.title" if len(names) > 1 else "page.title_one"
    return environment.get_template("template.html.j2").render(
        say=say,
        title=str(tables.study.get("title") or say(key, names=listing(names))),
        facts=facts(tables),
        sections=sections,
        parts=appendix.parts(tables),
        themes=THEMES,
        fonts=FONTS,
        swatch=swatch,
        plotly=plotly_source(),
    )


def section(tables: StudyTables, figure: ReportFigure) -> Section:
    """Answer one question from the tables, or say which tables it would need."""
    missing = [name for name in figure.needs if name not in tables]
    if missing:
        note = say("page.missing", tables=listing(missing))
        return Section(figure.name, figure.question, note, "", (), {}, (0, 0), (), ())
    drawings, heights = drawn(tables, figure)
    keyed = figure.keyed(tables)
    return Section(
        name=figure.name,
        question=figure.question,
        answer=figure.answer(tables),
        how_to_read=figure.how_to_read if drawings else "",
        cards=tuple(figure.cards(tables)),
        drawings=drawings,
        heights=heights,
        tables=tuple(table for table in figure.alternatives(tables) if len(table.frame)),
        keyed=tuple((arm, tables.styles[arm.name]) for arm in tables.arms if drawings and arm.name in keyed),
    )


def drawn(tables: StudyTables, figure: ReportFigure) -> tuple[dict[str, str], tuple[int, int]]:
    """The figure in every form, as JSON safe inside a script element; its height, wide and narrow, in pixels."""
    found, heights = {}, {False: 0, True: 0}
    for theme in FORMS:
        drawing = figure.draw(tables, theme)
        if drawing is not None:
            found[theme.key] = embedded(drawing.to_json(validate=False))
            heights[theme.narrow] = int(drawing.layout.height)
    return found, (heights[False], heights[True])


def embedded(text: str) -> str:
    """JSON in which nothing can end a script element or open a comment."""
    for letter in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def facts(tables: StudyTables) -> list[str]:
    """What was done, in a few words: replications, people, days, seed."""
    count = tables.replications
    found = [say("page.replications", n=count) if count > 1 else say("page.replication")]
    for arm in tables.arms:
        market = tables.scenario(arm.name).get("market") or {}
        if "users" in market and "days" in market:
            found += [say("page.people", users=f"{market['users']:,}"), say("page.days", days=f"{market['days']:g}")]
            break
    if "seed" in tables.study:
        found.append(say("page.seed", seed=tables.study["seed"]))
    return found


def swatch(style: ArmStyle, theme: Theme) -> dict[str, str]:
    """What the key draws for a model: colour in a theme, dash of the line, outline of the marker."""
    return {"colour": style.mark(theme), "dash": DASHES[style.dash], "marker": MARKERS[style.marker]}


DASHES = {
    "solid": "none",
    "dash": "6 4",
    "dot": "2 3",
    "dashdot": "6 3 2 3",
    "longdash": "9 4",
    "longdashdot": "9 3 2 3",
}
MARKERS = {
    "circle": "M18 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10z",
    "square": "M13.5 3.5h9v9h-9z",
    "diamond": "M18 2l6 6l-6 6l-6-6z",
    "triangle-up": "M18 2l6 11h-12z",
    "triangle-down": "M18 14l6-11h-12z",
    "cross": "M16 2.500h4v3.500h3.500v4h-3.500v3.500h-4v-3.500h-3.500v-4h3.500z",
    "star": "M18 1l2 5h5l-4 3.500l1.500 5l-4.500-3l-4.500 3l1.500-5l-4-3.500h5z",
    "x": "M14 2l4 4l4-4l2 2l-4 4l4 4l-2 2l-4-4l-4 4l-2-2l4-4l-4-4z",
    "hexagon": "M18 2l5 3v6l-5 3l-5-3v-6z",
}
"""Outlines around the point (18, 8) of the key."""


@functools.cache
def plotly_source() -> str:
    """The plotly.js library as shipped with plotly, ready for a script element."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


@functools.cache
def asset(name: str) -> str:
    """The text of a template file of this package."""
    return (resources.files("simulator.report") / name).read_text(encoding="utf-8")
