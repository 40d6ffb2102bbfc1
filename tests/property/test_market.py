"""Whatever is switched on and however strongly: people and money are conserved, and all tables tell one story.

Every market here is small: what is checked are identities, which hold in any market, and not laws of large numbers.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.affordances import AFFORDANCES
from simulator.agents.brand_parameters import BrandParameters, CampaignParameters, CategoryParameters
from simulator.kernels.state import EXPOSED, MUTED, SOURCE_MASK, SOURCE_SHIFT
from simulator.metrics.cascades import cascade_rows
from simulator.metrics.view import RunView
from simulator.model.market import CommerceModel
from simulator.model.tables import FUNNEL, tables_of, terms
from simulator.output.dictionary import check_tables
from simulator.parameters import rows
from simulator.population.parameters import PopulationParameters
from simulator.population.table import COLUMNS
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY, Stage
from tests.support.worlds import KINDS, busy, on

BRANDS = ("aurora", "borealis", "cotton", "denim")
KIND = "public_feed"
ON = {name: {"enabled": True} for name in AFFORDANCES}
BUSIER = {
    "repost": {"hazard": 0.05},
    "peer_sellers": {"share": 0.05},
    "fatigue": {"mute_hazard": 0.01},
    "native_payment": {"bound_share": 0.3},
}
EVERYTHING = {name: block | BUSIER.get(name, {}) for name, block in ON.items()}
BASE_OF_RATIO = {"completion": "intents", "quality_bought": "orders_platform", "repeat_share": "orders"}
"""Metrics that divide, and by what: they are missing where that is zero, and nowhere else."""


def finished(scenario: Scenario, seed: int = 5) -> CommerceModel:
    """A market at its end."""
    model = CommerceModel(scenario, rng=seed)
    while model.running:
        model.step()
    return model


def outcomes_of(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    """Values by metric and brand."""
    found: dict[str, dict[str, float]] = {}
    for row in tables["outcomes"].itertuples():
        found.setdefault(row.metric, {})[row.brand] = row.value
    return found


# -- what must hold in every run


def check_values(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    """Tables as declared; no missing or infinite number, no negative count; every column within its declared range."""
    check_tables(tables)
    for name, table in tables.items():
        numbers = table.select_dtypes("number").drop(columns="value", errors="ignore")
        assert np.isfinite(numbers.to_numpy(np.float64)).all(), name
    counts = tables["panel"].select_dtypes("int64")
    assert (counts >= 0).all(axis=None)
    assert (tables["needs"][["price_fen", "attempts", "due_tick"]] >= 0).all(axis=None)
    outcomes = outcomes_of(tables)
    for metric, values in outcomes.items():
        for brand, value in values.items():
            undefined = metric in BASE_OF_RATIO and outcomes[BASE_OF_RATIO[metric]][brand] == 0
            if metric == "sales_concentration":
                undefined = sold_beside(model, outcomes, brand) == 0
            undefined |= metric == "trust" and tables["assets"].empty
            assert np.isnan(value) if undefined else np.isfinite(value), (metric, brand)
    for column in COLUMNS:
        values = model.state.columns[column.name]
        inside = (values >= column.low) & (values <= column.high)
        assert inside.all(), f"{column.name} is {values[~inside][:3]}, declared {column.low} to {column.high}"


def sold_beside(model: CommerceModel, outcomes: dict[str, dict[str, float]], brand: str) -> float:
    """Orders on the platform in the category of a brand, or in all of them."""
    category = {b.name: b.parameters.category for b in model.brands}
    rivals = [name for name in category if not brand or category[name] == category[brand]]
    return sum(outcomes["orders_platform"][name] for name in rivals)


def check_people(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    """Nobody comes or goes, and every need is somebody's, once."""
    n, needs = model.scenario.market.users, tables["needs"]
    assert tables["users"]["user"].tolist() == list(range(n))
    assert needs["need_key"].is_unique
    assert (needs["user"] < n).all()
    assert (tables["funnel"]["people"] <= n).all()
    ticks = model.ticks
    for column in ("decided_tick", "reserved_tick", "paid_tick"):
        assert needs[column].between(-1, ticks - 1).all()
    decided, bought, lost = needs["decided_tick"] >= 0, needs["status"] == "bought", needs["status"] == "lost"
    assert (decided == ~needs["status"].isin(["pending", "latent"])).all()
    assert ((needs["brand"] != "") == (needs["status"].isin(["bought", "chosen"]))).all()
    assert ((needs["paid_tick"] >= 0) == bought).all()
    assert ((needs["outlet"] != "none") == bought).all()
    assert ((needs["price_fen"] > 0) == (needs["brand"] != "")).all()
    assert (lost <= decided).all()


def check_counters(tables: dict[str, pd.DataFrame]) -> None:
    """The panel counts what the tables of needs, posts and users hold."""
    needs, posts, users = tables["needs"], tables["posts"], tables["users"]
    total = tables["panel"].groupby("brand", sort=False).sum(numeric_only=True)
    assert total["intents"].sum() == (needs["attempts"] > 0).sum()
    assert total["reservations"].sum() == (needs["reserved_tick"] >= 0).sum()
    assert total["brought_forward"].sum() == needs["brought_forward"].sum()
    outlets = needs.groupby(["brand", "outlet"]).size().to_dict()
    kinds = posts.groupby(["brand", "kind"]).size().to_dict()
    outcomes = outcomes_of(tables)
    for brand, row in total.to_dict("index").items():
        assert row["orders_platform"] == outlets.get((brand, "platform"), 0)
        assert row["orders_offline"] == outlets.get((brand, "offline"), 0)
        assert row["leaked"] == outlets.get((brand, "leaked"), 0)
        assert row["shares"] == kinds.get((brand, "share"), 0)
        assert row["mutes"] == users[f"muted_{brand}"].sum()
        assert outcomes["followers"][brand] in (0, users[f"follows_{brand}"].sum())
        assert row["newly_aware"] == (users[f"source_{brand}"] != "none").sum()
        assert row["reviews"] <= row["orders_platform"] <= row["reservations"] <= row["intents"]
        assert row["reviews"] <= row["review_stars"] <= 5 * row["reviews"]
        assert (row["impressions"] + row["ads"] > 0) == users[f"exposed_{brand}"].any()
    for metric in ("orders_platform", "intents", "reservations", "mutes", "ads", "impressions", "unfollows"):
        assert [outcomes[metric][brand] for brand in total.index] == total[metric].tolist()
    assert outcomes["reposts"][""] == sum(n for (_, kind), n in kinds.items() if kind == "repost")
    assert outcomes["orders"][""] == (needs["status"] == "bought").sum()


def check_cascades(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    """Posts are complete trees, in order of time, and nobody posts a root twice."""
    posts = tables["posts"]
    cascades = cascade_rows(posts)
    assert cascades["size"].sum() == len(posts)
    people = posts[posts["author"] < model.scenario.market.users]
    accounts = posts[posts["author"] == np.iinfo(np.uint32).max]
    assert len(people) + len(accounts) == len(posts)
    assert set(accounts["kind"]) <= {"brand"}
    assert not people.duplicated(["root_key", "author"]).any()
    assert (posts["minute"] // model.scenario.market.tick_minutes == posts["tick"]).all()
    assert posts["opinion"].between(-1, 1).all()
    born = posts.set_index("post_key")["minute"]
    reposts = posts[posts["parent_key"] != 0]
    assert (reposts["kind"] == "repost").all()
    assert (born.loc[reposts["parent_key"]].to_numpy() <= reposts["minute"].to_numpy()).all()


def check_money(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    """Every fen has one purse, prices are those asked, and no brand spends more than its budget."""
    view = RunView(tuple(b.name for b in model.brands), tables, terms(model))
    for accounts in (view.gross, view.due):
        purses = accounts.brands + accounts.outlet + accounts.platform + accounts.sellers
        np.testing.assert_array_equal(accounts.buyers, purses)
    assert view.gross.buyers.sum() == tables["needs"].loc[tables["needs"]["status"] == "bought", "price_fen"].sum()
    assert (view.due.buyers <= view.gross.buyers).all()
    paid = tables["needs"][tables["needs"]["status"] == "bought"].groupby(["brand", "outlet"])["price_fen"].unique()
    spent = outcomes_of(tables)["marketing_spend_yuan"]
    assert spent[""] == pytest.approx(sum(b.spend_fen for b in model.brands) / 100, rel=1e-12)
    for brand in model.brands:
        campaign, price = brand.parameters.campaign, round(brand.parameters.price_yuan * 100)
        dealt = int(price * (1 - (campaign.deal if campaign else 0.0)) + 0.5)
        assert set(paid.get((brand.name, "platform"), ())) <= {price, dealt}
        for outlet in ("offline", "leaked"):
            assert set(paid.get((brand.name, outlet), ())) <= {price}
        assert spent[brand.name] == brand.spend_fen / 100
        budget = campaign.budget_yuan if campaign else 0.0
        shares = (campaign.ads_share, campaign.seeds_share) if campaign else (0.0, 0.0)
        assert 0 <= brand.ads_spend_fen <= budget * shares[0] * 100
        assert 0 <= brand.seeds_spend_fen <= budget * shares[1] * 100
        assert brand.spend_fen <= round(budget * 100)
    assert model.platform.ad_revenue_fen == sum(b.ads_spend_fen for b in model.brands)


def check_funnel(tables: dict[str, pd.DataFrame]) -> None:
    """Who got further got as far, and the market counts nobody twice."""
    people = funnel_of(tables)
    for further, near in pairwise(("paid", "reserved", "intent", "interested", "aware")):
        assert (people[further] <= people[near]).all(), f"{further} but not {near}"
    assert (people.loc[""] <= people.drop("").sum()).all()
    assert (people.loc[""] >= people.drop("").max()).all()
    for brand in people.drop("").index:
        assert people.loc[brand, "exposed"] == tables["users"][f"exposed_{brand}"].sum()
        assert people.loc[brand, "aware"] == (tables["users"][f"stage_{brand}"] != "unaware").sum()


def funnel_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """People by brand and stage."""
    people: dict[str, dict[str, int]] = {stage: {} for stage in FUNNEL}
    for row in tables["funnel"].itertuples():
        people[row.stage][row.brand] = row.people
    return pd.DataFrame(people)


def check_everything(model: CommerceModel) -> dict[str, pd.DataFrame]:
    tables = tables_of(model)
    check_tables_of(model, tables)
    return tables


def check_tables_of(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    check_values(model, tables)
    check_people(model, tables)
    check_counters(tables)
    check_cascades(model, tables)
    check_money(model, tables)
    check_funnel(tables)


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

HELD_BACK = {
    ("ads_share", 1): {"seeds_share": 0.0, "prizes_share": 0.0},
    ("seeds_share", 1): {"ads_share": 0.0, "prizes_share": 0.0},
    ("prizes_share", 1): {"ads_share": 0.0, "seeds_share": 0.0},
    ("nest_scale", 0.05): {"outlet_scale": 0.05},
    ("outlet_scale", 1): {"nest_scale": 1.0},
}
"""What must give way when a parameter of the same block goes to an end."""


def ends(model: type, *where: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The path and the lowest and highest value of every parameter of a block that has a range."""
    bounds = [(row["path"], row[end]) for row in rows(model) for end in ("low", "high")]
    return [((*where, *name.split(".")), value) for name, value in bounds if value is not None]


def every_end() -> list[tuple[tuple[Any, ...], Any]]:
    found = []
    for name, kind in AFFORDANCES.items():
        found += ends(kind, "platforms", 0, "affordances", name)
    cotton = ("brands", BRANDS.index("cotton"))
    found += ends(CategoryParameters, "categories", "clothing") + ends(PopulationParameters, "population")
    found += ends(CampaignParameters, *cotton, "campaign") + ends(BrandParameters, *cotton)
    return list(dict.fromkeys(found))


@cache
def plain() -> Scenario:
    """A short market with every affordance on."""
    grid = ("market.days=2", "market.tick_minutes=240", "categories.clothing.delivery_days=0.5")
    return busy(KIND, 120, *grid, *on(KIND, **EVERYTHING))


def changed(where: tuple[Any, ...], **values: Any) -> Scenario:
    """The short market with some values of one block changed."""
    tree = plain().model_dump()
    block = tree
    for step in where:
        block = block[step]
    block |= values
    return Scenario.model_validate(tree)


def test_the_ends_are_those_of_every_parameter() -> None:
    """What has no range is a switch, a word or a name: nothing is left out."""
    kinds = [*AFFORDANCES.values(), CategoryParameters, PopulationParameters, CampaignParameters, BrandParameters]
    without = {row["path"] for kind in kinds for row in rows(kind) if row["low"] is None or row["high"] is None}
    words = {"layer", "rule", "dose", "order", "to", "name", "category"}
    assert without - {"campaign"} == {"enabled", "season", "regional"} | words
    assert len(every_end()) > 150


@pytest.mark.parametrize(("path", "value"), every_end(), ids=str)
def test_a_parameter_at_an_end_of_its_range(path: tuple[Any, ...], value: Any) -> None:
    *where, name = path
    check_everything(finished(changed(tuple(where), **{name: value}, **HELD_BACK.get((name, value), {}))))


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
