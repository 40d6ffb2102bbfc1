"""Figures of people: what they count, and that their drawing keeps to it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.checks.real_cascades import HEAD, derived
from simulator.report import figures
from simulator.report.bands import judged
from simulator.report.figures import FIGURES
from simulator.report.figures.regions import Tier, tier_name, tiers
from simulator.report.figures.sources import fate, flows
from simulator.report.figures.spread_map import maps
from simulator.report.real_cascades import real, real_curves, real_median
from simulator.report.springs import disc, springs
from simulator.report.style import CIVIDIS, LIGHT, TEXT_CONTRAST, broken, cividis, contrast, ink_on, letters
from simulator.report.tables import StudyTables

NARROW = dataclasses.replace(LIGHT, narrow=True)


@pytest.mark.parametrize(
    ("outlet", "status", "what"),
    [("platform", "bought", "paid"), ("leaked", "bought", "leaked"), ("offline", "bought", "offline"),
     ("none", "chosen", "open"), ("none", "lost", "lost")],
)  # fmt: skip
def test_the_fate_of_a_need(outlet: str, status: str, what: str) -> None:
    assert fate(outlet, status) == what


def test_flows_leave_out_only_those_whom_the_platform_never_met(loaded: dict[str, StudyTables]) -> None:
    tables = loaded["usual"]
    rows = tables.only("sources", role="campaign")
    met = rows[~((rows["source"] == "none") & (rows["status"] == "lost"))]
    assert sum(flow.mean for flow in flows(tables)) == pytest.approx(met["mean"].sum())


def test_a_sankey_conserves_what_flows(loaded: dict[str, StudyTables]) -> None:
    """Heights of ribbons into and out of each model, read off the drawing, are equal."""
    spec = FIGURES["sources"].draw(loaded["usual"], LIGHT).spec
    ribbons = [trace for trace in spec["data"] if trace.get("fill") == "toself"]
    thick = {"in": 0.0, "out": 0.0}
    for trace in ribbons:
        half = len(trace["x"]) // 2
        thick["in" if trace["x"][0] < 0.3 else "out"] += float(trace["y"][half] - trace["y"][half - 1])
    assert thick["in"] == pytest.approx(thick["out"], rel=1e-4)


def test_the_category_with_most_tiers_is_mapped_by_price(loaded: dict[str, StudyTables]) -> None:
    tables = loaded["usual"]
    assert tiers(tables) == [Tier("cars", 0), Tier("cars", 1), Tier("cars", 2)]
    assert tier_name(tables, Tier("cars", 1)) == "Cars, tier 1"
    drawing = FIGURES["regions"].draw(tables, LIGHT).figure()
    assert len(drawing.data) == 2 * len(tables.arms), "attention and orders apart, for each model"
    cells = [note.text for note in drawing.layout.annotations if "(" in note.text and "–" in note.text]
    assert len(cells) == 2 * len(tables.arms) * 6 * 3
    assert "79 (70–88)" in cells, "a count and its interval, not a share"


@pytest.mark.parametrize("share", np.linspace(0, 1, 41).tolist())
def test_text_in_a_cell_is_readable_on_any_colour(share: float) -> None:
    assert contrast(ink_on(cividis(share)), cividis(share)) >= TEXT_CONTRAST


def test_the_colours_of_cells_are_plotlys() -> None:
    from plotly.colors import sequential

    assert tuple(sequential.Cividis) == CIVIDIS
    assert cividis(0.0) == CIVIDIS[0]
    assert cividis(1.0) == CIVIDIS[-1]


def test_payment_names_its_ways_and_their_losses(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["payment"].answer(loaded["usual"])
    assert (
        "Public feed: 81.0 inside the platform (79.0 to 83.0), 32.8 by ordinary checkout (30.8 to 34.8)" in answer.line
    )
    assert answer.more.startswith("Of 100 begun on a PC:")
    assert "20\u00a0% of those who come to it" in answer.more


def test_the_map_knows_the_state_of_each_on_each_day(loaded: dict[str, StudyTables]) -> None:
    shop, circle, _ = maps(loaded["usual"])
    assert not len(shop.one)
    assert len(circle.one) > 0
    assert (circle.one < circle.other).all(), "each tie once, and none with oneself"
    counts = [[int((circle.state(day) >= state).sum()) for state in (1, 2)] for day in range(16)]
    assert counts == sorted(counts)
    assert counts[0][0] == int((circle.aware == 0).sum())
    spec = FIGURES["spread_map"].draw(loaded["usual"], LIGHT).spec
    for panel in spec["layout"]["meta"]["panels"]:
        assert len(spec["data"][panel["trace"]]["meta"]["since"]) == len(circle.users)
        assert "{aware}" in panel["text"]


def test_linked_people_stand_nearer_than_others() -> None:
    """Two groups of 20, all linked within and not between."""
    pairs = np.array([(a, b) for a in range(40) for b in range(a) if (a < 20) == (b < 20)])
    place = springs(40, pairs[:, 0], pairs[:, 1])
    apart = np.abs(place[:, None] - place[None, :])
    within = apart[pairs[:, 0], pairs[:, 1]].mean()
    assert within < 0.5 * apart[:20, 20:].mean()
    assert np.abs(place).max() <= 1 + 1e-9
    assert np.array_equal(place, springs(40, pairs[:, 0], pairs[:, 1]))
    assert np.abs(disc(50)).max() <= 1


def test_the_narrow_form_of_sources_is_bars_that_add_up(loaded: dict[str, StudyTables]) -> None:
    notes = [note["text"] for note in FIGURES["sources"].draw(loaded["usual"], NARROW).spec["layout"]["annotations"]]
    assert any(note.startswith("Search 2,900, 580 paid here") for note in notes)


def test_an_open_end_of_a_band_is_open() -> None:
    row = judged("13 Ads", "inconclusive", "share", (0.11, 0.06, 0.16), (0.1, None))
    assert row.band == (0.1, float("inf"))
    assert row.detail == "inconclusive: 0.11 (0.06 to 0.16) share; band from 0.1"


def test_chinese_letters_take_the_room_of_two() -> None:
    assert letters("市场 ab") == 7
    assert broken("一二三四五", 6) == ["一二三", "四五"]
    assert broken("one two three", 8) == ["one two", "three"]


def test_real_cascades_are_whole_and_cited() -> None:
    known = real_curves()
    for (_, _), own in known.groupby(["source", "measure"]):
        assert own["share"].iloc[0] == 1.0
        assert own["value"].is_monotonic_increasing
        assert own["share"].is_monotonic_decreasing
    assert real("twitter", "size")["value"].min() == 20
    assert real_median("weibo", "depth") == 5
    text = (Path(figures.__file__).parents[1] / "real_cascades.tsv").read_text(encoding="utf-8")
    assert all(f"# {line}\n" in text for line in HEAD)


def test_real_cascades_are_what_the_raw_data_give(data_dir: Path) -> None:
    pd.testing.assert_frame_equal(derived(data_dir), real_curves(), check_dtype=False)
