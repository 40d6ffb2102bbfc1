"""Parts of a run's luck drawn anew: each moves what is its own and leaves the rest as it was."""

from __future__ import annotations

import pandas as pd
import pytest

from simulator.model.run import simulate
from simulator.model.seeds import seeds_of
from simulator.output.tables import table_hashes
from simulator.scenario.loader import load
from simulator.scenario.market import RedrawParameters

SMALL = ("market.users=600", "market.days=6", "brands.aurora.follower_share=0.3", "brands.cotton.follower_share=0.3")
NEEDS = ["need_key", "user", "category", "due_tick", "region"]


def run(name: str = "public_feed", engine: str = "kernels", **redraw: int) -> dict[str, pd.DataFrame]:
    changes = tuple(f"market.redraw.{part}={number}" for part, number in redraw.items())
    return simulate(load(name, (*SMALL, *changes)).scenario, 5, engine=engine).tables


def people(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["users"][["user", "region", "role", "income_yuan", "visits_per_day"]]


def own_posts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    posts = tables["posts"]
    own = posts[posts["kind"].isin(["brand", "seeded"])]
    return own[["post_key", "author", "minute", "brand"]].sort_values("post_key", ignore_index=True)


def test_a_part_that_is_not_drawn_anew_has_the_seed_of_the_run() -> None:
    assert seeds_of(7, RedrawParameters()) == (7, 7, 7)
    world, content, chance = seeds_of(7, RedrawParameters(world=1, chance=1))
    assert content == 7
    assert len({world, content, chance}) == 3
    assert seeds_of(7, RedrawParameters(world=2)).world != world
    assert seeds_of(8, RedrawParameters(world=1)).world != world


def test_each_part_moves_what_is_its_own() -> None:
    base, world, content, chance = run(), run(world=1), run(content=1), run(chance=1)
    assert people(base).equals(people(content))
    assert people(base).equals(people(chance))
    assert not people(base).equals(people(world))
    for other in (content, chance):
        assert base["needs"][NEEDS].equals(other["needs"][NEEDS])
    assert set(base["needs"]["need_key"]).isdisjoint(world["needs"]["need_key"])
    assert len(own_posts(base))
    assert own_posts(base).equals(own_posts(chance))
    assert set(own_posts(base)["post_key"]).isdisjoint(own_posts(content)["post_key"])
    assert base["visits"].equals(content["visits"]), "what is posted brings nobody online"
    assert not base["visits"].equals(chance["visits"])
    for other in (world, content, chance):
        assert not base["panel"].equals(other["panel"])


@pytest.mark.parametrize("part", ["world", "content", "chance"])
def test_both_engines_agree(part: str) -> None:
    both = [run("private_circle", engine, **{part: 3}) for engine in ("kernels", "agents")]
    assert table_hashes(both[0]) == table_hashes(both[1])
