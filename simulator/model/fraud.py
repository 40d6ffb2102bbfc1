"""Fake reposts: how many a paid root has had by a given minute."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from simulator.agents import luck
from simulator.kernels import decisions
from simulator.model.state import PlatformState
from simulator.types import Array


def fakes(platform: PlatformState, begin: int, end: int, seed: int) -> tuple[Array, Array]:
    """Roots that got fake reposts from minute `begin` to `end`, and how many: uint64 (R,), int64 (R,).

    A paid root gets a Poisson number, keyed by the root, that arrives evenly over the hours after it appeared.
    """
    bought = platform.affordances.fraud
    mean = bought.strength * bought.zombie_share * bought.repost_share * platform.table.n
    prefix, minutes = luck.stream(seed, decisions.ZOMBIES), bought.hours * 60.0
    paid = platform.posts.paid_since(begin - int(minutes))
    roots = np.array([root for _, root in paid], np.uint64)
    born = np.array([minute for minute, _ in paid], np.int64)
    total = np.array([_bought(prefix, root, mean) for _, root in paid], np.int64)
    return roots, _arrived(total, end - born, minutes) - _arrived(total, begin - born, minutes)


@lru_cache(maxsize=1 << 16)
def _bought(prefix: int, root: int, mean: float) -> int:
    """What is asked every hour as long as they arrive, drawn once."""
    return luck.poisson(luck.absorb(prefix, root), mean)


def _arrived(total: Array, age: Array, minutes: float) -> Array:
    return (total * np.clip(age / minutes, 0.0, 1.0)).astype(np.int64)
