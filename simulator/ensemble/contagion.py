"""Influence against homophily: what tied buyers have in common, and what of it one did to the other.

Naive: people some of whose ties bought early buy more often than others later; that is credited to the ties. The same
measure in a world of the same people, tastes and graph in which nobody passes anything on shows how much of it is only
likeness (Aral, Muchnik & Sundararajan 2009; Shalizi & Thomas 2011). What talk truly did is the difference between the
worlds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.ensemble.design import Arm
from simulator.ensemble.trials import orders_of
from simulator.ensemble.worker import with_paths
from simulator.output.manifest import canonical_json
from simulator.types import MINUTES_PER_DAY

if TYPE_CHECKING:
    from simulator.network.csr import CSRGraph

MUTED = {
    "repost": False, "peer_sellers": False, "group_chats": False, "social_cues": False, "trending": False,
    "comments": False, "repost_to_win": False,
}  # fmt: skip
"""Affordances by which people tell each other of offers, off; besides, buyers tell nobody (`share_rate` 0)."""


def without_talk(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario in which people pass nothing on: brands, hired leaders, search and reviews are what is left."""
    made = without(resolved, *MUTED)
    made["categories"] = {name: {**block, "share_rate": 0.0} for name, block in resolved["categories"].items()}
    return made


def without(resolved: Mapping[str, Any], *affordances: str) -> dict[str, Any]:
    """A scenario with some affordances of all its platforms off."""
    platforms = []
    for platform in resolved["platforms"]:
        blocks = dict(platform["affordances"])
        for name in affordances:
            blocks[name] = {**blocks[name], "enabled": False}
        platforms.append({**platform, "affordances": blocks})
    return {**resolved, "platforms": platforms}


def naive_contagion(needs: pd.DataFrame, brand: str, graph: CSRGraph, half_tick: int) -> float:
    """Orders of the second half that a comparison credits to ties who bought in the first; nan if it cannot be made.

    Exposed people times the difference of buying rates, exposed minus not, among those who had not bought themselves.

    Parameters
    ----------
    graph : rows are user keys.
    half_tick : where the second half begins.
    """
    bought = needs[(needs["status"] == "bought") & (needs["brand"] == brand)]
    early, late = bought[bought["paid_tick"] < half_tick], bought[bought["paid_tick"] >= half_tick]
    first, exposed = np.zeros((2, graph.n), bool)
    first[early["user"].to_numpy(np.int64)] = True
    for user in np.flatnonzero(first):
        exposed[graph.targets[graph.offsets[user] : graph.offsets[user + 1]]] = True
    orders = orders_of(late, np.arange(graph.n))
    yes, no = exposed & ~first, ~exposed & ~first
    if not yes.any() or not no.any():
        return math.nan
    return float(yes.sum() * (orders[yes].mean() - orders[no].mean()))


def late_orders(needs: pd.DataFrame, brand: str, half_tick: int) -> int:
    """A brand's orders in the second half."""
    bought = (needs["status"] == "bought") & (needs["brand"] == brand)
    return int((bought & (needs["paid_tick"] >= half_tick)).sum())


def half_of(market: Mapping[str, Any]) -> int:
    """The tick at which the second half of a run begins."""
    return int(market["days"] * MINUTES_PER_DAY // market["tick_minutes"] // 2)


def social_graph(arm: Arm, seed: int) -> CSRGraph | None:
    """The graph on which the posts of a run travel, rows being user keys, or None if there is none that is stored."""
    from simulator.model.seeds import seeds_of
    from simulator.model.world import graph_of, population_of
    from simulator.network.csr import CSRGraph
    from simulator.scenario.schema import Scenario

    scenario = Scenario.model_validate_json(canonical_json(with_paths(arm.resolved, arm.paths)))
    for platform in scenario.platforms:
        affordances: Any = platform.affordances
        if affordances.active("feed"):
            world = seeds_of(seed, scenario.market.redraw).world
            graph = graph_of(scenario, affordances.graph.layer, world, population_of(scenario, world))
            return graph if isinstance(graph, CSRGraph) else None
    return None
