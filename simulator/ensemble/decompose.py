"""The difference between two scenarios, shared out among what differs between them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble.decompose_study import Plan
from simulator.ensemble.lab import Lab
from simulator.ensemble.responses import outcome_of
from simulator.ensemble.shapley import Order, Values, ends, exact, sampled, visited
from simulator.ensemble.statistics import mean_interval
from simulator.ensemble.study_output import TableDoc
from simulator.types import Array

Game = Callable[[Sequence[tuple[int, int]]], Mapping[tuple[int, int], Array]]
"""(coalition, replication) wanted -> float64[outcomes] of each; nan where a run failed."""

_ENDS = {
    "mean": ("see metric", "over replications"),
    "low": ("see metric", "lower end of the 95 % interval (Student's t); missing for one replication"),
    "high": ("see metric", "upper end of it"),
}
DOCS = {
    "values": TableDoc(
        "one row per outcome, player and kind of value",
        {
            "outcome": ("-", "kind and metric"),
            "player": ("-", "what comes over; 'all together' is the difference between the scenarios"),
            "value": (
                "-",
                "shapley, first in (only what it needs came before) or last in (all came that do not need it)",
            ),
            **_ENDS,
        },
    ),
    "interactions": TableDoc(
        "one row per outcome and pair of players",
        {
            "outcome": ("-", "kind and metric"),
            "a": ("-", "player"),
            "b": ("-", "player"),
            **_ENDS,
        },
    ),
    "coalitions": TableDoc(
        "one row per outcome, coalition and replication",
        {
            "outcome": ("-", "kind and metric"),
            "coalition": ("-", "players that have come over"),
            "replication": ("-", "number, from 0"),
            "value": ("see metric", "of one world"),
        },
    ),
}


@dataclass(frozen=True)
class Shares:
    """What was shared out.

    Attributes
    ----------
    names : of the players.
    replications : those of which no run failed.
    whole : float64[outcomes, replications], the second scenario minus the first.
    values : of the players, one an outcome.
    visited : float64[outcomes] by coalition and replication.
    exact : whether all coalitions were run.
    """

    names: tuple[str, ...]
    replications: tuple[int, ...]
    whole: Array
    values: tuple[Values, ...]
    visited: Mapping[tuple[int, int], Array]
    exact: bool


def share_out(
    names: Sequence[str], order: Order, game: Game, replications: int, *, up_to: int, orders: int, seed: int
) -> Shares:
    """Shapley, first-in and last-in values, and interactions.

    Parameters
    ----------
    names : of the players.
    order : who joins before whom.
    game : gives the outcomes of coalitions.
    replications : how many.
    up_to : players up to which all coalitions are valued; beyond, some orders of joining.
    orders : drawn for each replication.
    seed : of these orders.
    """
    whole = len(names) <= up_to
    drawn = [] if whole else [_drawn(order, orders, seed, r) for r in range(replications)]
    wanted = [
        (mask, r)
        for r in range(replications)
        for mask in (order.coalitions if whole else dict.fromkeys([*ends(order), *_visited(drawn[r])]))
    ]
    known = game(wanted)
    broken = {r for mask, r in wanted if not np.isfinite(known[mask, r]).all()}
    sound = tuple(r for r in range(replications) if r not in broken)
    outcomes = len(known[wanted[0]])
    values = []
    for k in range(outcomes):
        if whole:
            values.append(exact(order, {m: np.array([known[m, r][k] for r in sound]) for m in order.coalitions}))
        else:
            by_replication = [{m: float(known[m, r][k]) for m, s in wanted if s == r} for r in sound]
            values.append(sampled(order, [drawn[r] for r in sound], by_replication))
    gained = [[known[order.everyone, r][k] - known[0, r][k] for r in sound] for k in range(outcomes)]
    return Shares(tuple(names), sound, np.array(gained), tuple(values), known, whole)


def _drawn(order: Order, orders: int, seed: int, replication: int) -> list[list[int]]:
    generator = np.random.Generator(np.random.Philox(key=[seed, replication]))
    return [order.draw(generator) for _ in range(orders)]


def _visited(orders: Sequence[Sequence[int]]) -> list[int]:
    return [mask for order in orders for mask in visited(order)]


def decompose(plan: Plan, lab: Lab) -> Shares:
    """Run the coalitions of two scenarios and share the difference out.

    Raises
    ------
    InputError
        If a coalition makes no scenario.
    StudyError
        If runs failed in every replication.
    """
    spec = plan.file.spec
    roles = list(dict.fromkeys(role for one in spec.outcomes for role in one.roles))

    def game(wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Array]:
        arms = {mask: plan.arm(mask) for mask in dict.fromkeys(mask for mask, _ in wanted)}
        lab.expected = len(wanted) * len(roles)
        runs = lab.run_pairs([(arms[mask], r) for mask, r in wanted], roles)
        found = {}
        for mask, r in wanted:
            tables = runs.tables(arms[mask].label, roles, [r])
            found[mask, r] = np.array([outcome_of(tables, one) if tables else math.nan for one in spec.outcomes])
        return found

    shares = share_out(
        list(plan.players), plan.order, game, spec.replications, up_to=spec.exact, orders=spec.orders, seed=spec.seed
    )
    if not shares.replications:
        lab.raise_failures()
    return shares


def tables(plan: Plan, shares: Shares) -> dict[str, pd.DataFrame]:
    """All tables of a decomposition."""
    labels = [one.label for one in plan.file.spec.outcomes]
    rows, pairs = [], []
    for k, (label, values) in enumerate(zip(labels, shares.values, strict=True)):
        rows.append((label, "all together", "shapley", *_interval(shares.whole[k])))
        for kind, own in (("shapley", values.shapley), ("first in", values.first), ("last in", values.last)):
            rows += [(label, name, kind, *_interval(own[i])) for i, name in enumerate(shares.names)]
        if values.interactions is not None:
            pairs += [
                (label, shares.names[i], shares.names[j], *_interval(values.interactions[i, j]))
                for i, j in itertools.combinations(range(len(shares.names)), 2)
            ]
    visits = [
        (label, plan.label(mask), r, float(found[k]))
        for k, label in enumerate(labels)
        for (mask, r), found in sorted(shares.visited.items())
    ]
    frames = {"values": rows, "interactions": pairs, "coalitions": visits}
    return {name: pd.DataFrame(own, columns=list(DOCS[name].columns)) for name, own in frames.items()}


def _interval(values: Array) -> tuple[float, float, float]:
    own = mean_interval(values)
    return own.mean, own.low, own.high
