"""The languages of the report: nothing lacks a translation, and what is filled in is the same in all."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from simulator.affordances import AFFORDANCES
from simulator.metrics import METRICS
from simulator.output.dictionary import ENTRY, WEAR, names
from simulator.population.regions import provinces
from simulator.report.figures import FIGURES
from simulator.report.page import chosen
from simulator.report.quantities import quantity
from simulator.report.style import THEMES
from simulator.report.tables import StudyTables
from simulator.report.text import LANGUAGES, catalogue, language, listing, metric, say, unit
from simulator.types import Device, Payment, Source
from tests.unit.report.conftest import HOSTILE
from tests.unit.report.fake_kinds import KINDS

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
SAME = {"page.language", "appendix.language"}
"""Said in one language only, or not in words."""
LATIN = re.compile(r"[A-Za-z]{3,}")
KEPT = {
    "Holm", "Sobol", "Morris", "Cochran", "GMV", "CSV", "HTML", "JavaScript", "simulator", "compare", "sweep", "json",
    "decompose", "sensitivity", "calibrate", "attribution", "validate", "claims", "FILE", "brands", "NAME", "campaign",
    "budget", "yuan", "with", "study", "tables", "columns",
}  # fmt: skip
"""Words that Chinese text keeps: names of people, files and commands."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_says_everything() -> None:
    first, *others = (catalogue(name) for name in LANGUAGES)
    for other in others:
        assert other.keys() == first.keys()


@pytest.mark.parametrize("key", catalogue(LANGUAGES[0]))
def test_a_text_and_its_translation_fill_in_the_same(key: str) -> None:
    english, chinese = (catalogue(name)[key] for name in LANGUAGES)
    assert placeholders(english) == placeholders(chinese)
    assert not CHINESE.search(english)
    if key not in SAME and LATIN.search(re.sub(r"\{\w*\}", "", english)):
        assert CHINESE.search(chinese), f"{key} is not translated: {chinese}"
        left = set(LATIN.findall(re.sub(r"\{\w*\}", "", chinese))) - KEPT
        assert not left, f"{key} keeps {left}"


def test_every_name_of_the_model_has_a_word() -> None:
    """So that a new metric, affordance or region cannot reach a reader as a column name."""
    wanted = {f"metric.{name}" for name in METRICS} | {f"affordance.{name}" for name in AFFORDANCES}
    wanted |= {f"unit.{one.unit}" for one in METRICS.values()} | {f"unit.{name}" for name in WEAR.values()}
    wanted |= {f"source.{name}" for name in (*names(Source), ENTRY)} | {f"device.{name}" for name in names(Device)}
    wanted |= {f"paying.{name}" for name in names(Payment)} | {f"wear.{name}" for name in WEAR}
    wanted |= {f"region.{name}" for name in provinces().names}
    for name in FIGURES:
        wanted |= {f"{name}.question", f"{name}.how", f"{name}.fill"}
    assert wanted <= catalogue(LANGUAGES[0]).keys(), wanted - catalogue(LANGUAGES[0]).keys()


def test_numbers_are_scaled_as_the_language_counts() -> None:
    assert LANGUAGES == ("en", "zh")
    assert quantity(28_100.0, 25_800.0, 30_300.0, "yuan", signed=True).value == "+28,100\u00a0yuan"
    assert quantity(2.5e9, 2.4e9, 2.6e9, "yuan").interval == "2.40 to 2.60\u00a0billion yuan"
    with language("zh"):
        assert quantity(28_100.0, 25_800.0, 30_300.0, "yuan", signed=True).value == "+2.81\u00a0万元"
        assert quantity(2.5e9, 2.4e9, 2.6e9, "yuan").interval == "24.0 至 26.0\u00a0亿元"
        assert listing(["甲", "乙", "丙"]) == "甲，乙和丙"
        assert metric("orders").unit == "orders"
        assert unit("orders") == "单"
    assert listing(["a", "b", "c"]) == "a, b and c"


def test_the_language_ends_with_its_block() -> None:
    with pytest.raises(ZeroDivisionError), language("zh"):
        raise ZeroDivisionError
    assert say("word.yes") == "yes"


def _texts(tables: StudyTables) -> list[str]:
    """Everything a reader sees of the sections, but for the tables."""
    found = []
    for figure in chosen(tables)[0]:
        answer = figure.answer(tables)
        found += [figure.question, figure.how_to_read, figure.note(tables), answer.line, answer.more]
        for card in figure.cards(tables):
            found += [card.title, *card.lead, *card.notes]
            found += [part for line in card.lines for part in (line.label, line.note)]
        drawing = figure.draw(tables, THEMES[0])
        if drawing is not None:
            shown = drawing.figure()
            found += [note.text for note in shown.layout.annotations]
            for axis in (*shown.select_xaxes(), *shown.select_yaxes()):
                found += [axis.title.text or "", *(axis.ticktext or ())]
        for table in figure.alternatives(tables):
            found += [table.caption, *(head for head, _ in table.heads)]
    return found


NAMES = re.compile(
    r"Northwind Phone|Harbour Coat|Plain Phone|aurora|cotton|Price sensitivity|Hazard|Recall|hazard|Taste"
)


@pytest.mark.parametrize("name", ["usual", "one", "tie", "loss", "alone", "silent", "levels"])
def test_no_english_is_left_in_a_chinese_comparison(name: str, studies: dict[str, Path]) -> None:
    with language("zh"):
        check_chinese(_texts(StudyTables(studies[name])))


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("validate", "claims", "calibrate")])
def test_no_english_is_left_in_a_chinese_study(name: str, kinds: dict[str, Path]) -> None:
    with language("zh"):
        check_chinese(_texts(StudyTables(kinds[name])))


def check_chinese(texts: list[str]) -> None:
    for text in texts:
        shown = re.sub(r"<[^>]*>|\{\w*\}", "", NAMES.sub("", text)).replace(HOSTILE, "")
        left = set(LATIN.findall(shown)) - KEPT - {"Users", "Budget"}
        assert not left, (left, text)
