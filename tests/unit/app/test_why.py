"""Why: the parts add up to the whole, and the sentence names the step that makes most of the gap."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.app.dashboard.texts import LANGUAGES
from simulator.app.dashboard.why import CHAIN, SOURCES, gap, sources_changed, told_gap, told_sources
from tests.support.deskwork import facts


def chain(aware: int, intent: int, reserved: int, paid: int) -> Any:
    return facts({}, stages={"aware": aware, "intent": intent, "reserved": reserved, "paid": paid})


def sold(moved: int = 0, leaked: int = 0, **sources: int) -> Any:
    return facts({}, sources=sources, pulled_forward=moved, leaked=leaked)


COUNTS = st.integers(1, 10**6)


@given(st.lists(COUNTS, min_size=4, max_size=4), st.lists(COUNTS, min_size=4, max_size=4))
def test_the_steps_share_the_gap_out_without_a_rest(a: list[int], b: list[int]) -> None:
    found = gap(chain(*a), chain(*b))
    assert found is not None
    assert set(found) == set(CHAIN)
    assert math.isclose(sum(found.values()), math.log(a[3] / b[3]), rel_tol=1e-9, abs_tol=1e-9)
    back = gap(chain(*b), chain(*a))
    assert back is not None
    assert all(math.isclose(found[stage], -back[stage], abs_tol=1e-9) for stage in CHAIN)


def test_a_step_that_nobody_reaches_has_no_ratio() -> None:
    assert gap(chain(9, 9, 9, 0), chain(9, 9, 9, 9)) is None


def test_the_widest_step_is_named_with_its_rates() -> None:
    """Ten times as many know of it; all else is alike, but for a little loss at paying."""
    a, b = [chain(10_000, 1000, 500, 240)] * 3, [chain(1000, 100, 50, 25)] * 3
    text = told_gap(("Feed", "Shop"), a, b, "en")
    assert "240 people paid on Feed and 25 on Shop" in text
    assert "people get to know the offers: 10,000 on Feed, 1,000 on Shop (the widest step in 3 of 3 worlds)" in text
    assert "Against it" not in text, "four percent are not worth a word"
    turned = told_gap(("Shop", "Feed"), b, a, "en")
    assert turned == text, "the larger comes first"


def test_what_works_against_the_gap_is_told() -> None:
    a, b = [chain(500, 400, 300, 200)], [chain(5000, 100, 75, 50)]
    text = told_gap(("Shop", "Feed"), a, b, "en")
    assert "decide to buy here: 80\u00a0% on Shop, 2.0\u00a0% on Feed" in text
    assert "Against it: people get to know the offers: 500 on Shop, 5,000 on Feed" in text


def test_worlds_that_disagree_are_counted() -> None:
    knows, pays = chain(4000, 400, 200, 100), chain(1000, 900, 850, 800)
    text = told_gap(("A", "B"), [pays, pays, knows], [chain(1000, 100, 50, 25)] * 3, "en")
    assert "in 2 of 3 worlds" in text


def test_nobody_anywhere_is_said_plainly() -> None:
    text = told_gap(("A", "B"), [chain(5, 0, 0, 0)], [chain(5, 0, 0, 0)], "en")
    assert text == "On the platform itself 0 people paid on A and 0 on B, a world."


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=len(SOURCES), max_size=len(SOURCES)))
def test_changes_by_source_add_up_to_the_change_of_orders(counts: list[tuple[int, int]]) -> None:
    with_one = dict(zip(SOURCES, (a for a, _ in counts), strict=True))
    without = dict(zip(SOURCES, (b for _, b in counts), strict=True))
    changed = sources_changed([sold(**with_one)], [sold(**without)])
    assert sum(changed.values()) == sum(with_one.values()) - sum(without.values())


def test_sources_are_told_by_size_with_what_was_only_moved() -> None:
    campaign = [sold(friend=50, ad=20, search=10, moved=30, leaked=8)] * 2
    control = [sold(search=15, none=1, leaked=2)] * 2
    text = told_sources("Feed", campaign, control, "en")
    assert "orders of their brands by +64 a world" in text
    order = ["+50 first told by a friend's post", "+20 first told by an ad", "−5 who found it by searching"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "30 were only pulled forward from after the end; +34 are left" in text
    assert "6 were begun here" in text
    nothing = told_sources("Feed", control, control, "en")
    assert "by 0 a world (0)" in nothing
    assert "pulled forward" not in nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_it(language: str) -> None:
    text = told_sources("X", [sold(ad=9, moved=3, leaked=2)], [sold()], language)
    text += told_gap(("X", "Y"), [chain(90, 40, 30, 20)], [chain(900, 20, 10, 5)], language)
    assert "+9" in text
    assert "{" not in text
