"""Figures and the style sheet: the report's colours, readable in both themes, and nothing that phones home."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from simulator.app.dashboard.figures import (
    CONFIG,
    POINTS,
    Dot,
    Look,
    Panel,
    bars_figure,
    curve_points,
    dots_figure,
    live_figure,
    styles_of,
)
from simulator.report.style import DARK, FONTS, LIGHT, PALETTE, TEXT_CONTRAST, contrast

CSS = (Path(__file__).parents[3] / "simulator/app/dashboard/assets/app.css").read_text("utf-8")
LOOKS = [Look(dark, narrow) for dark in (False, True) for narrow in (False, True)]


def variables(theme: str) -> dict[str, str]:
    block = re.search(rf':root\[data-theme="{theme}"\] \{{(.*?)\}}', CSS, re.DOTALL)
    assert block
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block[1]))


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_style_sheet_has_the_reports_colours_and_they_can_be_read(name: str, theme: Any) -> None:
    found = variables(name)
    for key in ("background", "surface", "ink", "muted", "line", "accent"):
        assert found[key] == getattr(theme, key)
    for text in ("ink", "muted", "accent", "wrong"):
        for ground in ("background", "surface"):
            assert contrast(found[text], found[ground]) >= TEXT_CONTRAST, (text, ground)
    assert contrast(found["strong-ink"], found["accent"]) >= TEXT_CONTRAST
    assert contrast(found["edge"], found["background"]) >= 3.0
    assert re.search(r"--fonts:\s*([^;]+);", CSS)[1] == FONTS  # type: ignore[index]
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_no_figure_offers_to_send_itself_anywhere() -> None:
    assert CONFIG["displayModeBar"] is False
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displaylogo"] is False


def test_the_three_models_look_as_in_the_report_and_others_apart() -> None:
    found = styles_of(
        ["marketplace", "private_circle", "public_feed"], ["marketplace", "private_circle", "public_feed"]
    )
    assert found == PALETTE
    corners = styles_of(["a", "b", "c", "d"], ["public_feed"] * 4)
    assert len({(style.colour, style.marker) for style in corners.values()}) == 4


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_live_panels_share_one_scale_and_hold_every_world(look: Look) -> None:
    styles = list(PALETTE.values())
    panels = [Panel(f"arm {i}", styles[i], ([1, 2, 3 + i], [2, 4, 6]), [1.0, 1.5, 2.0]) for i in range(3)]
    drawn = live_figure(panels, 24, 14, "days", look)
    go.Figure(drawn)
    assert len(drawn["data"]) == 3 * 3
    assert drawn["layout"]["yaxis2"]["matches"] == "y"
    assert [trace["line"]["dash"] for trace in drawn["data"]] == ["solid", "solid", "dot"] * 3
    assert drawn["data"][3 * 2]["y"][-1] == 5.0
    ends = [drawn["layout"][f"xaxis{s}"]["domain"] for s in ("", "2", "3")]
    if not look.narrow:
        assert all(a[1] < b[0] for a, b in itertools.pairwise(ends))


@pytest.mark.parametrize("n", [0, 1, 2, POINTS, POINTS + 1, 1000])
def test_a_curve_is_thinned_and_keeps_its_end(n: int) -> None:
    x, y = curve_points(list(range(1, n + 1)), 24)
    assert len(x) == len(y) <= POINTS + 2
    if n:
        assert (x[0], y[0]) == (0.0, 0.0)
        assert (x[-1], y[-1]) == (round(n / 24, 4), n)
        assert x == sorted(x)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_dots_show_names_as_they_are_and_zero_always(look: Look) -> None:
    nan = float("nan")
    dots = [Dot("<b>x</b>", "5 orders", 5.0, 4.0, 6.0, PALETTE["public_feed"]), Dot("y", "7", 7.0, nan, nan)]
    drawn = dots_figure(dots, "axis", "orders", "en", look)
    go.Figure(drawn)
    assert len(drawn["data"]) == 3, "no interval is drawn where there is none"
    low, high = drawn["layout"]["xaxis"]["range"]
    assert low < 0 < 7 < high
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn["layout"]["annotations"][0]["text"]
    assert drawn["layout"]["xaxis"]["title"]["text"] == "axis, orders"


def test_bars_are_as_long_as_what_they_count() -> None:
    drawn = bars_figure([("a", 4.0, "4"), ("b", 0.0, "0")], "needs", Look())
    go.Figure(drawn)
    assert drawn["data"][0]["x"] == [4.0, 0.0]
    assert drawn["layout"]["xaxis"]["range"][0] == 0
