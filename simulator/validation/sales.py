"""Sales of a brand, and how they respond: elasticities over replications of paired runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simulator.types import Array
from simulator.validation.context import Run


def platform_orders(run: Run, brands: Sequence[str]) -> Array:
    """Orders of each brand paid on the platform in the whole run; float64 (B,)."""
    needs = run.table("needs")
    paid = needs[(needs["status"] == "bought") & (needs["outlet"] == "platform")]
    return _count(paid["brand"], brands)


def orders(run: Run, brands: Sequence[str], first_tick: int = 0, end_tick: int = 2**31) -> Array:
    """Orders of each brand over all outlets, paid from `first_tick` to before `end_tick`; float64 (B,)."""
    needs = run.table("needs")
    paid = (needs["status"] == "bought") & (needs["paid_tick"] >= first_tick) & (needs["paid_tick"] < end_tick)
    return _count(needs.loc[paid, "brand"], brands)


def _count(brand: Sequence[str], brands: Sequence[str]) -> Array:
    names = np.asarray(brand, dtype=object)
    return np.array([np.count_nonzero(names == name) for name in brands], np.float64)


def log_ratio(changed: Array, base: Array) -> float:
    """Mean over brands of the logarithm of the ratio of sales; nan if a brand sold nothing."""
    if not changed.size or changed.min() <= 0 or base.min() <= 0:
        return math.nan
    return float(np.mean(np.log(changed / base)))


def jackknifed_ratio(a: Array, b: Array) -> Array:
    """Pseudo-values of mean a / mean b (Quenouille 1956): their mean and t interval are the ratio's; nan if b <= 0.

    The ratio of one replication is of no use where its own denominator may be near nothing.
    """
    n = a.size
    if b.mean() <= 0:
        return np.full(n, math.nan)
    ratio = a.mean() / b.mean()
    if n < 2:
        return np.full(n, ratio)
    left_out = np.array([np.delete(a, r).mean() / np.delete(b, r).mean() for r in range(n)])
    return np.asarray(n * ratio - (n - 1) * left_out)
