"""Shapley values of a game whose players may have to join in an order.

A coalition is a bit mask. Where some players must join before others, only orders of joining that respect that count,
all equally: Faigle & Kern 1992, of which Shapley 1953 is the case without constraints. Values are arrays over
replications, so each replication has its own values, which add up in it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.errors import InputError
from simulator.types import Array

MOST = 16
"""Players at most: all coalitions that can form are counted, though not all are valued."""


@dataclass(frozen=True)
class Order:
    """Who must have joined before whom.

    Parameters
    ----------
    n : players.
    before : for each player, the mask of those who must join earlier.

    Raises
    ------
    InputError
        If no order of joining is possible, or there are more than `MOST` players.
    """

    n: int
    before: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.n > MOST:
            raise InputError(f"there are {self.n} players; allowed: at most {MOST}, so join some into groups")
        if not self.chances[self.everyone]:
            raise InputError("some players each have to join before the other; join them into one group")

    @property
    def everyone(self) -> int:
        """The coalition of all."""
        return (1 << self.n) - 1

    def joiners(self, mask: int) -> list[int]:
        """Who can join a coalition next."""
        return [i for i in range(self.n) if not mask >> i & 1 and self.before[i] & mask == self.before[i]]

    @cached_property
    def chances(self) -> dict[int, int]:
        """For each coalition that can form, the number of orders in which its members can have joined."""
        counts = {0: 1, self.everyone: 0} if self.n else {0: 1}
        layer = [0]
        for _ in range(self.n):
            following: dict[int, None] = {}
            for mask in layer:
                for i in self.joiners(mask):
                    grown = mask | 1 << i
                    counts[grown] = counts.get(grown, 0) + counts[mask]
                    following[grown] = None
            layer = list(following)
        return counts

    @cached_property
    def completions(self) -> dict[int, int]:
        """For each coalition that can form, the number of orders in which the others can join."""
        counts = {self.everyone: 1}
        for mask in sorted(self.chances, key=int.bit_count, reverse=True):
            if mask != self.everyone:
                counts[mask] = sum(counts[mask | 1 << i] for i in self.joiners(mask))
        return counts

    @property
    def coalitions(self) -> list[int]:
        """The coalitions that can form, small ones first."""
        return sorted(self.chances, key=lambda mask: (mask.bit_count(), mask))

    def needs(self, i: int) -> int:
        """Everyone who must have joined before player `i`, directly or not."""
        found = self.before[i]
        while True:
            more = found
            for j in range(self.n):
                if found >> j & 1:
                    more |= self.before[j]
            if more == found:
                return found
            found = more

    def dependants(self, i: int) -> int:
        """Everyone who can only join after player `i`."""
        return sum(1 << j for j in range(self.n) if self.needs(j) >> i & 1)

    def draw(self, generator: np.random.Generator) -> list[int]:
        """One order of joining, all that are possible with equal probability."""
        mask, order = 0, []
        for _ in range(self.n):
            able = self.joiners(mask)
            weights = np.array([self.completions[mask | 1 << i] / self.completions[mask] for i in able])
            order.append(int(generator.choice(able, p=weights / weights.sum())))
            mask |= 1 << order[-1]
        return order


@dataclass(frozen=True)
class Values:
    """What players are worth, by replication.

    Attributes
    ----------
    shapley : float64[n, replications], mean gain at joining over all orders; adds up to the whole.
    first : float64[n, replications], gain when only those whom it needs have joined before.
    last : float64[n, replications], gain when all have joined but those who need it.
    interactions : float64[n, n, replications], by how much two together gain more than alone, on average (Grabisch &
        Roubens 1999); nan on the diagonal and for players of whom one needs the other. None if it was not asked.
    """

    shapley: Array
    first: Array
    last: Array
    interactions: Array | None


def ends(order: Order) -> list[int]:
    """The coalitions that first-in and last-in values need."""
    needed = {0, order.everyone}
    for i in range(order.n):
        low, high = order.needs(i), order.everyone & ~order.dependants(i)
        needed |= {low, low | 1 << i, high, high & ~(1 << i)}
    return sorted(needed, key=lambda mask: (mask.bit_count(), mask))


def exact(order: Order, values: Mapping[int, Array]) -> Values:
    """Values from all coalitions that can form.

    Parameters
    ----------
    values : float64[replications] by coalition.
    """
    total = order.completions[0]
    shapley = []
    for i in range(order.n):
        gains = [
            order.chances[mask] * order.completions[mask | 1 << i] / total * (values[mask | 1 << i] - values[mask])
            for mask in order.coalitions
            if i in order.joiners(mask)
        ]
        shapley.append(np.sum(gains, axis=0))
    return Values(np.array(shapley), *_ends(order, values), _interactions(order, values))


def sampled(order: Order, orders: Sequence[Sequence[Sequence[int]]], values: Sequence[Mapping[int, float]]) -> Values:
    """Values from some orders of joining, drawn anew for each replication.

    Parameters
    ----------
    orders : by replication, the orders drawn for it.
    values : by replication, of the coalitions that its orders and `ends` visit.
    """
    shapley = np.zeros((order.n, len(values)))
    for r, (several, known) in enumerate(zip(orders, values, strict=True)):
        for one in several:
            mask = 0
            for i in one:
                shapley[i, r] += (known[mask | 1 << i] - known[mask]) / len(several)
                mask |= 1 << i
    at_ends = {mask: np.array([known[mask] for known in values]) for mask in ends(order)}
    return Values(shapley, *_ends(order, at_ends), None)


def visited(order: Sequence[int]) -> list[int]:
    """The coalitions that an order of joining passes through, the empty one and the whole included."""
    masks = [0]
    for i in order:
        masks.append(masks[-1] | 1 << i)
    return masks


def _ends(order: Order, values: Mapping[int, Array]) -> tuple[Array, Array]:
    first, last = [], []
    for i in range(order.n):
        low, high = order.needs(i), order.everyone & ~order.dependants(i)
        first.append(values[low | 1 << i] - values[low])
        last.append(values[high] - values[high & ~(1 << i)])
    return np.array(first), np.array(last)


def _interactions(order: Order, values: Mapping[int, Array]) -> Array:
    """Mean over orders in which the two join one right after the other."""
    replications = len(values[0])
    found = np.full((order.n, order.n, replications), np.nan)
    for i in range(order.n):
        for j in range(i):
            pair = 1 << i | 1 << j
            able = [mask for mask in order.coalitions if {i, j} <= set(order.joiners(mask))]
            weights = np.array([float(order.chances[mask] * order.completions[mask | pair]) for mask in able])
            if not able or weights.sum() == 0:
                continue
            gains = [values[m | pair] - values[m | 1 << i] - values[m | 1 << j] + values[m] for m in able]
            found[i, j] = found[j, i] = np.average(gains, axis=0, weights=weights)
    return found
