"""Readings: the answer follows from the numbers, says when it is not known, and judges the guess fairly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.app.dashboard.figures import Look, dots_figure
from simulator.app.dashboard.presets import HEADLINE, Goal, presets
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.readings.arms import OPEN, SOLVED, UNSOLVED, solved
from simulator.app.dashboard.readings.base import TIE, Answer, Seen, see
from simulator.app.dashboard.readings.credit import measured
from simulator.app.dashboard.texts import LANGUAGES
from tests.support.deskwork import compared

MODELS, CROWD, LUCK, CREDIT = (presets()[name] for name in ("three_models", "crowd_or_deal", "luck", "dashboard"))
NOISE = (0.0, 3.0, -2.0, -1.0)


def seen(preset: Any, give: Any, worlds: int = 4, language: str = "en", **more: Any) -> Seen:
    found = see(preset, compared(preset, give, worlds, **more), language)
    assert found is not None
    return found


def models(shop: float, circle: float, feed: float, spread: float = 1.0) -> Any:
    means = {"shop": shop, "circle": circle, "feed": feed}
    shifted = {"shop": 0, "circle": 1, "feed": 2}

    def give(arm: str, role: str, world: int) -> dict[str, float]:
        effect = means[arm] + spread * NOISE[(world + shifted[arm]) % 4]
        value = 1000.0 * world + effect * (role == "campaign")
        rest = dict.fromkeys(("orders_due", "pulled_forward", "marketing_spend_yuan", "reach"), value)
        return {HEADLINE: value, **rest}

    return give


def read(found: Seen, guess: str = "") -> Answer:
    return READINGS[found.preset.reading].read(found, guess)


# -- arms


def test_a_clear_lead_is_told_with_its_interval() -> None:
    answer = read(seen(MODELS, models(100, 0, 200)), "feed")
    assert answer.text.startswith("Open feed is ahead: 100")
    assert "more than Traditional shop, the next, over 4 paired worlds" in answer.text
    assert answer.guess == "Your guess, Open feed, was right."
    assert [dot.name for dot in answer.dots] == ["Traditional shop", "Private circle", "Open feed"]
    assert [round(dot.mean) for dot in answer.dots] == [100, 0, 200]
    assert all(dot.low < dot.mean < dot.high for dot in answer.dots)
    assert len(answer.why) == 4


def test_a_lead_that_could_be_luck_is_no_win() -> None:
    found = seen(MODELS, models(199, 0, 200))
    answer = read(found, TIE)
    assert answer.text.startswith("It cannot be told who is ahead: Open feed leads Traditional shop by")
    assert answer.guess == "Your guess, It cannot be told apart, was right."
    assert "may be right" in read(found, "feed").guess
    assert "may be right" in read(found, "shop").guess
    assert "say otherwise" in read(found, "circle").guess


def test_one_world_has_no_interval_and_judges_no_guess() -> None:
    answer = read(seen(MODELS, models(100, 0, 200), worlds=1), "feed")
    assert "In this one world Open feed is ahead of Traditional shop" in answer.text
    assert "One world is too few" in answer.guess
    assert all(np.isnan(dot.low) for dot in answer.dots)


def test_a_guess_of_nothing_is_not_judged() -> None:
    found = seen(MODELS, models(100, 0, 200))
    assert read(found, "").guess == read(found, "no such arm").guess == ""


def test_arms_that_are_level_to_the_last_digit() -> None:
    answer = read(seen(MODELS, models(5, 5, 5, spread=0.0)))
    assert "exactly level in all 4 worlds" in answer.text


@pytest.mark.parametrize(
    ("effects", "arm", "ahead", "verdict"),
    [
        ((0, 200, 100), "circle", True, SOLVED),
        ((0, 200, 199), "circle", True, OPEN),
        ((0, 100, 200), "circle", True, UNSOLVED),
        ((0, 100, 200), "shop", False, SOLVED),
        ((0, 100, 200), "circle", False, UNSOLVED),
    ],
)
def test_a_worksheet_is_solved_when_luck_is_out_of_it(effects: Any, arm: str, ahead: bool, verdict: str) -> None:
    assert solved(seen(MODELS, models(*effects)), Goal(arm=arm, ahead=ahead)) == verdict


def test_one_world_solves_nothing() -> None:
    assert solved(seen(MODELS, models(0, 200, 0), worlds=1), Goal(arm="circle")) == OPEN


def test_the_table_holds_the_outcome_and_what_else_was_asked() -> None:
    table = read(seen(MODELS, models(100, 0, 200))).table
    assert len(table.rows) == 1 + len(MODELS.also)
    assert len(table.heads) == 4
    assert table.rows[0][0].startswith("Contribution of the campaigning brands")
    assert all(len(row) == 4 for row in table.rows)


# -- contrasts


def corners(neither: float, deal: float, crowd: float, both: float) -> Any:
    means = {"neither": neither, "deal": deal, "crowd": crowd, "both": both}

    def give(arm: str, role: str, world: int) -> dict[str, float]:
        value = (means[arm] + NOISE[world % 4] * 0.01 * len(arm)) * (role == "campaign")
        return dict.fromkeys((HEADLINE, "orders_due", "pulled_forward", "orders_platform"), value)

    return give


def test_contrasts_take_what_each_adds_alone_and_beside_the_other() -> None:
    answer = read(seen(CROWD, corners(10, 14, 30, 40)), "crowd")
    crowd, deal, together = answer.dots[:3]
    assert [round(dot.mean) for dot in (crowd, deal, together)] == [23, 7, 6]
    assert len(answer.dots) == 7
    assert answer.guess == "Your guess, What the crowd adds, was right."
    assert "say otherwise" in read(seen(CROWD, corners(10, 14, 30, 40)), "deal").guess
    assert answer.text.count(";") == 2


def test_contrasts_that_are_level_are_a_tie() -> None:
    found = seen(CROWD, corners(10, 20, 20, 30))
    assert "was right" in read(found, TIE).guess
    assert "may be right" in read(found, "crowd").guess


# -- luck


def test_luck_is_the_spread_of_worlds() -> None:
    values = [10.0, -4.0, 30.0, 8.0]

    def give(_arm: str, role: str, world: int) -> dict[str, float]:
        value = values[world] * (role == "campaign")
        return {"orders_due": value, HEADLINE: value, "reach": 5.0}

    found = seen(LUCK, give)
    answer = read(found, "30")
    assert "from −4\u00a0orders to +30\u00a0orders, 34\u00a0orders apart" in answer.text
    assert "In 1 of 4 worlds it was below zero" in answer.text
    assert "near the mark: 34" in answer.guess
    assert "too much" in read(found, "100").guess
    assert "too little" in read(found, "1").guess
    assert read(found, "many").guess == ""
    assert [dot.mean for dot in answer.dots] == [11.0, 30.0, 10.0, 8.0, -4.0]
    assert [dot.name for dot in answer.dots[1:]] == ["World 3", "World 1", "World 4", "World 2"]
    one = read(seen(LUCK, give, worlds=1), "5")
    assert "Ask for more worlds" in one.text
    assert one.guess == ""


# -- credit


def ledger(brand: list[str], status: list[str]) -> pd.DataFrame:
    n = len(brand)
    frame = pd.DataFrame(
        {
            "need_key": np.arange(n, dtype=np.uint64),
            "brand": brand,
            "outlet": ["platform" if s == "bought" else "none" for s in status],
            "status": status,
            "paid_tick": np.zeros(n, np.int32),
            "price_fen": np.full(n, 100, np.int64),
        }
    )
    return frame.astype(dict.fromkeys(("brand", "outlet", "status"), "category"))


WITH = ledger(["aurora"] * 6 + ["cotton", "", "borealis"], ["bought"] * 7 + ["lost", "bought"])
WITHOUT = ledger(
    ["aurora"] * 2 + ["", "", "", "borealis", "", "cotton", "aurora"],
    ["bought"] * 2 + ["lost"] * 2 + ["pending", "bought", "lost", "bought", "bought"],
)
"""Two bought alike, three new, one only pulled forward, one won from a rival, one lost, one ceded to a rival."""


def credited(**naive: float) -> Seen:
    def chosen(spec: Any) -> Any:
        return WITH if spec.role == "campaign" else WITHOUT

    def said(spec: Any) -> dict[str, float]:
        more = {
            "first touch": 6.0 + spec.replication,
            "exposed over not": 4.0,
            "before and after": 1.0,
            "regression": 2.5,
        }
        return {**more, **naive} if spec.role == "campaign" else {}

    return seen(CREDIT, lambda *_: {"orders_due": 0.0}, ledger=chosen, naive=said)


def test_the_truth_is_counted_need_by_need() -> None:
    found = measured(credited())
    assert found["new"].tolist() == [3.0] * 4
    assert found["won"].tolist() == [1.0] * 4
    assert found["lost"].tolist() == [1.0] * 4
    assert found["ceded"].tolist() == [1.0] * 4
    assert found["pulled_forward"].tolist() == [1.0] * 4
    assert found["incremental"].tolist() == [2.0] * 4


def test_a_dashboard_is_held_against_the_truth() -> None:
    answer = read(credited(), "27")
    assert "truly added 2\u00a0orders [2, 2]" in answer.text
    assert "credits it with 7.5\u00a0orders" in answer.text
    assert "26" in answer.text, "two of 7.5 exist because of it"
    assert "Furthest off: First touch" in answer.text
    assert "inside the interval" in answer.guess
    assert "too much" in read(credited(), "60%").guess
    assert answer.dots[0].mean == 2.0
    assert len(answer.dots) == 5


def test_a_method_that_cannot_be_used_is_unknown_and_never_the_worst() -> None:
    answer = read(credited(**{"before and after": float("nan")}))
    assert [row[1] for row in answer.table.rows if row[0].startswith("During the campaign")] == ["unknown"]


# -- all


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_answer_draws_in_every_language_and_theme(language: str, dark: bool) -> None:
    answer = read(seen(MODELS, models(100, 0, 200), language=language))
    for narrow in (False, True):
        drawn = dots_figure(answer.dots, answer.axis, answer.unit, language, Look(dark, narrow))
        assert len(drawn["layout"]["annotations"]) == len(answer.dots)
        assert all("{" not in text["text"] for text in drawn["layout"]["annotations"])


def test_nothing_is_said_before_a_world_is_finished() -> None:
    from simulator.app.dashboard.comparison import Comparison, Memory
    from simulator.app.dashboard.controls import make
    from simulator.app.dashboard.work import Wants
    from simulator.ensemble.design import Study
    from tests.support.deskwork import InstantPool

    pool: Any = InstantPool()
    made = Comparison(Study(make(MODELS, {}).arms, 2, 1), Wants("bought", ()), True, "me", pool, Memory())
    assert see(MODELS, made, "en") is None
