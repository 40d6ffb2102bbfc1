"""Palette and themes: contrast, one style an arm, names that are never markup."""

from __future__ import annotations

import itertools

import pytest

from simulator.report.page import DASHES, MARKERS
from simulator.report.style import (
    EXTENSION,
    MARK_CONTRAST,
    PALETTE,
    SYMBOLS,
    TEXT_CONTRAST,
    THEMES,
    Theme,
    arm_styles,
    brief,
    contrast,
    plain,
    readable,
)
from simulator.report.tables import Arm

EVERY = (*PALETTE.values(), *EXTENSION)


def arm(name: str, kind: str) -> Arm:
    return Arm(name, name, kind, {}, ())


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == 1.0


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_is_readable(theme: Theme) -> None:
    for ink, ground in itertools.product((theme.ink, theme.muted, theme.accent), (theme.background, theme.surface)):
        assert contrast(ink, ground) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_marks_are_visible(theme: Theme) -> None:
    for style in EVERY:
        assert contrast(style.mark(theme), theme.background) >= MARK_CONTRAST


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_three_models_keep_their_colours(theme: Theme) -> None:
    assert [style.mark(theme) for style in PALETTE.values()] == ["#0072B2", "#D55E00", "#009E73"]


def test_readable_reaches_the_contrast_asked_for() -> None:
    assert contrast(readable("#F0E442", "#ffffff", 4.5), "#ffffff") >= 4.5
    assert readable("#000000", "#ffffff", 4.5) == "#000000"


def test_arms_of_one_kind_are_told_apart() -> None:
    arms = [arm("cheap", "public_feed"), arm("public_feed", "public_feed"), arm("dear", "public_feed"), arm("b", "")]
    styles = arm_styles(arms)
    assert styles["public_feed"] == PALETTE["public_feed"]
    assert len({(style.colour, style.dash, style.marker) for style in styles.values()}) == 4


def test_an_arm_under_another_name_takes_the_style_of_its_kind() -> None:
    assert arm_styles([arm("weibo", "public_feed")])["weibo"] == PALETTE["public_feed"]


def test_every_dash_and_marker_has_a_key_and_a_letter() -> None:
    assert {style.dash for style in EVERY} <= DASHES.keys()
    assert {style.marker for style in EVERY} <= MARKERS.keys() & SYMBOLS.keys()


def test_a_name_is_no_markup() -> None:
    assert plain("<b>a & b</b>") == "&lt;b&gt;a &amp; b&lt;/b&gt;"
    assert brief("abcdef", 4) == "abc…"
    assert brief("abcd", 4) == "abcd"
