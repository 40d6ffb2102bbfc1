"""The report: one self-contained HTML file that needs no network, answers first, and prints."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from simulator.output.files import replace_file
from simulator.report import appendix
from simulator.report.figure import Answer, Card, DataTable, ReportFigure
from simulator.report.figures import in_order
from simulator.report.style import FONTS, THEMES, ArmStyle, Theme
from simulator.report.tables import Arm, StudyTables
from simulator.report.text import LANGUAGES, language, listing, say


@dataclass(frozen=True)
class Section:
    """A question of the report with everything the page shows of it."""

    name: str
    question: str
    answer: Answer
    how_to_read: str
    note: str
    cards: tuple[Card, ...]
    drawings: dict[str, str]
    heights: tuple[int, int]
    tables: tuple[DataTable, ...]
    keyed: tuple[tuple[Arm, ArmStyle], ...]
    days: bool


def file_name(lang: str) -> str:
    """Name of the report in a language."""
    return "report.html" if lang == LANGUAGES[0] else f"report.{lang}.html"


def write_report(study_dir: Path | str, lang: str = LANGUAGES[0], also: Iterable[Path | str] = ()) -> Path:
    """Write the report of a study into its folder and return its path.

    The file is written under a temporary name and renamed, so a report that is there is whole. The same study gives
    the same bytes.

    Parameters
    ----------
    study_dir : folder of any study: a comparison, a study file's, or a scorecard.
    lang : "en" or "zh".
    also : folders of other studies, whose sections are told in the same report.

    Raises
    ------
    InputError
        If the report does not speak the language.
    StoreError
        If a folder holds no readable study, or the report cannot be written.
    """
    with language(lang):
        text = render(StudyTables(study_dir, also))
    target = Path(study_dir) / file_name(lang)
    replace_file(target, text)
    return target


def render(tables: StudyTables) -> str:
    """The page as text, in the language being spoken."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    told, missing = chosen(tables)
    return environment.get_template("template.html.j2").render(
        say=say,
        title=title(tables),
        facts=facts(tables),
        sections=[section(tables, figure) for figure in told],
        parts=appendix.parts(tables, missing),
        themes=THEMES,
        fonts=FONTS,
        swatch=swatch,
        plotly=plotly_source(),
    )


def chosen(tables: StudyTables) -> tuple[list[ReportFigure], list[ReportFigure]]:
    """The figures that the tables support, and those that are left out."""
    every = in_order()
    told = [figure for figure in every if figure.can_answer(tables)]
    return told, [figure for figure in every if figure not in told]


def section(tables: StudyTables, figure: ReportFigure) -> Section:
    """Answer one question from the tables."""
    drawings, heights = drawn(tables, figure)
    keyed = figure.keyed(tables)
    return Section(
        name=figure.name,
        question=figure.question,
        answer=figure.answer(tables),
        how_to_read=figure.how_to_read if drawings else "",
        note=figure.note(tables),
        cards=tuple(figure.cards(tables)),
        drawings=drawings,
        heights=heights,
        tables=tuple(table for table in figure.alternatives(tables) if len(table.frame)),
        keyed=tuple((arm, tables.styles[arm.name]) for arm in tables.arms if drawings and arm.name in keyed),
        days=figure.over_days,
    )


def drawn(tables: StudyTables, figure: ReportFigure) -> tuple[dict[str, str], tuple[int, int]]:
    """The figure wide and narrow, as JSON safe inside a script element; its height in both, in pixels.

    The light form is written down whole, of the dark one what differs: ``figure`` and ``dark``, a list of paths and
    values.
    """
    from plotly.io.json import to_json_plotly

    found, heights = {}, []
    for narrow in (False, True):
        light, dark = (figure.draw(tables, dataclasses.replace(theme, narrow=narrow)) for theme in THEMES)
        if light is None or dark is None:
            return {}, (0, 0)
        whole = {"figure": light.spec, "dark": list(differing(light.spec, dark.spec))}
        found["narrow" if narrow else "wide"] = embedded(to_json_plotly(whole))
        heights.append(light.height)
    return found, (heights[0], heights[1])


def differing(one: Any, other: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[list[str | int], Any]]:
    """Paths at which two nested values differ, with what the second has there; both have the same shape."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in other:
            yield from differing(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and one and isinstance(one[0], dict):
        for place, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from differing(first, second, (*path, place))
    elif one is not other and not np.array_equal(one, other, equal_nan=_is_float(one)):
        yield list(path), other


def _is_float(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def embedded(text: str) -> str:
    """JSON in which nothing can end a script element or open a comment."""
    for letter in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def title(tables: StudyTables) -> str:
    """What the study calls itself, else what it compares."""
    first = tables.studies[0]
    if first.title or first.kind not in ("compare", "validate"):
        return first.title or say("page.title_study", name=str(first.content.get("name") or first.path.name))
    if first.kind == "validate":
        return say("page.title_validate")
    names = [arm.label for arm in tables.arms]
    return say("page.title" if len(names) > 1 else "page.title_one", names=listing(names))


def facts(tables: StudyTables) -> list[str]:
    """What was done, in a few words: kind of study, replications, people, days, seed."""
    first, count = tables.studies[0], tables.replications
    found = [say(f"page.{first.kind}")] if first.kind != "compare" else []
    if first.kind == "compare":
        found.append(say("page.replications", n=count) if count > 1 else say("page.replication"))
    elif count > 1:
        found.append(say("page.worlds", n=count))
    for arm in tables.arms:
        market = tables.scenario(arm.name).get("market") or {}
        if "users" in market and "days" in market:
            found += [say("page.people", users=f"{market['users']:,}"), say("page.days", days=f"{market['days']:g}")]
            break
    if "seed" in tables.study:
        found.append(say("page.seed", seed=tables.study["seed"]))
    return found + [say("page.unfinished", path=one.path.name) for one in tables.studies if not one.complete]


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
