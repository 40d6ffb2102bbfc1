"""Every figure of the registry, on every made-up study: it draws, it answers, it has a table that says the same."""

from __future__ import annotations

import dataclasses
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.report.curves import apart
from simulator.report.figure import Answer
from simulator.report.figures import FIGURES, in_order
from simulator.report.figures.cascades import ccdf, thinned
from simulator.report.figures.funnel import steps
from simulator.report.page import chosen
from simulator.report.sheet import Drawing
from simulator.report.style import SHEET, THEMES, Theme
from simulator.report.tables import COLUMNS, StudyTables
from tests.unit.report.conftest import HOSTILE, STUDIES
from tests.unit.report.fake_kinds import KINDS, TOLD

FORMS = tuple(dataclasses.replace(theme, narrow=narrow) for theme in THEMES for narrow in (False, True))
COMPARED = (
    "verdict", "paired_differences", "spread", "funnel", "sources", "regions", "cascades", "payment",
    "marketing_return", "wear", "spread_map",
)  # fmt: skip
"""The sections of a comparison, in order."""


def test_the_registry_finds_the_figures_in_order() -> None:
    own = [figure.name for figure in in_order()]
    assert [name for name in own if name in COMPARED] == list(COMPARED)
    assert own[0] == "claims"
    with pytest.raises(InputError, match=r"unknown figure 'verdikt'.*did you mean 'verdict'"):
        FIGURES["verdikt"]


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", COMPARED)
def test_a_figure_draws_or_says_why_not(name: str, study: str, loaded: dict[str, StudyTables]) -> None:
    figure, tables = FIGURES[name], loaded[study]
    assert set(figure.needs) <= COLUMNS.keys()
    if name == "marketing_return" and study == "levels":
        assert not figure.can_answer(tables)
        return
    assert figure.can_answer(tables)
    check_answer(figure.answer(tables))
    drawings = [figure.draw(tables, form) for form in FORMS]
    if (study == "alone" and name in ("paired_differences", "cascades")) or (study == "silent" and name == "cascades"):
        assert drawings == [None] * len(FORMS)
        return
    for form, drawing in zip(FORMS, drawings, strict=True):
        check_drawing(drawing, form)


def check_answer(answer: Answer) -> None:
    """A line and more, in words: no number that is none, no place that was not filled in."""
    assert answer.line.strip()
    for text in (answer.line, answer.more):
        assert "nan" not in text.lower().replace("finance", "")
        assert "{" not in text


def check_drawing(drawing: Drawing, form: Theme) -> None:
    """Plotly accepts it, it fits the page, and it answers no finger that scrolls."""
    figure = drawing.figure()
    assert figure.data
    assert {trace.type for trace in figure.data} <= {"scatter", "heatmap"}
    assert not figure.layout.showlegend
    assert figure.layout.template.layout.paper_bgcolor == form.background
    assert form.narrow or drawing.height <= SHEET + 320
    for axis in figure.select_xaxes():
        assert axis.range is not None or axis.type == "log"


@pytest.mark.parametrize("name", KINDS)
def test_a_study_of_any_kind_has_the_sections_its_tables_support(name: str, kinds: dict[str, Path]) -> None:
    tables = StudyTables(kinds[name])
    told, missing = chosen(tables)
    assert [figure.name for figure in told] == TOLD[name]
    assert len(told) + len(missing) == len(FIGURES)
    for figure in told:
        check_answer(figure.answer(tables))
        for form in FORMS:
            drawing = figure.draw(tables, form)
            assert drawing is not None
            check_drawing(drawing, form)
        assert all(len(table.frame) for table in figure.alternatives(tables))


@pytest.mark.parametrize("name", COMPARED)
def test_every_figure_has_a_table(name: str, loaded: dict[str, StudyTables]) -> None:
    found = FIGURES[name].alternatives(loaded["usual"])
    assert found
    assert all(len(table.frame) for table in found)


@pytest.mark.parametrize("name", COMPARED)
def test_names_are_text_in_figures(name: str, loaded: dict[str, StudyTables]) -> None:
    drawing = FIGURES[name].draw(loaded["hostile"], FORMS[0]).figure()
    texts = [note.text for note in drawing.layout.annotations]
    texts += [trace.hovertemplate or "" for trace in drawing.data]
    assert not any("<script" in text or "<img" in text for text in texts)


def test_the_verdict_names_winner_value_and_interval(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["usual"])
    assert answer.line.startswith("Campaigns added most on Public feed: +")
    assert "95\u00a0% interval" in answer.line
    assert "brands without a campaign changed by −" in answer.more


def test_the_verdict_of_a_tie_names_no_winner(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["tie"])
    assert answer.line.startswith("Not separable")
    assert "Separably behind: Private circle" in answer.more


def test_one_replication_cannot_know(loaded: dict[str, StudyTables]) -> None:
    for name in ("verdict", "paired_differences"):
        assert "cannot be known" in FIGURES[name].answer(loaded["one"]).line
    cards = FIGURES["verdict"].cards(loaded["one"])
    assert any("no interval" in line.note for card in cards for line in card.lines)


def test_losing_campaigns_are_no_win(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["loss"])
    assert answer.line.startswith("On no model did campaigns pay on average. They lost least on Public feed")


def test_one_model_is_compared_with_nothing(loaded: dict[str, StudyTables]) -> None:
    assert "nothing to compare" in FIGURES["verdict"].answer(loaded["alone"]).line
    assert [card.title for card in FIGURES["verdict"].cards(loaded["alone"])] == [
        "Profit added to the campaigning brands",
        "Return on marketing",
    ]


def test_three_cards_show_lead_profit_and_return(loaded: dict[str, StudyTables]) -> None:
    lead, effect, back = FIGURES["verdict"].cards(loaded["usual"])
    assert lead.value.startswith("+")
    assert "Public feed was ahead in 20 of 20 replications" in lead.lead
    assert [line.label for line in effect.lines] == ["Public feed", "Marketplace", "Private circle"]
    assert all("; brands without a campaign −" in line.note for line in effect.lines)
    assert all("yuan per yuan" in line.value for line in back.lines)
    assert all(" of 500,000\u00a0yuan (8" in line.note for line in back.lines)


def test_the_verdict_tells_its_horizon_and_the_presets(loaded: dict[str, StudyTables]) -> None:
    note = FIGURES["verdict"].note(loaded["usual"])
    assert note.startswith("In 14 days; needs due in the run only.")
    assert "a lower bound. Put in, not found:" in note
    assert "only on Private circle and Public feed: a graph of who follows whom" in note


def test_a_study_without_campaigns_has_levels_only(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["levels"]).line
    assert answer.startswith("No campaign to measure: levels only. All brands contribute most on Public feed")
    assert "lower bound" not in FIGURES["verdict"].note(loaded["levels"])
    assert [card.title for card in FIGURES["verdict"].cards(loaded["levels"])] == [
        "Lead in contribution",
        "Contribution of all brands",
    ]
    assert "in levels" in FIGURES["paired_differences"].answer(loaded["levels"]).line


def test_what_is_counted_is_named(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["paired_differences"].answer(loaded["usual"])
    assert " of 21 differences" in answer.line
    assert "advertisements" not in answer.more.lower()


def test_campaign_days_are_shaded(loaded: dict[str, StudyTables]) -> None:
    shapes = FIGURES["spread"].draw(loaded["usual"], FORMS[0]).figure().layout.shapes
    assert {(shape.x0, shape.x1) for shape in shapes if shape.type == "rect"} == {(2.0, 9.0)}
    without = FIGURES["spread"].draw(loaded["levels"], FORMS[0]).figure().layout.shapes
    assert not [shape for shape in without if shape.type == "rect"]


def test_a_model_without_a_graph_says_so(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["cascades"].answer(loaded["usual"])
    assert "Marketplace has no cascades because it has no graph" in answer.more
    silent = FIGURES["cascades"].answer(loaded["silent"])
    assert "Private circle and Public feed have a graph, but no post" in silent.more


def test_hollow_dots_are_those_that_are_not_separable(loaded: dict[str, StudyTables]) -> None:
    drawing = FIGURES["paired_differences"].draw(loaded["tie"], FORMS[0]).figure()
    hollow = [trace for trace in drawing.data if trace.marker.symbol == "circle-open"]
    said = [note for note in drawing.layout.annotations if "not separable" in note.text]
    assert len(hollow) == len(said) > 0


def test_step_rates(loaded: dict[str, StudyTables]) -> None:
    found = [step for step in steps(loaded["usual"], "Northwind Phone") if step.arm == "marketplace"]
    assert [step.stage for step in found] == ["exposed", "aware", "interested", "intent", "reserved", "paid"]
    assert math.isnan(found[0].step_rate)
    assert found[1].step_rate == pytest.approx(0.42)
    assert found[-1].total_rate == pytest.approx(0.42 * 0.38 * 0.24 * 0.62 * 0.71)


def test_ccdf() -> None:
    values, share = ccdf([1, 1, 2, 5])
    assert values.tolist() == [1, 2, 5]
    assert share.tolist() == [1.0, 0.5, 0.25]


def test_thinning_keeps_both_ends() -> None:
    values = np.arange(1.0, 5001.0)
    kept = thinned(values, 50)
    assert (kept[0], kept[-1]) == (0, 4999)
    assert len(kept) <= 50
    assert thinned(values[:10], 50).tolist() == list(range(10))


def test_labels_at_line_ends_keep_apart() -> None:
    placed = apart({"a": 10.0, "b": 10.5, "c": 99.0, "d": 99.5}, 5.0, 0.0, 100.0)
    heights = sorted(placed.values())
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 5.0
    assert heights[-1] <= 100.0
    assert placed["a"] < placed["b"] < placed["c"] < placed["d"]


def test_hostile_labels_are_shown_as_written(loaded: dict[str, StudyTables]) -> None:
    assert loaded["hostile"].label(HOSTILE).lower() == HOSTILE
