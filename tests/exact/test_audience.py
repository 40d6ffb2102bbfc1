"""Whom a brand leaves out sees nothing by the brand, and all that others say; what was seen last is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.kernels.state import MUTED, WITHHELD
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes
from simulator.types import Source

SMALL = (
    "market.users=300", "market.days=6", "brands.aurora.follower_share=0.4", "brands.aurora.campaign.ads_share=0.4",
    "brands.aurora.campaign.seeds_share=0.5", "platforms.0.affordances.repost.hazard=0.05",
)  # fmt: skip


def run(out: Any = (), mark: Any = WITHHELD, engine: str = "kernels", changes: tuple[str, ...] = ()) -> Any:
    """A feed with some users left out of the first brand's own messages."""
    model = CommerceModel("public_feed", rng=3, engine=engine, settings=(*SMALL, *changes))
    model.state.columns["marks"][list(out), 0] |= mark
    for _ in range(model.ticks):
        model.step()
    return model


def exposed(model: Any) -> np.ndarray:
    return np.flatnonzero(model.state.columns["touch"][:, 0] != Source.NONE)


@pytest.mark.parametrize("engine", ["kernels", "agents"])
def test_who_is_left_out_hears_from_others_only(engine: str) -> None:
    """Everybody left out: no ad, and no post, of which a repost could be made, is seen by anybody."""
    everybody = run(range(300), engine=engine)
    bought = everybody.panel
    assert sum(int(tick[0, 0, 0] + tick[0, 0, 1]) for tick in bought) == 0, "impressions and ads of the first brand"
    assert sum(int(tick[0, 2, :2].sum()) for tick in bought) > 0, "the other campaign goes on"
    half = run(range(150), engine=engine)
    heard = exposed(half)
    assert (heard >= 150).sum() > 50
    left_out = heard[heard < 150]
    assert left_out.size > 0, "others tell them"
    touch = half.state.columns["touch"][left_out, 0]
    assert set(touch) <= {Source.FRIEND, Source.SEARCH, Source.TRENDING}


def test_muted_is_another_thing() -> None:
    """Who has muted a brand still sees its ads, and none of the posts about it."""
    muted = run(range(300), MUTED)
    assert sum(int(tick[0, 0, 0]) for tick in muted.panel) == 0
    assert sum(int(tick[0, 0, 1]) for tick in muted.panel) > 0


def test_both_engines_give_the_same_tables() -> None:
    both = [table_hashes(tables_of(run(range(0, 300, 3), engine=engine))) for engine in ("kernels", "agents")]
    assert both[0] == both[1]


def test_the_last_touch_is_the_first_or_came_later() -> None:
    """Whoever was made aware by something was touched by it or by something after it, and the ledger keeps which."""
    model = run()
    needs = tables_of(model)["needs"]
    chosen = needs[(needs["brand"] == "cotton") & (needs["source"] != "none")]
    assert len(chosen) > 10
    assert (chosen["last_touch"] != "none").all()
    moved = chosen[chosen["last_touch"] != chosen["source"]]
    assert 0 < len(moved) < len(chosen)
    silent = tables_of(run(changes=("brands.cotton.campaign=null",)))["needs"]
    assert set(silent["last_touch"][silent["brand"] == "cotton"]) == {"none", "friend"}
