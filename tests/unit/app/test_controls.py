"""Fields and what they stand for: the schema of scenario files checks them, and says what it allows."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.app.dashboard.controls import base, controls, declaration, expand, make
from simulator.app.dashboard.presets import presets
from simulator.scenario import library
from simulator.scenario.loader import load, load_resolved

MODELS = presets()["three_models"]
PAYMENT = presets()["no_payment"]


def test_a_path_with_a_star_reaches_every_item_that_has_what_follows() -> None:
    resolved = load("public_feed").resolved
    campaigns = list(expand(resolved, ["brands", "*", "campaign", "deal"]))
    assert [resolved["brands"][place[1]]["name"] for place in campaigns] == ["aurora", "cotton"]
    assert len(list(expand(resolved, ["brands", "*", "known_share"]))) == 4
    assert list(expand(resolved, ["brands", "cotton", "price_yuan"])) == [("brands", 2, "price_yuan")]
    assert list(expand(resolved, ["brands", "nobody", "price_yuan"])) == []
    assert len(list(expand(resolved, ["categories", "*", "hops"]))) == 2
    assert declaration("brands.cotton.campaign.deal") == "brands.*.campaign.deal"


def test_untouched_fields_give_the_preset_and_it_is_what_the_loader_makes() -> None:
    made = make(MODELS, {})
    for arm in made.arms:
        spec = MODELS.arm(arm.label)
        loaded = load(spec.scenario, (f"name={MODELS.name}_{arm.label}",))
        assert {**arm.resolved, "title": ""} == {**loaded.resolved, "title": ""}
        assert arm.resolved == base(MODELS.name, arm.label).resolved


@pytest.mark.parametrize(
    ("values", "settings"),
    [
        ({"budget": "1_000"}, ("brands.aurora.campaign.budget_yuan=1000", "brands.cotton.campaign.budget_yuan=1000")),
        ({"deal": ".25"}, ("brands.aurora.campaign.deal=0.25", "brands.cotton.campaign.deal=0.25")),
        ({"feed_repost": " 1e-3 "}, ("platforms.public_feed.affordances.repost.hazard=0.001",)),
    ],
)
def test_a_field_is_an_override(values: dict[str, str], settings: tuple[str, ...]) -> None:
    """By the quick way that the app takes, by the loader's way, and on the command line it is the same scenario."""
    arm = make(MODELS, values).arms[2]
    name = ("name=three_models_feed",)
    title = {"title": arm.resolved["title"]}
    assert arm.resolved == {**load("public_feed", (*settings, *name)).resolved, **title}
    assert arm.resolved == load_resolved(arm.resolved, library.folder()).resolved


def test_a_slider_turns_the_arms_it_names_and_no_other() -> None:
    plain, turned = make(MODELS, {}).arms, make(MODELS, {"search": "0.3"}).arms
    assert [a.resolved == b.resolved for a, b in zip(plain, turned, strict=True)] == [False, True, True]


@pytest.mark.parametrize(
    ("preset", "key", "typed", "message", "allowed"),
    [
        (MODELS, "deal", "abc", "must be a number; given the text 'abc'", "0 to 0.9 share of price"),
        (MODELS, "deal", "95", "out of range; given 95", "0 to 0.9 share of price"),
        (MODELS, "deal", "", "is empty", "0 to 0.9 share of price"),
        (MODELS, "deal", "nan", "must be a number; given the text 'nan'", "0 to 0.9 share of price"),
        (MODELS, "deal", "true", "must be a number; given true", "0 to 0.9 share of price"),
        (MODELS, "deal", "{a: 1}", "must be a number; given the text '{a: 1}'", "0 to 0.9 share of price"),
        (MODELS, "budget", "1,000", "write 1000", "yuan"),
        (MODELS, "budget", "9" * 64, "out of range", "0 to 10000000000 yuan"),
        (MODELS, "budget", "9" * 65, "a number of 65 digits", "0 to 10000000000 yuan"),
        (PAYMENT, "steps", "2.5", "must be a whole number", "a whole number, 1 to 10 steps"),
        (PAYMENT, "steps", "11", "out of range; given 11", "a whole number, 1 to 10 steps"),
    ],
)
def test_a_wrong_value_says_what_is_wrong_and_what_is_allowed(
    preset: Any, key: str, typed: str, message: str, allowed: str
) -> None:
    made = make(preset, {key: typed})
    assert made.arms == ()
    assert set(made.wrong) == {key}
    assert message in made.wrong[key].message
    assert allowed in made.wrong[key].allowed


def test_two_wrong_values_are_told_at_once() -> None:
    assert set(make(MODELS, {"deal": "2", "shop_cpm": "x"}).wrong) == {"deal", "shop_cpm"}


def test_a_rule_between_parameters_is_told_at_the_slider_that_broke_it() -> None:
    """Not by a range: the shares of a budget may not add up to more than it."""
    from simulator.app.dashboard import controls as module
    from simulator.app.dashboard.presets import SliderSpec, Words

    words = Words(en="a", zh="一")
    share = SliderSpec(key="ads", name=words, paths=("brands.*.campaign.ads_share",), low=0, high=1, step=0.1)
    preset = MODELS.model_copy(update={"sliders": (share,), "name": "three_models"})
    kept = module._controls.pop("three_models", None)
    try:
        wrong = make(preset, {"ads": "0.9"}).wrong
        assert set(wrong) == {"ads"}
        assert "add up to more than 1" in wrong["ads"].message
    finally:
        module._controls.pop("three_models")
        if kept is not None:
            module._controls["three_models"] = kept


def test_every_control_says_where_its_number_comes_from() -> None:
    for control in controls(PAYMENT):
        tag, source = control.evidence
        assert tag in ("P", "M-H", "M-M", "M-L", "D", "X")
        assert source
        assert control.allowed()
