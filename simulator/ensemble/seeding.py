"""Whom to ask for posts: the best seeds under a budget, tried on luck that the choice has not seen, and the baselines.

Every world has its own people and graph. The choosers know the graph; what happens on it afterwards is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.agents.campaign_parameters import CHANNELS
from simulator.ensemble.contagion import social_graph
from simulator.ensemble.design import Arm, replication_seed
from simulator.ensemble.lab import Lab
from simulator.ensemble.responses import outcome_of
from simulator.ensemble.seed_study import NOBODY, STRATEGIES, SeedStudy, money_of
from simulator.ensemble.statistics import holm, mean_interval, paired_difference
from simulator.ensemble.study_output import TableDoc
from simulator.errors import InputError
from simulator.types import FEN_PER_YUAN, Array

if TYPE_CHECKING:
    from simulator.network.csr import CSRGraph

DIFFUSION = "others reached by a cascade"
HALF_A_FEN = 0.5
"""Shares of a budget are rounded down to whole fen, and the last seed must still be paid."""
SETS = 1_000_000
"""Reverse-reachable sets at most: choices do not get better by more, only more certain."""
TRIED = 200
"""Cascades by which a chooser decides between two orders; the study tries the choice on others."""

_STRATEGY = ("-", "; ".join(f"{name}: {what}" for name, what in STRATEGIES.items()))
DOCS = {
    "seeds": TableDoc(
        "one row per world, strategy and seed",
        {
            "world": ("-", "number, from 0"),
            "strategy": _STRATEGY,
            "place": ("-", "in the order of choice, from 1"),
            "user": ("key", "who is asked"),
            "followers": ("users", "of the user"),
            "price_yuan": ("yuan", "of a post"),
        },
    ),
    "tried": TableDoc(
        "one row per world, strategy and outcome, mean over lucks",
        {
            "world": ("-", "number, from 0"),
            "strategy": _STRATEGY,
            "outcome": ("-", "of the market, or of plain cascades"),
            "value": ("see metric", "mean over fresh lucks in that world"),
        },
    ),
    "strategies": TableDoc(
        "one row per outcome and strategy",
        {
            "outcome": ("-", "of the market, or of plain cascades"),
            "strategy": _STRATEGY,
            "mean": ("see metric", "over worlds"),
            "low": ("see metric", "lower end of its 95 % interval (Student's t over worlds)"),
            "high": ("see metric", "upper end of it"),
            "n": ("-", "worlds"),
            "seeds": ("users", "mean number of seeds"),
            "cost_yuan": ("yuan", "mean of what they cost"),
        },
    ),
    "against": TableDoc(
        "one row per outcome and pair of strategies, world by world",
        {
            "outcome": ("-", "of the market, or of plain cascades"),
            "a": ("-", "strategy"),
            "b": ("-", "strategy"),
            "difference": ("see metric", "a less b, mean over worlds"),
            "low": ("see metric", "lower end of its 95 % interval (paired t)"),
            "high": ("see metric", "upper end of it"),
            "p_holm": ("probability", "of no difference, adjusted by Holm over the pairs of an outcome"),
        },
    ),
}


@dataclass(frozen=True)
class Choice:
    """Seeds of one strategy in one world, in order, with their followers and prices in fen."""

    users: Array
    followers: Array
    prices: Array


def seeding(spec: SeedStudy, arm: Arm, lab: Lab) -> dict[str, pd.DataFrame]:
    """Choose, try, compare.

    Raises
    ------
    InputError
        If the graph is not stored, or nobody can be had for the money.
    """
    lab.expected = (len(spec.strategies) + 1) * spec.replications * spec.chances if spec.market else 0
    choices: dict[tuple[int, str], Choice] = {}
    values: dict[tuple[int, str, str], float] = {}
    for world in range(spec.replications):
        seed = replication_seed(spec.seed, world)
        graph = social_graph(arm, seed)
        if graph is None:
            raise InputError(f"{arm.label} has no stored graph on which seeds could be chosen")
        chosen = choose(spec, graph, money_of(spec, arm.resolved), seed)
        choices |= {(world, name): own for name, own in chosen.items()}
        if spec.cascades:
            spread = spreads(chosen, graph, spec.probability, spec.cascades, replication_seed(seed, 1))
            values |= {(world, name, DIFFUSION): spread[name] for name in spread}
    if spec.market:
        values |= _in_the_market(spec, arm, choices, lab)
    return _tables(spec, choices, values)


def choose(spec: SeedStudy, graph: CSRGraph, money_yuan: float, seed: int) -> dict[str, Choice]:
    """Seeds by every strategy of a study, and none.

    Parameters
    ----------
    money_yuan : what they may cost.
    seed : of the world.
    """
    from simulator.agents.platforms import price_of_post_fen
    from simulator.diffusion import degree_discount_seeds, degree_seeds, random_seeds, select_seeds

    followers = np.diff(graph.offsets)
    prices = np.array([price_of_post_fen(float(count)) for count in followers])
    fen = round(money_yuan * FEN_PER_YUAN)
    asked = (followers >= spec.least_followers) & (prices > 0)
    if not (asked & (prices <= fen)).any():
        raise InputError(
            f"nobody with {spec.least_followers} followers or more can be had for {money_yuan:g} yuan; "
            "raise budget_yuan or lower least_followers"
        )
    candidates = int(asked.sum())

    def buy(order: Array) -> Choice:
        rows = _buy(order, asked, prices, fen, spec.most)
        return Choice(rows, followers[rows], prices[rows])

    def best() -> Choice:
        costs = np.where(asked, prices, fen + 1.0)  # who is not asked costs more than there is
        most, chance = min(spec.most, candidates), spec.probability
        asked_for: dict[str, dict[str, Any]] = {"by gain": {}, "a yuan": {"costs": costs, "budget": float(fen)}}
        tried = {
            name: buy(select_seeds(graph, most, probability=chance, seed=seed, max_sets=SETS, **own).seeds)
            for name, own in asked_for.items()
        }
        spread = spreads(tried, graph, chance, TRIED, replication_seed(seed, 2))
        return tried[max(spread, key=spread.__getitem__)]

    choosers: dict[str, Callable[[], Choice]] = {
        "best": best,
        "degree": lambda: buy(degree_seeds(graph, graph.n)),
        "discount": lambda: buy(degree_discount_seeds(graph, candidates, spec.probability)),
        "random": lambda: buy(random_seeds(graph, graph.n, seed)),
        NOBODY: lambda: buy(np.empty(0, np.int64)),
    }
    return {name: choosers[name]() for name in (*spec.strategies, NOBODY)}


def _buy(order: Array, asked: Array, prices: Array, fen: int, most: int) -> Array:
    """Rows in order, as far as the money goes."""
    bought: list[int] = []
    for row in order:
        if len(bought) == most:
            break
        if asked[row] and prices[row] <= fen:
            bought.append(int(row))
            fen -= int(prices[row])
    return np.array(bought, np.int64)


def spreads(
    chosen: Mapping[str, Choice], graph: CSRGraph, probability: float, cascades: int, seed: int
) -> dict[str, float]:
    """Mean number of others whom a cascade from each choice reaches, all choices on the same luck."""
    from simulator.diffusion import independent_cascade

    found = {}
    for name, own in chosen.items():
        sizes = np.zeros(1)
        if own.users.size:
            sizes = independent_cascade(
                graph, own.users, probability=probability, replications=cascades, seed=seed
            ).final_sizes
        found[name] = float(sizes.mean()) - own.users.size
    return found


def _in_the_market(
    spec: SeedStudy, arm: Arm, choices: Mapping[tuple[int, str], Choice], lab: Lab
) -> dict[tuple[int, str, str], float]:
    """Outcomes of every choice in its world, mean over fresh lucks."""
    arms = {
        (world, name, luck): seeded(arm, spec, own, f"{name}, world {world}, luck {luck}", luck)
        for (world, name), own in choices.items()
        for luck in range(1, spec.chances + 1)
    }
    runs = lab.run_pairs([(own, world) for (world, _, _), own in arms.items()], ("campaign",))
    values = {}
    for world, name in choices:
        lucks = [arms[world, name, luck].label for luck in range(1, spec.chances + 1)]
        tables = [runs.tables(label, ("campaign",), [world]) for label in lucks]
        if all(tables):
            for one in spec.outcomes:
                values[world, name, one.label] = float(np.mean([outcome_of(own, one) for own in tables]))
    return values


def seeded(arm: Arm, spec: SeedStudy, choice: Choice, label: str, luck: int) -> Arm:
    """The scenario whose brand asks the seeds of a choice, on a luck of its own."""
    brands = []
    for brand in arm.resolved["brands"]:
        if brand["name"] == spec.brand:
            brand = {**brand, "campaign": _plan(brand["campaign"], spec, choice)}
        brands.append(brand)
    redraw = {**arm.resolved["market"]["redraw"], "content": luck, "chance": luck}
    market = {**arm.resolved["market"], "redraw": redraw}
    return Arm(f"{arm.label}, {label}", {**arm.resolved, "brands": brands, "market": market}, arm.files, arm.paths)


def _plan(plan: Mapping[str, Any], spec: SeedStudy, choice: Choice) -> dict[str, Any]:
    """A campaign that spends on seeds what they cost, beside what it spends on the rest."""
    cost = (float(choice.prices.sum()) + HALF_A_FEN) / FEN_PER_YUAN if choice.users.size else 0.0
    rest = plan["budget_yuan"] * (1 - plan["seeds_share"])
    whole = rest + cost
    others = (f"{channel}_share" for channel in CHANNELS if channel != "seeds")
    shares = {name: plan["budget_yuan"] * plan[name] / whole if whole else 0.0 for name in others}
    own = cost / whole if whole else 0.0
    return {
        **plan,
        "budget_yuan": whole,
        **shares,
        "seeds_share": own,
        "seed_users": [int(key) for key in choice.users],
    }


def _tables(
    spec: SeedStudy, choices: Mapping[tuple[int, str], Choice], values: Mapping[tuple[int, str, str], float]
) -> dict[str, pd.DataFrame]:
    seeds = [
        (world, name, place, int(user), int(count), fen / FEN_PER_YUAN)
        for (world, name), own in choices.items()
        for place, (user, count, fen) in enumerate(zip(own.users, own.followers, own.prices.tolist(), strict=True), 1)
    ]
    tried = [(world, name, outcome, value) for (world, name, outcome), value in values.items()]
    outcomes = list(dict.fromkeys(outcome for *_, outcome in values))
    made = {"seeds": seeds, "tried": tried}
    made["strategies"] = [row for one in outcomes for row in _means(spec, choices, values, one)]
    made["against"] = [row for one in outcomes for row in _pairs(spec, values, one)]
    return {name: pd.DataFrame(rows, columns=list(DOCS[name].columns)) for name, rows in made.items()}


def _by_world(spec: SeedStudy, values: Mapping[tuple[int, str, str], float], name: str, outcome: str) -> Array:
    return np.array([values.get((world, name, outcome), np.nan) for world in range(spec.replications)])


def _means(
    spec: SeedStudy,
    choices: Mapping[tuple[int, str], Choice],
    values: Mapping[tuple[int, str, str], float],
    outcome: str,
) -> Iterator[tuple[Any, ...]]:
    for name in (*spec.strategies, NOBODY):
        own = mean_interval(_by_world(spec, values, name, outcome))
        bought = [choices[world, name] for world in range(spec.replications)]
        number = float(np.mean([one.users.size for one in bought]))
        cost = float(np.mean([one.prices.sum() for one in bought])) / FEN_PER_YUAN
        yield outcome, name, own.mean, own.low, own.high, own.n, number, cost


def _pairs(spec: SeedStudy, values: Mapping[tuple[int, str, str], float], outcome: str) -> Iterator[tuple[Any, ...]]:
    """The first strategy against the others, and each against no seeds."""
    first, *others = spec.strategies
    pairs: Sequence[tuple[str, str]] = [(first, other) for other in others] + [
        (name, NOBODY) for name in spec.strategies
    ]
    own = {name: _by_world(spec, values, name, outcome) for name in (*spec.strategies, NOBODY)}
    found = [(a, b, paired_difference(own[a], own[b], spec.seed)) for a, b in pairs]
    adjusted = holm([d.p_value for *_, d in found])
    for (a, b, d), p in zip(found, adjusted, strict=True):
        yield outcome, a, b, d.mean, d.low, d.high, p
