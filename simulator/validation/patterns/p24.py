"""The generated networks have the statistics of those they stand for."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.model.world import graph_of, population_of
from simulator.network.csr import CSRGraph
from simulator.network.statistics import average_clustering, follower_exponent, reciprocity
from simulator.scenario.loader import load
from simulator.types import Array
from simulator.validation.context import Context
from simulator.validation.pattern import Band, NotRunError, Part, Pattern

SCENARIOS = {"follow": "public_feed", "circle": "private_circle"}


def _statistics(layer: str, context: Context) -> list[dict[str, float]]:
    """Statistics of the network of every replication."""

    def make() -> list[dict[str, float]]:
        try:
            scenario = load(SCENARIOS[layer], (f"market.users={context.cascade_users}",)).scenario
        except InputError as error:
            raise NotRunError(f"{SCENARIOS[layer]} cannot be loaded: {error.problems[0]}") from None
        return [_described(graph_of(scenario, layer, seed, population_of(scenario, seed))) for seed in context.seeds()]

    return context.once(f"network {layer}", make)


def _described(graph: Any) -> dict[str, float]:
    if not isinstance(graph, CSRGraph):
        raise NotRunError("the scenario's network is not held in memory")
    found = {"reciprocity": reciprocity(graph), "mean": float(graph.follower_counts().mean())}
    return found | {"clustering": average_clustering(graph), "exponent": follower_exponent(graph).exponent}


def _values(layer: str, name: str, context: Context) -> Array:
    return np.array([one[name] for one in _statistics(layer, context)])


def _clustering(context: Context) -> Array:
    return _values("circle", "clustering", context) / _values("follow", "clustering", context)


def _part(letter: str, title: str, band: Band, unit: str, layer: str, name: str) -> Part:
    return Part(f"24{letter}", title, "input", band, unit, partial(_values, layer, name))


PATTERN = Pattern(
    "24",
    "Networks look like those they stand for",
    "network generators",
    "any statistic lies outside its band",
    "Han et al. 2016",
    (
        _part("a", "feed: reciprocity", Band(0.03, 0.15), "share of edges", "follow", "reciprocity"),
        _part("b", "feed: mean number of followees", Band(30, 122), "users", "follow", "mean"),
        _part("c", "feed: exponent of follower counts", Band(1.9, 2.6), "-", "follow", "exponent"),
        _part("d", "circle: reciprocity", Band(1, 1), "share of edges", "circle", "reciprocity"),
        _part("e", "circle: mean number of friends", Band(60, 130), "users", "circle", "mean"),
        Part("24f", "clustering, circle over feed", "input", Band(2), "x", _clustering),
    ),
    cascades=True,
)
