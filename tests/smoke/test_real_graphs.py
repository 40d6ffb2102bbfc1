"""The model runs on real graphs straight from their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.model.run import simulate
from simulator.scenario.loader import load

GRAPHS = {
    "private_circle": ("circle", "graph_und_ego_facebook.tsv.gz", "undirected", 4_039),
    "public_feed": ("follow", "graph_dir_slashdot0902.tsv.gz", "flows", 82_168),
}


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_market_on_a_real_graph(kind: str, data_dir: Path) -> None:
    layer, name, edges, users = GRAPHS[kind]
    source = json.dumps({"file": str(data_dir / name), "edges": edges})
    settings = (f"network.{layer}={source}", f"market.users={users}", "market.days=2")
    campaign = ("brands.aurora.campaign.start_day=0", "brands.cotton.campaign.start_day=0")
    output = simulate(load(kind, (*settings, *campaign)).scenario, 1)
    assert output.memory["deliveries"] > 1000
    assert (output.tables["posts"]["kind"] == "repost").sum() > 0
    assert (output.tables["needs"]["outlet"] == "platform").sum() > 0
