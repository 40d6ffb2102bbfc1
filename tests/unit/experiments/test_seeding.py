"""Seeds on graphs whose best seeds are known, bought within the budget, and asked in the market."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.agents.platforms import price_of_post_fen
from simulator.ensemble.lab import lab_in
from simulator.ensemble.seed_study import NOBODY, SeedStudy, money_of, seed_variants
from simulator.ensemble.seeding import DIFFUSION, DOCS, Choice, choose, seeded, seeding, spreads
from simulator.ensemble.study_file import read_study
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.network.csr import CSRGraph
from simulator.scenario.loader import load

CROWD, APART = range(10, 40), range(40, 60)


def hubs() -> CSRGraph:
    """Users 0, 1, 2 have the same thirty followers; user 3 has twenty others."""
    edges = [(hub, fan) for hub in (0, 1, 2) for fan in CROWD] + [(3, fan) for fan in APART]
    return CSRGraph.from_edges(*np.array(edges).T, n=60)


def study(**asked: Any) -> SeedStudy:
    settings = {"least_followers": 2, "probability": 1.0, "most": 2, "cascades": 10, **asked}
    return SeedStudy(name="s", scenarios=("public_feed",), brand="aurora", **settings)


def test_the_best_seeds_reach_different_people() -> None:
    """Two of four hubs: by degree both have the same followers, the best have not. No hub follows another."""
    chosen = choose(study(), hubs(), 1000.0, 1)
    assert set(chosen["degree"].users) == {0, 1}
    assert 3 in chosen["best"].users
    assert set(chosen["discount"].users) == {0, 1}
    assert chosen[NOBODY].users.size == 0
    spread = spreads(chosen, hubs(), 1.0, 4, 7)
    assert spread == {"best": 50.0, "degree": 30.0, "discount": 30.0, "random": spread["random"], NOBODY: 0.0}


def test_nobody_is_paid_more_than_there_is() -> None:
    """For the price of one small account and a half, only that one can be had."""
    small, large = (price_of_post_fen(count) for count in (20, 30))
    money = (small + 1) / 100
    assert small < large
    chosen = choose(study(most=4), hubs(), money, 1)
    for name in ("best", "degree", "discount", "random"):
        assert chosen[name].users.tolist() == [3]
        assert chosen[name].prices.sum() <= money * 100
    whole = choose(study(most=4), hubs(), 1000.0, 1)
    assert all(len(whole[name].users) == 4 for name in ("degree", "random"))
    with pytest.raises(InputError, match=r"nobody with 2 followers or more can be had for 0\.01 yuan"):
        choose(study(), hubs(), 0.01, 1)


def test_the_same_world_gives_the_same_choice_and_another_one_not() -> None:
    graph = CSRGraph.from_edges(*np.random.default_rng(3).integers(0, 200, (2, 4000)), n=200)
    spec = study(probability=0.05, most=5)
    first, again, other = (choose(spec, graph, 100.0, seed) for seed in (1, 1, 2))
    assert all((first[name].users == again[name].users).all() for name in first)
    assert (first["random"].users != other["random"].users).any()


# -- in the market

TEXT = """
kind: seed
scenarios: [public_feed]
set: {market.users: 300, market.days: 4, brands.aurora.campaign.start_day: 0, brands.aurora.campaign.days: 3}
brand: aurora
budget_yuan: 30
least_followers: 5
most: 6
cascades: 20
chances: 1
strategies: [best, random]
outcomes: [{metric: posts, kind: level, brand: aurora}, {metric: reach, kind: level}]
replications: 2
"""


def read(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", SeedStudy, {})
    return file, seed_variants(file, list(METRICS))


def test_the_market_asks_who_was_chosen_and_pays_what_they_cost(tmp_path: Path) -> None:
    file, variants = read(tmp_path)
    (arm,) = variants.arms("", {})
    assert money_of(file.spec, arm.resolved) == 30
    choice = Choice(np.array([7, 3]), np.array([40, 20]), np.array([price_of_post_fen(40), price_of_post_fen(20)]))
    asked = seeded(arm, file.spec, choice, "mine", 5)
    plan = asked.resolved["brands"][0]["campaign"]
    assert plan["seed_users"] == [7, 3]
    assert plan["budget_yuan"] * plan["seeds_share"] == pytest.approx(choice.prices.sum() / 100, abs=0.01)
    assert plan["budget_yuan"] * plan["ads_share"] == pytest.approx(4000 * 0.6), "the money for ads stays"
    assert asked.resolved["market"]["redraw"] == {"world": 0, "content": 5, "chance": 5}


def test_a_study_of_a_market(tmp_path: Path) -> None:
    file, variants = read(tmp_path)
    (arm,) = variants.arms("", {})
    with lab_in(tmp_path, 1, jobs=1) as lab:
        made = seeding(file.spec, arm, lab)
        label = f"{arm.label}, best, world 0, luck 1"
        (runs,) = [one for one in [lab.records] if one]
    assert any(record.arm == label for record in runs)
    posts = lab.store.read(next(r.address for r in runs if r.arm == label)).table("posts")
    hired = made["seeds"][(made["seeds"]["world"] == 0) & (made["seeds"]["strategy"] == "best")]["user"]
    assert set(posts[(posts["kind"] == "seeded") & (posts["brand"] == "aurora")]["author"]) == set(hired)
    assert len(hired) > 0
    assert (made["strategies"]["cost_yuan"] <= 30).all()
    assert set(made["strategies"]["outcome"]) == {DIFFUSION, "level posts of aurora", "level reach"}
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_seed_users_are_users_of_the_market() -> None:
    with pytest.raises(InputError) as caught:
        load("public_feed", ("market.users=50", "brands.aurora.campaign.seed_users=[3, 50]"))
    assert "brands.aurora.campaign.seed_users.1: there is no user 50; allowed: 0 to 49" in str(caught.value)
    with pytest.raises(InputError, match="seed_users names a user twice"):
        load("public_feed", ("brands.aurora.campaign.seed_users=[3, 3]",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[public_feed]", "[marketplace]", "scenarios.0: nobody has followers in marketplace"),
        ("[public_feed]", "[public_feed, private_circle]", "scenarios: there are 2; allowed: one"),
        ("brand: aurora\nbudget", "brand: aurra\nbudget", "study.yaml:5:8: brand: no brand is called 'aurra'"),
        ("brand: aurora\nbudget", "brand: denim\nbudget", "brand: denim has no campaign; allowed: aurora, cotton"),
        ("[best, random]", "[bets]", "strategies.0: unknown value"),
        ("{metric: reach, kind: level}", "{metric: reach}", "outcomes.1.kind: is held against no seeds"),
        ("chances: 1", "market: false\ncascades: 0", "cascades"),
    ],
)
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        read(tmp_path, TEXT.replace(old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
