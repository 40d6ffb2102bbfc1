"""Who is first among many, without a column for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.population.synthesis import BLOCK
from simulator.types import Array


def smallest(n: int, count: int, score: Callable[[slice], Array], keys: Any = None) -> Array:
    """The `count` rows of `n` with the smallest scores, ascending, ties by key; int64.

    `score(part)` gives those of a slice of rows, `keys[rows]` the keys; without it rows are keys.
    """
    rows, scores = np.empty(0, np.int64), np.empty(0)
    for start in range(0, n if count else 0, BLOCK):
        new = score(slice(start, min(n, start + BLOCK)))
        near = np.flatnonzero(new <= scores[-1]) if rows.size == count else np.arange(new.size)
        rows, scores = np.concatenate([rows, start + near]), np.concatenate([scores, new[near]])
        first = np.lexsort((rows if keys is None else keys[rows], scores))[:count]
        rows, scores = rows[first], scores[first]
    return rows
