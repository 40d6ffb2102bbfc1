"""Every figure of the registry, on every made-up study: it draws, it answers, it has a table that says the same."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.report.figures import FIGURES, in_order
from simulator.report.figures.cascades import ccdf, thinned
from simulator.report.figures.funnel import steps
from simulator.report.figures.spread import apart
from simulator.report.page import FORMS
from simulator.report.style import SHEET
from simulator.report.tables import COLUMNS, StudyTables
from tests.unit.report.conftest import HOSTILE, STUDIES

NAMES = sorted(figure.name for figure in in_order())


def test_the_registry_finds_the_figures_in_order() -> None:
    assert [figure.name for figure in in_order()] == ["verdict", "paired_differences", "spread", "funnel", "cascades"]
    with pytest.raises(InputError, match=r"unknown figure 'verdikt'.*did you mean 'verdict'"):
        FIGURES["verdikt"]


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_draws_or_says_why_not(name: str, study: str, loaded: dict[str, StudyTables]) -> None:
    figure, tables = FIGURES[name], loaded[study]
    assert set(figure.needs) <= COLUMNS.keys()
    answer = figure.answer(tables)
    assert answer.strip()
    assert "nan" not in answer.lower().replace("finance", "")
    assert "{" not in answer
    drawings = [figure.draw(tables, form) for form in FORMS]
    if (study == "alone" and name in ("paired_differences", "cascades")) or (study == "silent" and name == "cascades"):
        assert drawings == [None] * len(FORMS)
        return
    for form, drawing in zip(FORMS, drawings, strict=True):
        assert drawing.data
        assert {trace.type for trace in drawing.data} == {"scatter"}
        assert not drawing.layout.showlegend
        assert drawing.layout.template.layout.paper_bgcolor == form.background
        assert form.narrow or drawing.layout.height <= SHEET + 200
        for axis in drawing.select_xaxes():
            assert axis.range is not None or axis.type == "log"


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_table(name: str, loaded: dict[str, StudyTables]) -> None:
    found = FIGURES[name].alternatives(loaded["usual"])
    assert found
    assert all(len(table.frame) for table in found)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_in_figures(name: str, loaded: dict[str, StudyTables]) -> None:
    drawing = FIGURES[name].draw(loaded["hostile"], FORMS[0])
    texts = [note.text for note in drawing.layout.annotations]
    texts += [trace.hovertemplate or "" for trace in drawing.data]
    assert not any("<script" in text or "<img" in text for text in texts)


def test_the_verdict_names_winner_value_and_interval(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["usual"])
    assert answer.startswith("Campaigns added most on Public feed: +")
    assert "95\u00a0% interval" in answer.splitlines()[0]


def test_the_verdict_of_a_tie_names_no_winner(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["tie"])
    assert answer.startswith("Not separable")
    assert "Separably behind: Private circle" in answer


def test_one_replication_cannot_know(loaded: dict[str, StudyTables]) -> None:
    for name in ("verdict", "paired_differences"):
        assert "cannot be known" in FIGURES[name].answer(loaded["one"])
    cards = FIGURES["verdict"].cards(loaded["one"])
    assert any("no interval" in line.note for card in cards for line in card.lines)


def test_losing_campaigns_are_no_win(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["loss"])
    assert answer.startswith("On no model did campaigns pay on average. They lost least on Public feed")


def test_one_model_is_compared_with_nothing(loaded: dict[str, StudyTables]) -> None:
    assert "nothing to compare" in FIGURES["verdict"].answer(loaded["alone"])
    assert len(FIGURES["verdict"].cards(loaded["alone"])) == 5


def test_cards_show_lead_profit_and_return(loaded: dict[str, StudyTables]) -> None:
    lead, effect, every, level, spend, back = FIGURES["verdict"].cards(loaded["usual"])
    assert lead.value.startswith("+")
    assert "Public feed was ahead in 20 of 20 replications" in lead.lead
    assert [line.label for line in effect.lines] == ["Public feed", "Marketplace", "Private circle"]
    assert all("yuan per yuan" in line.value for line in back.lines)
    assert all(line.note.startswith("brands without a campaign −") for line in every.lines)
    assert {line.note for line in level.lines} == {"without campaigns 9.10\u00a0million yuan"}
    assert all(line.note.replace("\u00a0", " ").startswith("of a budget of 500,000 yuan (8") for line in spend.lines)


def test_the_verdict_tells_its_horizon_and_the_presets(loaded: dict[str, StudyTables]) -> None:
    horizon, put_in = FIGURES["verdict"].answer(loaded["usual"]).splitlines()[-2:]
    assert horizon.startswith("In 14 days; needs due in the run only.")
    assert horizon.endswith("a lower bound.")
    assert "only on Private circle and Public feed: a graph of who follows whom" in put_in


def test_a_study_without_campaigns_has_levels_only(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["verdict"].answer(loaded["levels"])
    assert answer.startswith("No campaign to measure: levels only. All brands contribute most on Public feed")
    assert "lower bound" not in answer
    assert [card.title for card in FIGURES["verdict"].cards(loaded["levels"])] == [
        "Lead in contribution",
        "Contribution of all brands",
    ]
    assert "in levels" in FIGURES["paired_differences"].answer(loaded["levels"])


def test_what_is_counted_is_named(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["paired_differences"].answer(loaded["usual"])
    assert " of 21 differences" in answer
    assert "advertisements" not in answer.lower()


def test_campaign_days_are_shaded(loaded: dict[str, StudyTables]) -> None:
    shapes = FIGURES["spread"].draw(loaded["usual"], FORMS[0]).layout.shapes
    assert {(shape.x0, shape.x1) for shape in shapes if shape.type == "rect"} == {(2.0, 9.0)}
    assert not [s for s in FIGURES["spread"].draw(loaded["levels"], FORMS[0]).layout.shapes if s.type == "rect"]


def test_a_model_without_a_graph_says_so(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["cascades"].answer(loaded["usual"])
    assert "Marketplace has no cascades because it has no graph" in answer
    silent = FIGURES["cascades"].answer(loaded["silent"])
    assert "Private circle and Public feed have a graph, but no post" in silent


def test_hollow_dots_are_those_that_are_not_separable(loaded: dict[str, StudyTables]) -> None:
    drawing = FIGURES["paired_differences"].draw(loaded["tie"], FORMS[0])
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
