"""Whom to seed: reverse-reachable sets with a stopping guarantee, and the usual baselines."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one
from simulator.errors import InputError, Problem
from simulator.kernels import decisions
from simulator.kernels.diffusion import reverse_reachable as kernels
from simulator.kernels.diffusion.independent_cascade_skips import skip_law
from simulator.kernels.graph import transpose
from simulator.kernels.rng import absorb, fill_uniform, stream
from simulator.types import Array

Model = Literal["ic", "lt"]

SMALLEST_CLASS = 30
"""Rows whose largest chance is below 2**-30 skip as if it were 2**-30, and thin."""

WEIGHT_ROUNDING = 1e-6
"""How far the weights of a user may add up beyond 1, as float32 weights do."""

CHECKS = 8
"""Prefixes of a choice at which the bound on the best choice is computed."""


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
    sampler = _sampler(graph, model, probability)
    target = 1.0 - (math.exp(-1.0) if costs is None else math.exp(-0.5)) - epsilon
    first, largest, rounds = _sizes(graph.n, limit, epsilon, delta, max_sets)
    # three bounds a round: the choice from below and from above, the best from above
    doubt = math.log(3.0 * rounds / delta)
    prefix = stream(seed, decisions.CASCADE_SEED)
    chooser = _Sets(graph.n, sampler, np.uint64(absorb(prefix, 0)), threads)
    judge = _Sets(graph.n, sampler, np.uint64(absorb(prefix, 1)), threads)
    wanted = first
    while True:
        chooser.grow(wanted)
        judge.grow(wanted)
        chosen, best = _choose(chooser, price, most, limit)
        scale = graph.n / wanted
        met = judge.met(chosen)
        low = max(_lower(met, doubt) * scale, float(chosen.size))
        ratio = min(1.0, low / (_upper(best, doubt) * scale))
        if ratio >= target or wanted >= largest:
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
        wanted = min(2 * wanted, largest)


def degree_seeds(graph: Graph, k: int) -> Array:
    """The k rows with most followers, int32[k]; of equals the lower row."""
    _check_number(graph, k)
    return np.argsort(-np.diff(graph.offsets), kind="stable")[:k].astype(np.int32)


def degree_discount_seeds(graph: Graph, k: int, probability: float) -> Array:
    """The k rows of largest discounted follower count, int32[k] (Chen, Wang & Yang 2009, KDD, algorithm 4).

    A row with d followers, t of whose followees are seeds, counts ``d - 2 t - (d - t) t p``.
    """
    _check_number(graph, k)
    degree = np.diff(graph.offsets)
    score = degree.astype(np.float64)
    taken = np.zeros(graph.n)
    seeds = np.empty(k, np.int32)
    for i in range(k):
        row = int(np.argmax(score))
        seeds[i] = row
        fans = graph.targets[graph.offsets[row] : graph.offsets[row + 1]]
        taken[fans] += 1.0
        d, t = degree[fans], taken[fans]
        discounted = d - 2.0 * t - (d - t) * t * probability
        score[fans] = np.where(np.isneginf(score[fans]), -np.inf, discounted)
        score[row] = -np.inf
    return seeds


def random_seeds(graph: Graph, k: int, seed: int = 0) -> Array:
    """k rows at random, int32[k]."""
    _check_number(graph, k)
    luck = np.empty(graph.n)
    prefix = np.uint64(absorb(stream(seed, decisions.CASCADE_SEED), 2))
    fill_uniform(prefix, np.arange(graph.n, dtype=np.uint32), luck)
    return np.argsort(luck, kind="stable")[:k].astype(np.int32)


_Sampler = Callable[..., int]


class _Sets:
    """A collection of reverse-reachable sets: set i holds ``members[ends[i - 1]:ends[i]]``."""

    def __init__(self, n: int, sampler: _Sampler, prefix: np.uint64, threads: int):
        self.n, self.threads = n, threads
        self._sampler, self._prefix = sampler, prefix
        self.ends = np.empty(0, np.int64)
        self.members = np.empty(0, np.int32)

    def grow(self, wanted: int) -> None:
        """Sample until there are `wanted` sets."""
        cuts = np.linspace(self.ends.size, wanted, self.threads + 1).astype(int)
        if self.threads == 1:
            parts = [self._sample(int(cuts[0]), int(cuts[1]))]
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                parts = list(pool.map(self._sample, cuts[:-1].tolist(), cuts[1:].tolist()))
        sizes = np.concatenate([part for sizes, _ in parts for part in sizes])
        begin = self.members.size
        self.members = np.concatenate([self.members, *(part for _, members in parts for part in members)])
        self.ends = np.concatenate([self.ends, begin + np.cumsum(sizes)])

    def _sample(self, first: int, last: int) -> tuple[list[Array], list[Array]]:
        """Sizes and members of the sets first to last - 1, in pieces."""
        seen = np.zeros((self.n >> 6) + 1, np.uint64)
        sizes, members = [np.empty(0, np.int64)], []
        room = max(1 << 16, 16 * (last - first))
        while first < last:
            buffer, ends = np.empty(room, np.int32), np.empty(last - first, np.int64)
            done = int(self._sampler(self._prefix, seen, first, last, buffer, ends))
            if done:
                sizes.append(np.diff(ends[:done], prepend=0))
                members.append(buffer[: ends[done - 1]].copy())
            first += done
            room *= 2
        return sizes, members

    def met(self, rows: Array) -> int:
        """Number of sets that hold one of the rows."""
        marked = np.zeros(self.n, np.uint8)
        marked[rows] = 1
        return int(kernels.count_covered(self.ends, self.members, marked))


def _choose(sets: _Sets, price: Array, budget: float, limit: int) -> tuple[Array, float]:
    """Rows that meet most sets, and an upper bound on how many sets any affordable rows can meet."""
    n = sets.n
    offsets, listed = np.empty(n + 1, np.int64), np.empty(sets.members.size, np.int32)
    kernels.index_sets(sets.ends, sets.members, offsets, listed)
    cover = kernels.Cover(np.empty(n, np.int64), np.zeros(sets.ends.size, np.uint8), np.empty(n), np.empty(n, np.int32))
    size = kernels.start_cover(offsets, price, budget, cover)
    alone = np.where(price <= budget, cover.gains, -1)
    single = int(np.argmax(alone))
    chosen = np.empty(limit, np.int32)
    bins = np.empty(kernels.BINS), np.empty(kernels.BINS)
    number, total, left = 0, 0, budget
    best = math.inf
    for check in range(1, CHECKS + 1):
        upto = limit * check // CHECKS
        number, total, left, size = kernels.extend_cover(
            sets.ends, sets.members, offsets, listed, price, left, upto, size, cover, chosen, number, total
        )
        best = min(best, total + float(kernels.best_addition(cover.gains, price, budget, *bins)))
        if number < upto:
            break
    if int(alone[single]) > total:
        return np.array([single], np.int32), best
    return _filled_up(chosen[:number], price, left, limit), min(best, float(sets.ends.size))


def _filled_up(chosen: Array, price: Array, left: float, limit: int) -> Array:
    """Where no row meets another set, the cheapest rows take what is left: each adds itself at least."""
    if chosen.size == limit:
        return chosen
    rest = np.setdiff1d(np.flatnonzero(price <= left), chosen)
    rest = rest[np.argsort(price[rest], kind="stable")][: limit - chosen.size]
    rest = rest[np.cumsum(price[rest]) <= left]
    return np.concatenate([chosen, rest.astype(np.int32)])


def _lower(met: float, doubt: float) -> float:
    """Lower bound on the expectation of a count of sets (Tang et al. 2018, equation 5)."""
    return max(0.0, (math.sqrt(met + 2.0 * doubt / 9.0) - math.sqrt(doubt / 2.0)) ** 2 - doubt / 18.0)


def _upper(met: float, doubt: float) -> float:
    """Upper bound on the expectation of a count of sets (Tang et al. 2018, equation 8)."""
    return (math.sqrt(met + doubt / 2.0) + math.sqrt(doubt / 2.0)) ** 2


def _sizes(n: int, k: int, epsilon: float, delta: float, max_sets: int) -> tuple[int, int, int]:
    """Sets in the first round and in the last one, and the number of rounds (Tang et al. 2018, equation 16)."""
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    doubt = math.log(6.0 / delta)
    share = 1.0 - math.exp(-1.0)
    root = share * math.sqrt(doubt) + math.sqrt(share * (choices + doubt))
    # rounds that certify nothing are left out: a bound within 10 % takes about 1,000 sets
    first = max(1000, math.ceil(2.0 * root**2))
    largest = min(2.0 * n * root**2 / (epsilon**2 * k), max_sets / 2.0)
    first = max(1, min(first, math.ceil(largest)))
    return first, max(first, math.ceil(largest)), 1 + max(0, math.ceil(math.log2(largest / first)))


def _sampler(graph: Graph, model: Model, probability: Any) -> _Sampler:
    """The kernel that samples sets, with the graph turned round and the chances along."""
    n, m = graph.n, graph.n_edges
    values = None if isinstance(probability, str) else np.asarray(probability, np.float64)
    if values is None:
        if probability != "weighted":
            raise InputError(Problem(0, 0, "probability", f"{probability!r}", "weighted, a number, or one an edge"))
    elif values.shape not in ((), (m,)) or not ((values >= 0.0) & (values <= 1.0)).all():
        raise InputError(Problem(0, 0, "probability", "a wrong shape or chance", f"0 to 1, one number or {m}"))
    offsets, sources = np.empty(n + 1, np.int64), np.empty(m, np.int32)
    each = values if values is not None and values.ndim else np.empty(0)
    weights = np.empty(each.size)
    transpose(graph.offsets, graph.targets, each, offsets, sources, weights)
    if model == "lt":
        if values is not None and values.ndim == 0:
            weights = np.full(m, float(values))
        if weights.size and _row_sums(offsets, weights).max() > 1.0 + WEIGHT_ROUNDING:
            raise InputError(Problem(0, 0, "probability", "weights of a user above 1 in all", "at most 1"))
        return _bound(kernels.sample_paths, offsets, sources, weights)
    if values is None or values.ndim:
        law = _classes(offsets, weights)
    elif values > 0.0:
        law = _reverse_law([float(values)], np.empty(0, np.uint8), np.empty(0), kernels.ALL)
    else:
        law = _classes(offsets, np.zeros(m))  # there is no law of skips at chance 0
    return _bound(kernels.sample_cascades, offsets, sources, law)


def _bound(kernel: Any, offsets: Array, sources: Array, law: Any) -> _Sampler:
    def sample(prefix: Any, seen: Array, first: int, last: int, members: Array, ends: Array) -> int:
        return int(kernel(offsets, sources, prefix, law, seen, first, last, members, ends))

    return sample


def _row_sums(offsets: Array, weights: Array) -> Array:
    total = np.concatenate([[0.0], np.cumsum(weights)])
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])


def _classes(offsets: Array, weights: Array) -> kernels.ReverseLaw:
    """Rows by the power of two at or above their largest chance; the rest is thinned."""
    degree = np.diff(offsets)
    if weights.size == 0:
        largest = 1.0 / np.maximum(degree, 1)
    else:
        largest = np.zeros(degree.size)
        filled = np.flatnonzero(degree)
        largest[filled] = np.maximum.reduceat(weights, offsets[filled])
    # frexp: largest = fraction * 2**power, fraction in [1/2, 1); a power of two itself is its own ceiling
    fraction, power = np.frexp(largest)
    halvings = np.where(largest > 0.0, -power + (fraction == 0.5), SMALLEST_CLASS)
    class_of = np.minimum(halvings, SMALLEST_CLASS).astype(np.uint8)
    ceiling = 0.5 ** class_of.astype(np.float64)
    chances = [0.5**c for c in range(int(class_of.max(initial=0)) + 1)]
    if weights.size == 0:
        return _reverse_law(chances, class_of, largest / ceiling, kernels.PER_ROW)
    return _reverse_law(chances, class_of, weights / np.repeat(ceiling, degree), kernels.PER_EDGE)


def _reverse_law(chances: list[float], class_of: Array, keep: Array, kept_by: int) -> kernels.ReverseLaw:
    laws = [skip_law(chance) for chance in chances]
    sizes = np.array([law.survival.size for law in laws], np.int64)
    survival = np.concatenate([law.survival for law in laws])
    guide = np.concatenate([law.guide for law in laws])
    return kernels.ReverseLaw(survival, guide, np.cumsum(sizes) - sizes, sizes - 2, class_of, keep, kept_by)


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


def _check_number(graph: Graph, k: int) -> None:
    if not isinstance(k, int | np.integer) or not 1 <= k <= graph.n:
        raise InputError(Problem(0, 0, "k", f"{k!r}", f"1 to {graph.n}"))
