"""Whom to seed: reverse-reachable sets with a stopping guarantee."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one
from simulator.diffusion.live_laws import Model, reversed_graph
from simulator.diffusion.reverse_sets import ReverseSets, choose
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.rng import absorb, stream
from simulator.types import Array

GROWTH = 1.2
"""Ratio of sizes at which bounds may be looked at."""

MOST_GROWTH = 16.0
"""Ratio of sizes that are looked at, at most."""

NEEDED_POWER = 1.7
"""The certified ratio grew with about the .6th power of the number of sets, in trials with costs."""


@dataclass(frozen=True, eq=False)
class SeedSelection:
    """Seeds, and what is certain about them.

    Attributes
    ----------
    seeds : int32[k], rows in the order of choice.
    spread : float
        Estimated expected number of adopters, seeds included.
    spread_low, spread_high : float
        Interval of the spread.
    certified_ratio : float
        Spread of the seeds over that of the best possible seeds, at least. The interval and the ratio hold
        together with probability ``1 - delta``.
    target_ratio : float
        The ratio asked for.
    reached : bool
        Whether the certified ratio is at least the one asked for.
    cost : float
        What the seeds cost; their number, without costs.
    sets : int
        Reverse-reachable sets sampled.
    """

    seeds: Array
    spread: float
    spread_low: float
    spread_high: float
    certified_ratio: float
    target_ratio: float
    reached: bool
    cost: float
    sets: int


def select_seeds(
    graph: Graph,
    k: int | None = None,
    *,
    model: Model = "ic",
    probability: Any = "weighted",
    epsilon: float = 0.02,
    delta: float = 0.001,
    seed: int = 0,
    costs: Any = None,
    budget: float | None = None,
    max_sets: int = 20_000_000,
    threads: int = 1,
) -> SeedSelection:
    """Choose seeds of nearly the largest expected spread (OPIM-C: Tang, Tang, Xiao & Yuan 2018, SIGMOD).

    Two collections of reverse-reachable sets grow until a bound holds: seeds are chosen greedily to meet most sets of
    the first, which also bounds what the best could do; the second, which the choice has not seen, bounds the spread
    of the chosen ones from below. Without costs the ratio asked for is ``1 - 1/e - epsilon``. With costs, seeds are
    chosen by gain per cost, or the best single one if that is better, and the ratio asked for is ``1 - 1/sqrt(e) -
    epsilon`` (Khuller, Moss & Naor 1999, Inf. Process. Lett. 70:39-45); what is certified is often far more.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    k : int, optional
        Number of seeds; with costs the largest number, none by default.
    model : {"ic", "lt"}
        Independent cascade or linear threshold.
    probability : "weighted", float or floats[m]
        Chance, or weight, of every edge, in the order of ``graph.targets``. "weighted": 1 / (number of those a user
        follows). Under "lt" those of a user add up to 1 at most.
    epsilon : float, above 0
    delta : float
        Chance that the guarantee fails, between 0 and 1.
    seed : int
    costs : numbers[n], optional
        Cost of every row, above 0.
    budget : float, optional
        What the seeds may cost in all. Costs and budget are given together.
    max_sets : int
        Sets sampled at most; where they do not suffice, `reached` is false.
    threads : int
        Threads that sample; the result is the same for every number.

    Raises
    ------
    InputError
        On numbers out of range, and on a budget nobody can be had for.
    """
    price, most, limit = _prices(graph.n, k, costs, budget)
    at_least_one(threads=threads, max_sets=max_sets)
    _check_accuracy(model, epsilon, delta)
    live = reversed_graph(graph, model, probability)
    target = 1.0 - (math.exp(-1.0) if costs is None else math.exp(-0.5)) - epsilon
    sizes = _sizes(graph.n, limit, epsilon, delta, max_sets)
    # three bounds at every size: the choice from below and from above, the best from above
    doubt = math.log(3.0 * len(sizes) / delta)
    prefix = stream(seed, decisions.CASCADE_SEED)
    chooser = ReverseSets(live, np.uint64(absorb(prefix, 0)), threads)
    judge = ReverseSets(live, np.uint64(absorb(prefix, 1)), threads)
    look = 0
    while True:
        wanted = sizes[look]
        chooser.grow(wanted)
        judge.grow(wanted)
        chosen, best = choose(chooser, price, most, limit)
        scale = graph.n / wanted
        met = judge.met(chosen)
        low = max(_lower(met, doubt) * scale, float(chosen.size))
        ratio = min(1.0, low / (_upper(best, doubt) * scale))
        if ratio >= target or wanted == sizes[-1]:
            return SeedSelection(
                chosen,
                max(met * scale, float(chosen.size)),
                low,
                min(_upper(met, doubt) * scale, float(graph.n)),
                ratio,
                target,
                ratio >= target,
                float(price[chosen].sum()),
                2 * wanted,
            )
        look = _next_look(sizes, look, ratio / target)


def _lower(met: float, doubt: float) -> float:
    """Lower bound on the expectation of a count of sets (Tang et al. 2018, equation 5)."""
    return max(0.0, (math.sqrt(met + 2.0 * doubt / 9.0) - math.sqrt(doubt / 2.0)) ** 2 - doubt / 18.0)


def _upper(met: float, doubt: float) -> float:
    """Upper bound on the expectation of a count of sets (Tang et al. 2018, equation 8)."""
    return (math.sqrt(met + doubt / 2.0) + math.sqrt(doubt / 2.0)) ** 2


def _sizes(n: int, k: int, epsilon: float, delta: float, max_sets: int) -> list[int]:
    """Sizes of a collection at which the bounds may be looked at; all are paid for, so any may be left out.

    The last one suffices whatever comes (Tang et al. 2018, equation 16).
    """
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    doubt = math.log(6.0 / delta)
    share = 1.0 - math.exp(-1.0)
    root = share * math.sqrt(doubt) + math.sqrt(share * (choices + doubt))
    # sizes that certify nothing are left out: a bound within 10 % takes about 1,000 sets
    first = max(1000, math.ceil(4.0 * root**2))
    largest = max(1, math.ceil(min(2.0 * n * root**2 / (epsilon**2 * k), max_sets / 2.0)))
    sizes = [min(first, largest)]
    while sizes[-1] < largest:
        sizes.append(min(math.ceil(GROWTH * sizes[-1]), largest))
    return sizes


def _next_look(sizes: list[int], look: int, reached: float) -> int:
    """Where to look next, if a share `reached` of the target was certified: about where that should suffice."""
    more = min(MOST_GROWTH, max(reached, 1e-9) ** -NEEDED_POWER)
    return min(look + max(1, math.ceil(math.log(more, GROWTH))), len(sizes) - 1)


def _prices(n: int, k: int | None, costs: Any, budget: float | None) -> tuple[Array, float, int]:
    """Cost of every row, the budget, and the largest number of seeds it can buy."""
    if (costs is None) != (budget is None):
        raise InputError(Problem(0, 0, "budget", "costs and budget go together", "both or neither"))
    if k is None and costs is None:
        raise InputError(Problem(0, 0, "k", "missing", "a number of seeds, or costs and a budget"))
    if k is not None and (not isinstance(k, int | np.integer) or not 1 <= k <= n):
        raise InputError(Problem(0, 0, "k", f"{k!r}", f"1 to {n}"))
    if costs is None or budget is None:
        number = n if k is None else int(k)
        return np.ones(n), float(number), number
    price = np.array(costs, np.float64)
    if price.shape != (n,) or not (np.isfinite(price) & (price > 0.0)).all():
        raise InputError(Problem(0, 0, "costs", "a wrong shape or cost", f"{n} numbers above 0"))
    affordable = int(np.searchsorted(np.cumsum(np.sort(price)), float(budget), side="right"))
    if affordable == 0:
        raise InputError(Problem(0, 0, "budget", f"{budget!r}", f"{price.min():g} or more, the lowest cost"))
    return price, float(budget), affordable if k is None else min(affordable, int(k))


def _check_accuracy(model: str, epsilon: float, delta: float) -> None:
    if model not in ("ic", "lt"):
        raise InputError(Problem(0, 0, "model", f"{model!r}", "ic, lt"))
    if not 0.0 < epsilon < 1.0:
        raise InputError(Problem(0, 0, "epsilon", f"{epsilon!r}", "above 0, below 1"))
    if not 0.0 < delta < 1.0:
        raise InputError(Problem(0, 0, "delta", f"{delta!r}", "above 0, below 1"))
