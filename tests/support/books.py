"""What must hold in every run: people and money are conserved, and all tables tell one story."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from simulator.agents.campaign_parameters import CHANNELS
from simulator.metrics.cascades import cascade_rows
from simulator.metrics.view import RunView
from simulator.model.group_buying import MOST_CUT
from simulator.model.market import CommerceModel
from simulator.model.sample import PEOPLE
from simulator.model.tables import FUNNEL, tables_of, terms
from simulator.output.dictionary import check_tables
from simulator.population.table import COLUMNS
from simulator.scenario.schema import Scenario

BASE_OF_RATIO = {
    "completion": "intents",
    "quality_bought": "orders_platform",
    "repeat_share": "orders",
    "app_concentration": "app_use",
}
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
    forgotten = lost & needs["impulse"] & ~decided  # an impulse that nobody followed passes without a choice
    cancelled = (needs["status"] == "pending") & (needs["reserved_tick"] >= 0)
    back = (needs["status"] == "pending") & decided & ~cancelled
    assert back.sum() <= tables["panel"]["won_back"].sum()
    assert (decided == ~(needs["status"].isin(["pending", "latent"]) & ~cancelled & ~back | forgotten)).all()
    assert ((needs["brand"] != "") == (needs["status"].isin(["bought", "chosen", "reserved"]))).all()
    assert ((needs["reserved_tick"] >= 0) <= (needs["chosen"] != "")).all()
    assert ((needs["paid_tick"] >= 0) == bought).all()
    assert ((needs["outlet"] != "none") == bought).all()
    assert ((needs["price_fen"] > 0) == (needs["brand"] != "")).all()
    assert (lost <= (decided | forgotten)).all()


def check_counters(tables: dict[str, pd.DataFrame]) -> None:
    """The panel counts what the tables of needs, posts and users hold."""
    needs, posts, users = tables["needs"], tables["posts"], tables["users"]
    total = tables["panel"].groupby("brand", sort=False).sum(numeric_only=True)
    assert 0 <= total["intents"].sum() - (needs["attempts"] > 0).sum() <= total["won_back"].sum()
    assert total["reservations"].sum() == (needs["reserved_tick"] >= 0).sum()
    assert total["brought_forward"].sum() == needs["brought_forward"].sum()
    outlets = needs.groupby(["brand", "outlet"]).size().to_dict()
    kinds = posts.groupby(["brand", "kind"]).size().to_dict()
    outcomes = outcomes_of(tables)
    for brand, row in total.to_dict("index").items():
        assert row["orders_platform"] == outlets.get((brand, "platform"), 0)
        assert row["orders_offline"] == outlets.get((brand, "offline"), 0)
        assert row["leaked"] == outlets.get((brand, "leaked"), 0)
        assert row["orders_dealer"] == outlets.get((brand, "dealer"), 0)
        assert row["shares"] == kinds.get((brand, "share"), 0)
        assert row["mutes"] == users[f"muted_{brand}"].sum()
        assert outcomes["followers"][brand] in (0, users[f"follows_{brand}"].sum())
        assert row["newly_aware"] == (users[f"source_{brand}"] != "none").sum()
        assert row["reviews"] <= row["orders_platform"] <= row["reservations"] <= row["intents"]
        assert row["reviews"] <= row["review_stars"] <= 5 * row["reviews"]
        assert (row["impressions"] + row["ads"] + row["app_offers"] > 0) == users[f"exposed_{brand}"].any()
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
    groups = model.scenario.platforms[0].affordances.group_buying
    for brand in model.brands:
        campaign, price = brand.parameters.campaign, round(brand.parameters.price_yuan * 100)
        dealt = max(1, int(price * (1 - (campaign.deal if campaign else 0.0)) + 0.5))
        cut = min(MOST_CUT, groups.discount * groups.strength) if groups.enabled else 0.0
        grouped = {max(1, int(whole * (1 - cut) + 0.5)) for whole in (price, dealt)}
        assert set(paid.get((brand.name, "platform"), ())) <= {price, dealt} | grouped
        assert set(paid.get((brand.name, "dealer"), ())) <= {price, dealt} | grouped
        for outlet in ("offline", "leaked"):
            assert set(paid.get((brand.name, outlet), ())) <= {price}
        assert spent[brand.name] == brand.spend_fen / 100
        budget = campaign.budget_yuan if campaign else 0.0
        if campaign and campaign.planning != "reinforce":
            for channel in CHANNELS:
                assert 0 <= brand.budget.spent_on(channel) <= budget * campaign.share(channel) * 100
        assert brand.spend_fen <= round(budget * 100)
    sold = sum(brand.budget.spent_on(channel) for brand in model.brands for channel in ("ads", "promotion"))
    assert sum(platform.ad_revenue_fen for platform in model.platforms) == sold
    check_payments(view, tables["money"])
    check_decisions(model, tables["decisions"])


def check_payments(view: RunView, money: pd.DataFrame) -> None:
    """Every fen has a payer and a payee; what brands, platforms, outlets, sellers are left with is in the accounts."""
    assert (money["amount_fen"] > 0).all()
    got, paid = money.groupby("payee")["amount_fen"].sum(), money.groupby("payer")["amount_fen"].sum()
    balance = got.sub(paid, fill_value=0).astype(int).to_dict()
    assert sum(balance.values()) == 0
    gross, spent = view.gross, view.terms.spent
    assert balance.get("buyers", 0) == -gross.buyers.sum()
    assert balance.get("brand", 0) == gross.contribution.sum()
    assert balance.get("outlet", 0) == gross.outlet.sum()
    assert balance.get("sellers", 0) == gross.sellers.sum() + spent(("bonus",)).sum()
    sold = spent(("ads", "promotion")).sum()
    fees = view.terms.paid_for_apps("developers", "platform")
    assert balance.get("platform", 0) == gross.platform.sum() + sold - gross.payment_cost.sum() + fees
    outcomes = outcomes_of({"outcomes": view.tables["outcomes"]})
    assert balance.get("developers", 0) == round(outcomes["developer_income_yuan"][""] * 100)


def check_decisions(model: CommerceModel, decisions: pd.DataFrame) -> None:
    """Every brand decides something on every platform, with a reason, and what it paid is what it spent."""
    assert (decisions["reason"].str.len() > 0).all()
    assert decisions["day"].is_monotonic_increasing
    brands = decisions[decisions["agent_kind"] == "brand"]
    decided = set(zip(brands["agent"], brands["platform"], strict=True))
    assert decided >= {(brand.name, platform.name) for brand in model.brands for platform in model.platforms}
    paid = brands[brands["paid"]]
    contracts = sum(platform.contracts.spent_fen for platform in model.open_platforms)
    for brand, contract in zip(model.brands, contracts, strict=True):
        own = paid[paid["agent"] == brand.name]
        assert own.loc[own["decision"] == "pay_contract", "amount_fen"].sum() == contract
        assert own.loc[own["decision"] != "pay_contract", "amount_fen"].sum() == brand.spend_fen


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


def check_records(model: CommerceModel, tables: dict[str, pd.DataFrame]) -> None:
    """What regions, checkouts and the sample say adds up to what needs and users say."""
    needs, regions, steps, n = tables["needs"], tables["regions"], tables["checkouts"], model.scenario.market.users
    total = regions.groupby(["category", "tier"])[["people", "looked"]].sum()
    assert (total["people"] == n).all()
    assert (total["looked"] <= n).all()
    bought = needs["status"] == "bought"
    assert regions["orders"].sum() == bought.sum()
    assert regions["orders_platform"].sum() == (bought & (needs["outlet"] == "platform")).sum()
    assert regions["intents"].sum() == (needs["platform"] != "").sum()
    assert regions["reservations"].sum() == (needs["reserved_tick"] >= 0).sum()
    homes = needs[bought].groupby("region").size()
    assert regions.groupby("region")["orders"].sum().loc[homes.index].tolist() == homes.tolist()
    # an attempt ends with the one step it does not pass, or with payment; a need that comes back forgets its attempts
    ended = (steps["tried"] - steps["passed"]).sum()
    if all(goods.deposit_yuan == 0.0 == goods.revival for goods in model.scenario.categories.values()):
        assert ended == needs["attempts"].sum() - (needs["outlet"] == "platform").sum()
    sample, ties = tables["sample"], tables["sample_ties"]
    people = sample["user"].unique()
    assert people.size == min(PEOPLE, n)
    assert np.isin(ties[["author", "reader"]].to_numpy(), people).all()
    for brand, own in sample.groupby("brand"):
        there = tables["users"].set_index("user").loc[own["user"]]
        assert ((own["aware_tick"] >= 0).to_numpy() == (there[f"stage_{brand}"] != "unaware")).all()
        assert ((own["bought_tick"] >= 0).to_numpy() == (there[f"stage_{brand}"] == "owner")).all()
        assert ((own["seen_tick"] >= 0).to_numpy() == there[f"exposed_{brand}"]).all()
        assert (own.loc[own["knew"], "aware_tick"] == 0).all()


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
    check_records(model, tables)
