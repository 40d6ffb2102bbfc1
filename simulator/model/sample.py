"""Some people who are linked with each other, followed through the run: a map of how word gets about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator.kernels import decisions, rng
from simulator.kernels.state import EXPOSED, SOURCE_MASK, SOURCE_SHIFT
from simulator.model.labels import labels, words
from simulator.types import NOBODY, Array, Source, Stage

if TYPE_CHECKING:
    from simulator.model.state import RunState
    from simulator.population.table import Keys

PEOPLE = 240
"""As many as a map of them can show apart."""
BRANCH = 5
"""Readers of each that the trace goes on to."""
MOST_STARTS = 100_000

SEEN, AWARE, BOUGHT = 0, 1, 2


class Sample:
    """A link-tracing sample: a person, some who see what that one posts, some who see theirs, and so on.

    Without a graph, or where a trace ends, it begins again with another person; who is drawn depends on seed and keys.

    Attributes
    ----------
    rows : int64 (m,), by key.
    since : int32 (m, B, 3), the tick in which each first saw the brand, knew its offer, and bought it; -1 never.
    knew : bool (m, B), who knew the offer at the start.
    """

    def __init__(self, state: RunState):
        self._state = state
        self.rows = np.array(sorted(_trace(state), key=lambda row: int(state.key[row])), np.int64)
        self.knew = self._ties()["stage"] >= Stage.AWARE
        self.since = np.full((*self.knew.shape, 3), NOBODY, np.int32)

    def observe(self, tick: int) -> None:
        """Note what happened to them in a tick that is over."""
        ties, now = self._ties(), np.empty(self.since.shape, np.bool_)
        now[:, :, SEEN] = (ties["marks"] & EXPOSED) != 0
        now[:, :, AWARE] = ties["stage"] >= Stage.AWARE
        now[:, :, BOUGHT] = ties["stage"] == Stage.OWNER
        self.since[now & (self.since == NOBODY)] = tick

    def people(self, brands: list[str]) -> pd.DataFrame:
        """One row a person and brand."""
        state, (m, b) = self._state, self.knew.shape
        source = (self._ties()["marks"] >> SOURCE_SHIFT) & SOURCE_MASK
        return pd.DataFrame(
            {
                "user": np.repeat(state.key[self.rows], b),
                "brand": labels(np.tile(np.arange(b), m), brands),
                "knew": self.knew.ravel(),
                "seen_tick": self.since[:, :, SEEN].ravel(),
                "aware_tick": self.since[:, :, AWARE].ravel(),
                "bought_tick": self.since[:, :, BOUGHT].ravel(),
                "source": labels(source.ravel(), words(Source)),
            }
        )

    def ties(self, platforms: list[str]) -> pd.DataFrame:
        """One row a platform and tie within the sample."""
        key, found = self._state.key, [np.empty((3, 0), np.int64)]
        for platform in self._state.platforms:
            if platform.graph is None or not self.rows.size:
                continue
            readers = [platform.graph.followers(row) for row in self.rows.tolist()]
            author, reader = np.repeat(self.rows, [len(one) for one in readers]), np.concatenate(readers)
            within = np.isin(reader, self.rows)
            author, reader = author[within], reader[within]
            order = np.lexsort((key[reader], key[author]))
            found.append(np.stack([np.full(order.size, platform.index), author[order], reader[order]]))
        where, author, reader = np.concatenate(found, axis=1)
        return pd.DataFrame({"platform": labels(where, platforms), "author": key[author], "reader": key[reader]})

    def _ties(self) -> Array:
        """Their ties to the brands, one record each, (m, B)."""
        return np.asarray(self._state.platforms[0].users.tie.view(np.ndarray)[self.rows])


def _trace(state: RunState) -> list[int]:
    """Rows of the sample, in the order in which they are found."""
    graph = next((platform.graph for platform in state.platforms if platform.graph is not None), None)
    prefix, n = rng.stream(state.seed, decisions.SAMPLE), state.n
    place = None if state.rows.identity else np.argsort(state.key)
    found: dict[int, None] = {}
    for start in range(MOST_STARTS):
        if len(found) >= min(PEOPLE, n):
            break
        key = int(rng.unit(rng.hash1(prefix, np.uint64(start))) * n)
        line = [key if place is None else int(place[key])]
        while line and len(found) < min(PEOPLE, n):
            row = line.pop(0)
            if row in found:
                continue
            found[row] = None
            if graph is not None:
                line += _some(graph.followers(row), state.key, prefix)
    return list(found)


def _some(rows: Array, keys: Keys, prefix: np.uint64) -> list[int]:
    """The few of `rows` with the smallest draws."""
    draw = np.empty(rows.size)
    rng.fill_uniform(prefix, keys[rows], draw)
    return [int(row) for row in rows[np.argsort(draw, kind="stable")][:BRANCH]]
