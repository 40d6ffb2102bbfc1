"""Whatever is switched on and however strongly: people and money are conserved, and all tables tell one story.

Every market here is small: what is checked are identities, which hold in any market, and not laws of large numbers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.affordances import AFFORDANCES
from simulator.agents.brand_parameters import BrandParameters, CategoryParameters
from simulator.agents.campaign_parameters import CampaignParameters
from simulator.kernels.state import EXPOSED, MUTED, SOURCE_MASK, SOURCE_SHIFT
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.parameters import rows
from simulator.population.parameters import PopulationParameters
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY, Stage
from tests.support.books import check_everything, check_tables_of, finished, funnel_of
from tests.support.corners import EVERYTHING, HELD_BACK, KIND, changed, combination, every_end
from tests.support.worlds import KINDS, busy, on

# -- any market

switches = st.fixed_dictionaries(
    {},
    optional={
        "repost": st.fixed_dictionaries({"hazard": st.sampled_from([0.0, 0.02, 0.2])}),
        "influence": st.fixed_dictionaries({"strength": st.sampled_from([0.0, 1.0, 10.0])}),
        "fatigue": st.fixed_dictionaries({"mute_hazard": st.sampled_from([0.0, 0.01, 0.1])}),
        "peer_sellers": st.fixed_dictionaries({"share": st.sampled_from([0.0, 0.1, 1.0])}),
        "native_payment": st.fixed_dictionaries({"bound_share": st.sampled_from([0.0, 0.5, 1.0])}),
        "reviews": st.fixed_dictionaries({"write_rate": st.sampled_from([0.0, 0.3, 1.0])}),
        "search": st.fixed_dictionaries({"hit": st.sampled_from([0.0, 0.1, 1.0])}),
        "ads": st.fixed_dictionaries({"recall": st.sampled_from([0.0, 0.2, 1.0])}),
        "feed": st.fixed_dictionaries({"slots": st.integers(1, 8), "life_days": st.sampled_from([0.25, 1.0])}),
        "graph": st.fixed_dictionaries({"layer": st.sampled_from(["circle", "follow"])}),
        "checkout": st.fixed_dictionaries(
            {
                "attempts": st.integers(1, 3),
                "leak": st.sampled_from([0.0, 0.5, 1.0]),
                "loss_phone": st.sampled_from([0.0, 0.5]),
            }
        ),
    },
)


@st.composite
def markets(draw: st.DrawFn) -> tuple[Scenario, int]:
    """A small market with some affordances on, and a seed."""
    kind = draw(st.sampled_from(KINDS))
    chosen = {name: {"enabled": True, **block} for name, block in draw(switches).items()}
    budget = draw(st.sampled_from(["0", "0.01", "33.33", "4000", "1e6"]))
    shares = draw(st.sampled_from([(0, 0), (0.6, 0.4), (1, 0), (0, 1), (0.7, 0.1)]))
    settings = [
        f"market.tick_minutes={draw(st.sampled_from([60, 180, 1440]))}",
        "categories.clothing.delivery_days=0.5",
    ]
    for brand, deal in (("aurora", 0.0), ("cotton", draw(st.sampled_from([0.0, 0.3, 0.9])))):
        campaign = f"brands.{brand}.campaign"
        settings += [f"{campaign}.budget_yuan={budget}", f"{campaign}.deal={deal}", f"{campaign}.days=2"]
        settings += [f"{campaign}.ads_share={shares[0]}", f"{campaign}.seeds_share={shares[1]}"]
        settings += [f"{campaign}.prizes_share=0"]
    days = draw(st.integers(1, 4))
    scenario = busy(kind, draw(st.integers(10, 250)), *settings, f"market.days={days}", *on(kind, **chosen))
    return scenario, draw(st.integers(0, 2**63 - 1))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(markets())
def test_any_market_keeps_its_books(market: tuple[Scenario, int]) -> None:
    scenario, seed = market
    check_everything(finished(scenario, seed))


@pytest.mark.parametrize("kind", KINDS)
def test_a_market_in_which_everything_happens_keeps_its_books(kind: str) -> None:
    chosen = {name: block for name, block in EVERYTHING.items() if name != "graph"}
    tables = check_everything(finished(busy(kind, 1200, *on(kind, **chosen))))
    assert (tables["panel"].sum(numeric_only=True)[["intents", "leaked", "brought_forward", "reviews"]] > 0).all()
    assert (tables["needs"]["status"] == "lost").any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_funnel_belongs_to_the_brand_that_was_chosen(kind: str) -> None:
    """Who gives up at the checkout of one brand and buys another in a shop got no further online with that other.

    Nobody knows borealis and denim online, so hardly anybody chooses them there, but the shop sells them.
    """
    hidden = [f"brands.{brand}.known_share=0" for brand in ("borealis", "denim")]
    checkout = {"enabled": True, "attempts": 1, "leak": 0, "loss_phone": 0.9, "loss_pc": 0.9}
    affordances = on(kind, search={"enabled": False}, checkout=checkout)
    tables = tables_of(finished(busy(kind, 1500, "brands.cotton.known_share=1", *hidden, *affordances)))
    total = tables["panel"].groupby("brand").sum(numeric_only=True)
    people = funnel_of(tables).drop("")
    assert total.loc["cotton", "intents"] > total.loc["denim", "intents"] + 100
    for stage, counter in (("intent", "intents"), ("reserved", "reservations"), ("paid", "orders_platform")):
        counted = total.loc[people.index, counter]
        assert (people[stage] <= counted).all(), f"{stage}: {people[stage].to_dict()}, {counter}: {counted.to_dict()}"
        assert ((people[stage] > 0) == (counted > 0)).all(), f"{counter} without anybody at {stage}"


def _doctored(tables: dict[str, pd.DataFrame], name: str, column: str, where: Any, to: Any) -> dict[str, pd.DataFrame]:
    """Tables in which the first such row holds another value."""
    table = tables[name].copy()
    table.loc[table.index[where(table)][0], column] = to(table.loc[where(table), column].iloc[0])
    return {**tables, name: table.astype(tables[name].dtypes)}


@pytest.mark.parametrize(
    ("name", "column", "where", "to"),
    [
        ("needs", "price_fen", lambda t: t["status"] == "bought", lambda old: old - 1),
        ("needs", "price_fen", lambda t: t["status"] == "lost", lambda old: 1),
        ("needs", "brand", lambda t: t["outlet"] == "offline", lambda old: "cotton" if old != "cotton" else "denim"),
        ("needs", "outlet", lambda t: t["outlet"] == "leaked", lambda old: "offline"),
        ("needs", "user", lambda t: t["user"] > 5, lambda old: 2**31),
        ("needs", "attempts", lambda t: t["attempts"] > 0, lambda old: 0),
        ("needs", "reserved_tick", lambda t: t["reserved_tick"] >= 0, lambda old: -1),
        ("panel", "leaked", lambda t: t["leaked"] > 0, lambda old: old + 1),
        ("panel", "mutes", lambda t: t["tick"] == 3, lambda old: old - 1),
        ("panel", "newly_aware", lambda t: t["tick"] == 3, lambda old: old + 1),
        ("posts", "author", lambda t: t["kind"] == "repost", lambda old: 2**32 - 2),
        ("posts", "kind", lambda t: t["kind"] == "share", lambda old: "brand"),
        ("posts", "minute", lambda t: t["kind"] == "repost", lambda old: old + 10_000),
        ("posts", "parent_key", lambda t: t["kind"] == "repost", lambda old: old + 1),
        ("users", "user", lambda t: t["user"] == 7, lambda old: 8),
        ("funnel", "people", lambda t: t["stage"] == "paid", lambda old: 10_000),
        ("outcomes", "value", lambda t: t["metric"] == "gmv_yuan", lambda old: float("nan")),
        ("outcomes", "value", lambda t: t["metric"] == "marketing_spend_yuan", lambda old: old + 0.01),
    ],
)
def test_a_book_that_does_not_agree_is_caught(name: str, column: str, where: Any, to: Any) -> None:
    """Negative control: one value of one row changed, in a market that passes."""
    model, tables = _books()
    with pytest.raises((AssertionError, ValueError)):
        check_tables_of(model, _doctored(tables, name, column, where, to))


@cache
def _books() -> tuple[CommerceModel, dict[str, pd.DataFrame]]:
    model = finished(busy(KIND, 400, *on(KIND, **EVERYTHING)))
    return model, check_everything(model)


# -- over time


def test_stages_only_rise_and_marks_only_come() -> None:
    """Tick by tick: no stage falls, nobody is unmuted or unexposed, and what made one aware is never rewritten."""
    model = CommerceModel(busy(KIND, 400, "market.days=3", *on(KIND, **EVERYTHING)), rng=5)
    ledger = model.state.needs.table.key.copy()
    before = {name: model.state.columns[name].copy() for name in ("stage", "marks", "last_visit")}
    online = 0
    while model.running:
        model.step()
        now = {name: model.state.columns[name].copy() for name in before}
        assert (now["stage"] >= before["stage"]).all()
        assert (now["stage"] <= max(Stage)).all()
        flags = np.uint8(MUTED | EXPOSED)
        assert ((before["marks"] & flags) & ~now["marks"] == 0).all()
        source, was = ((marks["marks"] >> SOURCE_SHIFT) & SOURCE_MASK for marks in (now, before))
        assert ((was == 0) | (source == was)).all()
        assert ((now["last_visit"] // 60 == len(model.panel) - 1) | (now["last_visit"] == before["last_visit"])).all()
        online += int(model.online[-1].sum())
        before = now
    np.testing.assert_array_equal(model.state.needs.table.key, ledger)
    assert online > 400
    assert (before["stage"] == Stage.OWNER).any()


def test_spend_never_passes_the_budget_on_any_day() -> None:
    """And grows; a budget of any size, to the fen."""
    for budget in ("0.03", "19.99", "250"):
        settings = [f"brands.{brand}.campaign.budget_yuan={budget}" for brand in ("aurora", "cotton")]
        model = CommerceModel(busy(KIND, 300, "market.days=4", *settings, *on(KIND, ads={"cpm_yuan": 0.1})), rng=5)
        spent = {brand.name: 0 for brand in model.brands}
        while model.running:
            model.step()
            for brand in model.brands:
                assert spent[brand.name] <= brand.spend_fen <= round(float(budget) * 100)
                spent[brand.name] = brand.spend_fen
        assert sum(spent.values()) > 0 or budget == "0.03"


# -- every parameter at both ends of its range

CHOSEN = ("planning", "seeding", "seed_regions", "seed_users")
"""What a campaign names or chooses by a word."""


def test_the_ends_are_those_of_every_parameter() -> None:
    """What has no range is a switch, a word or a name: nothing is left out."""
    kinds = [*AFFORDANCES.values(), CategoryParameters, PopulationParameters, CampaignParameters, BrandParameters]
    without = {row["path"] for kind in kinds for row in rows(kind) if row["low"] is None or row["high"] is None}
    words = {"layer", "rule", "dose", "order", "to", "name", "category", "level", "seeding", "seed_regions", "planning"}
    words |= {"audience.kind", "audience.regions", "users_from", "regional_budget", "plate_yuan", "seed_users"}
    words |= {f"campaign.{name}" for name in ("audience.kind", "audience.regions", *CHOSEN)}
    assert without - {"campaign"} == {"enabled", "season", "regional"} | words
    assert len(every_end()) > 150


@pytest.mark.parametrize(("path", "value"), every_end(), ids=str)
def test_a_parameter_at_an_end_of_its_range(path: tuple[Any, ...], value: Any) -> None:
    *where, name = path
    check_everything(finished(changed(tuple(where), **{name: value}, **HELD_BACK.get((name, value), {}))))


@pytest.mark.parametrize("seed", range(1, 21))
def test_many_parameters_at_ends_at_once(seed: int) -> None:
    """The first of the long run's combinations."""
    check_everything(finished(combination(seed), seed))


@pytest.mark.parametrize("off", AFFORDANCES)
def test_an_affordance_missing_from_a_market_that_has_all_others(off: str) -> None:
    check_everything(finished(changed(("platforms", 0, "affordances"), **{off: {"enabled": False}})))


def test_all_affordances_on_circles_of_friends() -> None:
    circles = {"graph": {"enabled": True, "layer": "circle"}}
    check_everything(finished(changed(("platforms", 0, "affordances"), **circles)))


@pytest.mark.parametrize(("users", "days", "minutes"), [(10, 1, 1440), (10, 3, 15), (11, 1, 720), (60, 5, 1440)])
def test_the_smallest_markets(users: int, days: int, minutes: int) -> None:
    model = finished(changed(("market",), users=users, days=days, tick_minutes=minutes))
    assert len(model.panel) == days * MINUTES_PER_DAY // minutes
    check_everything(model)


def test_a_market_without_needs_is_a_market() -> None:
    """Nobody wants anything, nobody comes: every table is there, and empty or zero."""
    quiet = ["categories.clothing.interval_days=20000", "categories.electronics.interval_days=20000"]
    scenario = busy(KIND, 10, "market.days=1", *quiet, "brands.aurora.campaign=null", "brands.cotton.campaign=null")
    tables = check_everything(finished(scenario))
    assert len(tables["needs"]) <= 1
    assert len(tables["posts"]) == 0
