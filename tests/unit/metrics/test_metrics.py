"""Metrics of tables small enough to be counted by hand, and what holds for every registered metric."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from simulator.kernels.state import COUNTERS
from simulator.metrics import METRICS
from simulator.metrics.view import Metric, RunView, Terms
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes
from tests.support.worlds import busy

BRANDS = ("a", "b")
TERMS = Terms(
    unit_cost_fen=np.array([600, 100]),
    quality=np.array([0.5, -0.5]),
    offline_margin=np.array([0.1, 0.25]),
    patience_ticks={"goods": 1},
    platforms=("here",),
    commission=np.array([0.05]),
    payment_cost=np.array([0.01]),
    seller_commission=np.array([0.1]),
    spend_fen={"ads": np.array([[500, 0]]), "seeds": np.array([[250, 0]])},
    category=np.array([0, 0]),
    list_price_fen=np.array([1000, 300]),
)
NEEDS = [
    # brand, status, outlet, price, source, drawn to fall due
    ("a", "bought", "platform", 1000, "ad", 0),
    ("a", "bought", "platform", 999, "seller", 2),
    ("a", "bought", "offline", 1000, "none", 3),
    ("b", "bought", "leaked", 300, "friend", 1),
    ("b", "bought", "platform", 270, "search", 9),
    ("b", "chosen", "none", 300, "search", 2),
    ("", "lost", "none", 0, "none", 1),
    ("", "pending", "none", 0, "none", 8),
]
POSTS = [("a", "brand"), ("a", "share"), ("a", "repost"), ("a", "repost"), ("b", "seeded")]
COUNTED = {
    "a": {"impressions": 7, "ads": 3, "newly_aware": 2, "intents": 4, "reservations": 3, "mutes": 1, "reviews": 1},
    "b": {"impressions": 1, "intents": 4, "reservations": 2, "brought_forward": 5, "reviews": 2},
}
ASSETS = [
    (1, "feed", "a", 9, 1.0, 3.0), (1, "feed", "b", 5, 1.0, 1.0), (1, "feed", "", 20, 1.0, 0.0),
    (2, "feed", "a", 8, 0.9, 2.5), (2, "feed", "b", 4, 0.7, 0.5), (2, "feed", "", 20, 0.8, 0.0),
    (2, "circle", "a", 8, 0.5, 1.5), (2, "circle", "b", 4, 0.5, 0.0), (2, "circle", "", 20, 0.4, 0.0),
]  # fmt: skip
SELLERS = [("circle", 0, 30, 0, 0), ("circle", 7, 33, 5, 2), ("circle", 14, 32, 1, 2)]
APPS = [("feed", 0, "x", 4.0, 0.06), ("feed", 0, "y", 4.0, 0.02), ("feed", 7, "x", 4.0, 0.06)]
TICKS = 4


def panel(ticks: int = TICKS) -> pd.DataFrame:
    """All that was counted fell into tick 1."""
    frame = pd.DataFrame({"tick": np.repeat(np.arange(ticks, dtype=np.int32), 2), "brand": list(BRANDS) * ticks})
    then = frame["tick"] == 1
    for name in COUNTERS:
        frame[name] = np.where(then, frame["brand"].map(lambda brand, name=name: COUNTED[brand].get(name, 0)), 0)
    return frame.astype(dict.fromkeys(COUNTERS, np.int64))


def needs() -> pd.DataFrame:
    frame = pd.DataFrame(NEEDS, columns=["brand", "status", "outlet", "price_fen", "source", "due_tick"])
    people = {"user": np.arange(len(frame)), "paid_tick": np.minimum(frame["due_tick"], TICKS - 1), "impulse": False}
    people |= {"chosen": frame["brand"], "reserved_tick": np.where(frame["outlet"] == "platform", 1, -1)}
    people |= {"group_price": frame["price_fen"].isin([999, 270, 300])}
    return frame.assign(
        **people, category="goods", platform="here", seller=np.where(frame["source"] == "seller", 4, -1)
    )


def view() -> RunView:
    funnel = [("a", "exposed", 5), ("b", "exposed", 3), ("", "exposed", 6), ("a", "aware", 9), ("", "aware", 9)]
    tables = {
        "panel": panel(),
        "needs": needs(),
        "posts": pd.DataFrame(POSTS, columns=["brand", "kind"]),
        "users": pd.DataFrame({"opinion_a": np.float32([0.5, 0.0]), "opinion_b": np.float32([-1.0, 0.0])}),
        "funnel": pd.DataFrame(funnel, columns=["brand", "stage", "people"]),
        "assets": pd.DataFrame(ASSETS, columns=["day", "platform", "brand", "followers", "trust", "social_asset"]),
        "apps": pd.DataFrame(APPS, columns=["platform", "day", "developer", "apps", "use"]),
        "sellers": pd.DataFrame(SELLERS, columns=["platform", "day", "sellers", "entered", "left"]),
    }
    return RunView(BRANDS, tables, TERMS)


def empty(ticks: int) -> RunView:
    """A run in which nothing happened, of so many ticks."""
    tables = {name: table.iloc[:0] for name, table in view().tables.items()}
    quiet = panel(ticks).assign(**dict.fromkeys(COUNTERS, 0))
    nobody = pd.DataFrame([(brand, "exposed", 0) for brand in ("", *BRANDS)], columns=["brand", "stage", "people"])
    terms = dataclasses.replace(TERMS, spend_fen={})
    return RunView(BRANDS, {**tables, "panel": quiet, "funnel": nobody}, terms)


def values(name: str, seen: RunView) -> list[float]:
    """The market's value, then those of the brands."""
    return [row["value"] for row in METRICS[name].rows(seen)]


@pytest.mark.parametrize(
    ("name", "market", "a", "b"),
    [
        ("orders", 5, 3, 2),
        ("orders_platform", 3, 2, 1),
        ("orders_offline", 2, 1, 1),
        ("orders_due", 3, 2, 1),
        ("orders_group", 2, 1, 1),
        ("pulled_forward", 1, 0, 1),
        ("gmv_yuan", 35.69, 29.99, 5.70),
        ("gmv_platform_yuan", 22.69, 19.99, 2.70),
        ("reserved_value_yuan", 23.00, 20.00, 3.00),
        ("gmv_due_yuan", 22.99, 19.99, 3.00),
        ("commission_yuan", 1.12, 0.50 + 0.49, 0.13),
        ("seller_income_yuan", 0.99, 0.99, 0),
        ("marketing_spend_yuan", 7.50, 7.50, 0),
        ("platform_contribution_yuan", 5.91, 0.99 + 5.00 - 0.10 - 0.09, 0.13 - 0.02),
        ("contribution_yuan", -0.24, 9.50 + 8.51 - 12.00 - 7.50, 2.25 - 1.00),
        ("posts", 3, 2, 1),
        ("reposts", 2, 2, 0),
        ("reach", 6, 5, 3),
        ("completion", 3 / 8, 2 / 4, 1 / 4),
        ("followers", 12, 8, 4),
        ("social_asset", 4.5, 4.0, 0.5),
        ("trust", 0.6, 0.6, 0.6),
        ("sellers", 32, 32, 32),
        ("apps", 6, 6, 6),
        ("app_use", 0.07, 0.07, 0.07),
        ("app_concentration", 0.125, 0.125, 0.125),
        ("seller_turnover", 10, 10, 10),
        ("quality_bought", 0.5 / 3, 0.5, -0.5),
        ("opinion", -0.125, 0.25, -0.5),
        ("impressions", 8, 7, 1),
        ("ads", 3, 3, 0),
        ("newly_aware", 2, 2, 0),
        ("intents", 8, 4, 4),
        ("reservations", 5, 3, 2),
        ("mutes", 1, 1, 0),
        ("reviews", 3, 1, 2),
        ("brought_forward", 5, 0, 5),
    ],
)
def test_known_answers(name, market, a, b):
    assert values(name, view()) == pytest.approx([market, a, b], rel=1e-12)


def test_a_sale_counts_as_due_when_it_was_sure_to_be_decided_in_the_run():
    """Drawn for tick t with a patience of p, it is decided by t + p: the last of four ticks is 3."""
    seen = view()
    assert seen.ticks == TICKS
    assert seen.decidable.tolist() == [True, True, False, True, False, True, True, False]
    assert seen.pulled_forward.tolist() == [False, False, False, False, True, False, False, False]


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_says_what_it_is(name):
    metric = METRICS[name]
    assert isinstance(metric, Metric)
    assert metric.name == name
    assert name.isidentifier()
    assert metric.unit.strip()
    assert metric.formula.strip()
    assert not name.endswith("_yuan") or metric.unit == "yuan"


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_a_row_for_the_market_and_each_brand(name):
    rows = METRICS[name].rows(view())
    assert [row["brand"] for row in rows] == ["", *BRANDS]
    assert {row["metric"] for row in rows} == {name}
    assert {row["unit"] for row in rows} == {METRICS[name].unit}
    assert all(type(row["value"]) is float for row in rows)


@pytest.mark.parametrize("ticks", [TICKS, 0], ids=["quiet", "not begun"])
@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_a_run_in_which_nothing_happened(name, ticks):
    """Counts and money are zero; a mean of nothing is missing."""
    found = values(name, empty(ticks))
    means = METRICS[name].unit in ("share", "-1..1")
    assert len(found) == 3
    assert np.isnan(found).all() if means else found == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", METRICS)
def test_the_order_of_rows_is_nothing(name):
    seen = view()
    shuffled = {table: frame.sample(frac=1.0, random_state=3) for table, frame in seen.tables.items()}
    assert values(name, RunView(BRANDS, shuffled, TERMS)) == values(name, seen)


@pytest.mark.parametrize("name", METRICS)
def test_the_order_of_brands_is_nothing(name):
    other = dataclasses.replace(TERMS, **{k: v[::-1] for k, v in vars(TERMS).items() if isinstance(v, np.ndarray)})
    other = dataclasses.replace(other, spend_fen={k: v[:, ::-1] for k, v in TERMS.spend_fen.items()})
    market, a, b = values(name, view())
    assert values(name, RunView(("b", "a"), view().tables, other)) == pytest.approx([market, b, a], rel=1e-15)


def test_every_metric_stands_in_the_outcomes_of_a_run():
    """And those of a run that has not begun are there, too."""
    model = CommerceModel(busy("public_feed", 50, "market.days=1"), rng=1)
    begun = []
    for _ in range(2):
        outcomes = tables_of(model)["outcomes"]
        assert outcomes["metric"].unique().tolist() == list(METRICS)
        assert outcomes.groupby("metric").size().eq(1 + len(model.brands)).all()
        begun.append(outcomes.loc[outcomes["metric"] == "impressions", "value"].iloc[0])
        while model.running:
            model.step()
    assert begun[0] == 0 < begun[1]


def test_tables_that_are_asked_for_are_those_of_the_whole():
    model = CommerceModel("private_circle", settings=["market.users=200", "market.days=3"], rng=2)
    model.run_model()
    whole = tables_of(model)
    for asked in (["needs"], ["outcomes"], ["panel", "posts"]):
        some = tables_of(model, asked)
        assert list(some) == asked
        assert table_hashes(some) == {name: table_hashes(whole)[name] for name in asked}
