"""Fake reposts: how many a paid root has had by a given minute."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from simulator.agents import luck
from simulator.kernels import decisions
from simulator.model.state import PlatformState
from simulator.types import Array, PostKind


def fakes(platform: PlatformState, begin: int, end: int, seed: int) -> tuple[Array, Array]:
    """Roots that got fake reposts from minute `begin` to `end`, and how many: uint64 (R,), int64 (R,).

    A paid root gets a Poisson number, keyed by the root, that arrives evenly over the hours after it appeared.
    """
    bought = platform.affordances.fraud
    mean = bought.strength * bought.zombie_share * bought.repost_share * platform.users.key.size
    prefix, minutes = luck.stream(seed, decisions.ZOMBIES), bought.hours * 60.0
    roots, counts = [], []
    for batch in platform.posts.since(begin - int(minutes)):
        for i in np.flatnonzero((batch.key == batch.root) & (batch.kind <= PostKind.SEEDED)).tolist():
            total = _bought(prefix, int(batch.root[i]), mean)
            born = int(batch.minute[i])
            roots.append(batch.root[i])
            counts.append(_arrived(total, end - born, minutes) - _arrived(total, begin - born, minutes))
    return np.array(roots, np.uint64), np.array(counts, np.int64)


@lru_cache(maxsize=1 << 16)
def _bought(prefix: int, root: int, mean: float) -> int:
    """What is asked every hour as long as they arrive, drawn once."""
    return luck.poisson(luck.absorb(prefix, root), mean)


def _arrived(total: int, age: int, minutes: Any) -> int:
    return int(total * min(1.0, max(0.0, age / minutes)))
