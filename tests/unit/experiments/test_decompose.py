"""Planted effects come back exactly; what cannot act alone joins after what it needs; everything adds up."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.ensemble.decompose import Shares, decompose, share_out, tables
from simulator.ensemble.decompose_study import DecomposeStudy, make_plan
from simulator.ensemble.lab import lab_in
from simulator.ensemble.scenario_difference import between, differences, told
from simulator.ensemble.shapley import Order, exact
from simulator.ensemble.study_file import read_study
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.output.tables import table_hashes
from simulator.scenario.loader import load
from simulator.types import Array

MAIN = {"price": 5.0, "search": -2.0, "feed": 1.0, "repost": 0.5, "reviews": 0.0}
NAMES = tuple(MAIN)
PAIR = ("feed", "repost")
TOGETHER = 3.0
NOISE = 0.1


def toy(wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Array]:
    """Main effects that differ a little between worlds, and one interaction; a second outcome is twice the first."""
    found = {}
    for mask, r in wanted:
        inside = {name for i, name in enumerate(NAMES) if mask >> i & 1}
        value = 100.0 + sum(MAIN[name] + NOISE * (r - 1) for name in inside) + TOGETHER * (set(PAIR) <= inside)
        found[mask, r] = np.array([value, 2 * value])
    return found


def shared(order: Order, up_to: int = 10, orders: int = 4) -> Shares:
    return share_out(NAMES, order, toy, 3, up_to=up_to, orders=orders, seed=1)


FREE = Order(5, (0,) * 5)
ORDERED = Order(5, (0, 0, 0, 1 << NAMES.index("feed"), 0))
"""Repost needs the feed."""


def test_planted_effects_are_recovered_exactly() -> None:
    """An interaction is shared equally by the two; effects per world vary by the planted noise."""
    values = shared(FREE).values[0]
    for i, name in enumerate(NAMES):
        half = TOGETHER / 2 if name in PAIR else 0.0
        planted = MAIN[name] + np.array([-NOISE, 0.0, NOISE])
        assert values.shapley[i] == pytest.approx(planted + half)
        assert values.first[i] == pytest.approx(planted)
        assert values.last[i] == pytest.approx(planted + 2 * half)
    assert values.interactions is not None
    for i, j in itertools.combinations(range(5), 2):
        expected = TOGETHER if {NAMES[i], NAMES[j]} == set(PAIR) else 0.0
        assert values.interactions[i, j] == pytest.approx(np.full(3, expected))


def test_who_needs_another_gets_the_whole_interaction() -> None:
    """Repost always joins after the feed, so what they gain together is gained when repost joins."""
    values = shared(ORDERED).values[0]
    found = {name: values.shapley[i, 1] for i, name in enumerate(NAMES)}
    assert found == pytest.approx({**MAIN, "repost": MAIN["repost"] + TOGETHER})
    assert values.first[NAMES.index("repost"), 1] == pytest.approx(0.5 + TOGETHER)
    assert values.last[NAMES.index("feed"), 1] == pytest.approx(1.0)
    assert np.isnan(values.interactions[2, 3]).all()
    assert len(ORDERED.coalitions) == 24


@pytest.mark.parametrize("order", [FREE, ORDERED], ids=["free", "ordered"])
@pytest.mark.parametrize("up_to", [10, 2], ids=["exact", "sampled"])
def test_values_add_up_in_every_world(order: Order, up_to: int) -> None:
    shares = shared(order, up_to)
    assert shares.exact == (up_to == 10)
    for k, values in enumerate(shares.values):
        assert values.shapley.sum(axis=0) == pytest.approx(shares.whole[k])
    assert shares.values[1].shapley == pytest.approx(2 * shares.values[0].shapley)


def test_sampled_values_approach_the_exact_ones() -> None:
    """The share of the interaction that feed gets is 3 times a coin's mean: sd of 3 / 2 / sqrt(3 x 400) = 0.043."""
    whole, some = shared(FREE).values[0].shapley.mean(axis=1), shared(FREE, 2, 400).values[0].shapley.mean(axis=1)
    assert some == pytest.approx(whole, abs=4 * 0.043)
    assert some[[0, 1, 4]] == pytest.approx(whole[[0, 1, 4]]), "what does not interact has no sampling error"


def test_a_broken_world_is_left_out() -> None:
    def game(wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Array]:
        return {key: value * (np.nan if key == (3, 1) else 1.0) for key, value in toy(wanted).items()}

    shares = share_out(NAMES, FREE, game, 3, up_to=10, orders=1, seed=1)
    assert shares.replications == (0, 2)
    assert shares.values[0].shapley.sum(axis=0) == pytest.approx(shares.whole[0])


# -- against all orders, one by one


@st.composite
def games(draw: Any) -> tuple[Order, dict[int, float]]:
    """Up to five players, each of whom may need earlier ones, and any value for every coalition."""
    n = draw(st.integers(1, 5))
    before = tuple(draw(st.integers(0, (1 << i) - 1)) for i in range(n))
    values = draw(st.lists(st.integers(-50, 50), min_size=1 << n, max_size=1 << n))
    return Order(n, before), {mask: float(value) for mask, value in enumerate(values)}


@settings(max_examples=60, deadline=None)
@given(games())
def test_exact_values_are_means_over_all_orders(game: tuple[Order, dict[int, float]]) -> None:
    order, values = game
    gains, count = np.zeros(order.n), 0
    for joining in itertools.permutations(range(order.n)):
        mask, own = 0, np.zeros(order.n)
        for i in joining:
            if order.before[i] & mask != order.before[i]:
                break
            own[i] = values[mask | 1 << i] - values[mask]
            mask |= 1 << i
        else:
            gains, count = gains + own, count + 1
    found = exact(order, {mask: np.array([value]) for mask, value in values.items()})
    assert count == order.completions[0] == order.chances[order.everyone]
    assert found.shapley[:, 0] == pytest.approx(gains / count)


def test_drawn_orders_are_even() -> None:
    """Of 3 players of whom one needs another, 3 orders: each a third of 3000 draws, four sd of 26 allowed."""
    order, generator = Order(3, (0, 1, 0)), np.random.default_rng(1)
    drawn = [tuple(order.draw(generator)) for _ in range(3000)]
    counts = {one: drawn.count(one) for one in set(drawn)}
    assert set(counts) == {(0, 1, 2), (0, 2, 1), (2, 0, 1)}
    assert all(abs(count - 1000) < 104 for count in counts.values())


def test_impossible_orders_are_refused() -> None:
    with pytest.raises(InputError, match="join them into one group"):
        Order(2, (2, 1))
    with pytest.raises(InputError, match="17 players; allowed: at most 16"):
        Order(17, (0,) * 17)


# -- scenarios


SMALL = ("market.users=600", "market.days=3")


def nameless(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Hashes of tables without the platform's name, which is the first scenario's."""
    cut = {name: table.drop(columns="platform", errors="ignore") for name, table in tables.items()}
    cut["users"] = cut["users"].rename(columns=lambda name: name.replace("marketplace", "public_feed"))
    return table_hashes(cut)


def test_all_differences_make_the_other_scenario() -> None:
    """With everything taken, the runs are those of the second scenario; with nothing, those of the first."""
    from simulator.model.run import simulate
    from simulator.scenario.loader import load_resolved

    a, b = load("marketplace", SMALL), load("public_feed", SMALL)
    every = list(differences(a.resolved, b.resolved))
    assert {told(path, a.resolved) for path in every} == {
        "ads", "bestsellers", "checkout", "comments", "continuity", "fatigue", "feed", "fraud", "graph", "influence",
        "late_discovery", "native_payment", "repost", "repost_to_win", "reviews", "search", "trending", "trust",
        "verified",
    }  # fmt: skip
    for taken, other in ((every, b), ([], a)):
        made = load_resolved(between(a.resolved, b.resolved, taken)).scenario
        assert nameless(simulate(made, 3).tables) == nameless(simulate(other.scenario, 3).tables)


def test_differences_outside_of_affordances_are_found() -> None:
    a = load("public_feed", SMALL)
    more = (
        "brands.aurora.campaign.budget_yuan=9",
        "population.sessions_per_day=3",
        "network.follow.generator=procedural",
    )
    b = load("public_feed", (*SMALL, *more))
    found = {told(path, a.resolved) for path in differences(a.resolved, b.resolved)}
    assert found == {"brands.aurora.campaign.budget_yuan", "population.sessions_per_day", "network.follow"}


def test_a_coalition_whose_members_are_inert_is_no_new_run() -> None:
    a, b = load("marketplace", SMALL).resolved, load("public_feed", SMALL).resolved
    path = {told(one, a): one for one in differences(a, b)}
    assert between(a, b, [path["repost"], path["fatigue"]]) == between(a, b, [])
    assert between(a, b, [path["graph"], path["feed"], path["repost"]]) != between(a, b, [path["graph"], path["feed"]])


TEXT = """
kind: decompose
scenarios: [marketplace, public_feed]
set: {market.users: 600, market.days: 3}
players: {feed: [graph, feed], belief: [influence, reviews]}
held:
  {checkout: from, native_payment: from, ads: to, fatigue: from, search: from, bestsellers: from, comments: from,
   continuity: from, fraud: from, late_discovery: from, repost_to_win: from, trending: from, trust: from,
   verified: from}
outcomes: [{metric: impressions, kind: level}]
replications: 2
"""


def plan_of(tmp_path: Path, *changes: tuple[str, str]) -> Any:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "study.yaml").write_text(text)
    return make_plan(read_study(tmp_path / "study.yaml", DecomposeStudy, {}), list(METRICS))


def test_a_decomposition_from_its_file(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert list(plan.players) == ["feed", "belief", "repost"]
    assert plan.order.before == (0, 1, 1), "influence and repost join after the feed"
    with lab_in(tmp_path, 1, jobs=1) as lab:
        shares = decompose(plan, lab)
    made = tables(plan, shares)["values"]
    own = made.set_index(["player", "value"])["mean"]
    assert own[["feed", "belief", "repost"]].xs("shapley", level=1).sum() == pytest.approx(
        own["all together", "shapley"]
    )
    assert own["repost", "shapley"] > 0
    assert len(plan.order.coalitions) == 5
    assert len(lab.records) == 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[graph, feed]", "[graph, fed]", "players.feed.1: the scenarios do not differ in 'fed'"),
        ("ads: to", "ads: from, graph: to", "players.feed.0: graph stands twice; allowed: each difference once"),
        ("ads: to", "ads: too", "held.ads: unknown value; given the text 'too'; allowed: from, to"),
        ("[marketplace, public_feed]", "[marketplace]", "scenarios: there are 1; allowed: two"),
        ("[marketplace, public_feed]", "[marketplace, ten_million]", "the scenarios differ in network.follow,"),
    ],
)  # fmt: skip
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        plan_of(tmp_path, (old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
