"""A run in which it is counted who saw which kind of message, by day and region; nothing in it is changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.panel import SPENDING
from simulator.kernels.inbox import IDS
from simulator.kernels.state import ADS, IMPRESSIONS, WITHHELD
from simulator.model.engine import WatchedEngine
from simulator.model.labels import labels
from simulator.model.market import CommerceModel
from simulator.model.run import RunOutput, peak_bytes
from simulator.model.state import PlatformState
from simulator.model.tables import tables_of
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY, Array

TABLES = ("needs", "outcomes")
CHANNELS = ("ads", "account", "leaders", "organic")
ADS_CHANNEL, UNPLACED = 0, "unplaced"
CHANNEL_OF_KIND = np.array([1, 2, 3, 3, 3])
"""Channel of a post by its kind: brand, seeded, seller, share, repost."""

_MIX_1, _MIX_2, _G = (np.uint64(word) for word in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15))


@dataclass(frozen=True)
class Watched:
    """A scenario that is watched."""

    scenario: Scenario

    @classmethod
    def model_validate_json(cls, text: str) -> Watched:
        """From the JSON that a run specification holds."""
        return cls(Scenario.model_validate_json(json.dumps(json.loads(text)["watched"])))


def simulate(
    watched: Watched,
    seed: int,
    *,
    role: str = "campaign",
    engine: str = "kernels",
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> RunOutput:
    """Run a scenario to its end, counting what its people see."""
    begin = time.perf_counter()
    model = CommerceModel(watched.scenario, rng=seed, role=role)
    model.engine = model.schedule.engine = WatchedEngine()
    model.collects = False
    book = Book(model)
    built = time.perf_counter()
    for tick in range(model.ticks):
        book.before()
        model.step()
        book.after(tick)
        if progress is not None:
            progress(tick + 1, model.ticks)
    stepped = time.perf_counter()
    tables = tables_of(model, TABLES) | book.tables()
    done = time.perf_counter()
    memory = {"peak_bytes": peak_bytes(), "deliveries": model.deliveries}
    return RunOutput(tables, {"build": built - begin, "ticks": stepped - built, "tables": done - stepped}, memory)


class Book:
    """Impressions by day, region, brand and channel, and what was spent by day, brand and channel."""

    def __init__(self, model: CommerceModel):
        self._model, state = model, model.state
        self._regions = len(model.population.regions.names)
        self._region = state.columns["region"].astype(np.int64)
        days, brands = model.scenario.market.days, len(model.brands)
        self.seen = np.zeros((days, self._regions, brands, len(CHANNELS)), np.int64)
        self.counted = np.zeros((days, brands, 2), np.int64)
        self.spent = np.zeros((days, brands, len(SPENDING)), np.int64)
        self._per_day = MINUTES_PER_DAY // model.scenario.market.tick_minutes
        self._before: dict[int, tuple[Array, Array]] = {}

    def before(self) -> None:
        """Remember what was seen before a tick."""
        for platform in self._feeds():
            users = platform.users
            self._before[platform.index] = (users.ring.copy(), np.array(users.inbox["seen"]))

    def after(self, tick: int) -> None:
        """Count what was seen in it."""
        day, model = tick // self._per_day, self._model
        for platform in self._feeds():
            self._count_posts(day, platform)
        for platform in model.state.platforms:
            self._count_ads(day, platform)
        counters = model.panel[-1].sum(axis=0)
        self.counted[day] += counters[:, [ADS, IMPRESSIONS]]
        if (tick + 1) % self._per_day == 0:
            for brand in model.brands:
                paid = [brand.budget.spent_on(name) for name in SPENDING.values()]
                self.spent[day, brand.index] = paid - self.spent[:day, brand.index].sum(axis=0)

    def _feeds(self) -> list[PlatformState]:
        return [platform for platform in self._model.state.platforms if platform.has_feed]

    def _count_posts(self, day: int, platform: PlatformState) -> None:
        """Copies whose slot is marked as seen, and was not before, or held another copy; those gone are marked, too."""
        users, live = platform.users, platform.posts.live()
        ring, seen = self._before[platform.index]
        bits = np.uint8(1) << np.arange(ring.shape[1], dtype=np.uint8)
        now = (np.asarray(users.inbox["seen"])[:, None] & bits) != 0
        known = ((seen[:, None] & bits) != 0) & (users.ring == ring)
        rows, slots = np.nonzero(now & ~known & (users.ring & IDS >= live.low))
        copies = live.table[users.ring[rows, slots].astype(np.int64) & live.mask]
        channel = CHANNEL_OF_KIND[copies.kind.astype(np.int64)]
        np.add.at(self.seen[day], (self._region[rows], copies.brand.astype(np.int64), channel), 1)

    def _count_ads(self, day: int, platform: PlatformState) -> None:
        """Ads are a matter of each visit's key, so those of a tick can be told from its visits."""
        engine = self._model.engine
        assert isinstance(engine, WatchedEngine)
        visits = engine.visits()
        here = visits["platform"] == platform.index
        rows, keys = visits["row"][here], visits["key"][here]
        marks = self._model.state.columns["marks"]
        for brand, chance in enumerate(platform.brands.ad_probability):
            if chance > 0.0:
                luck = absorbed(absorbed(np.uint64(self._model.state.luck.ad), keys), platform.brands.key[brand])
                shown = (luck >> np.uint64(11)) * 2.0**-53 < chance
                shown &= (marks[rows, brand] & WITHHELD) == 0
                np.add.at(self.seen[day, :, brand, ADS_CHANNEL], self._region[rows[shown]], 1)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What was seen and spent, the regions, and the sights of posts that could not be placed."""
        model = self._model
        names, regions = [brand.name for brand in model.brands], list(model.population.regions.names)
        day, region, brand, channel = (axis.ravel() for axis in np.indices(self.seen.shape))
        seen = {
            "day": day, "region": labels(region, regions), "brand": labels(brand, names),
            "channel": labels(channel, list(CHANNELS)), "impressions": self.seen.ravel(),
        }  # fmt: skip
        day, brand, channel = (axis.ravel() for axis in np.indices(self.spent.shape))
        spent = {
            "day": day, "brand": labels(brand, names), "channel": labels(channel, list(SPENDING)),
            "spend_fen": self.spent.ravel(),
        }  # fmt: skip
        people = np.bincount(self._region, minlength=self._regions)
        placed = self.seen.sum(axis=1)
        missed = self.counted[:, :, 1] - placed[:, :, 1:].sum(axis=2)
        day, brand = (axis.ravel() for axis in np.indices(missed.shape))
        unplaced = {"day": day, "brand": labels(brand, names), "impressions": missed.ravel()}
        return {
            "seen": pd.DataFrame(seen),
            "spent": pd.DataFrame(spent),
            "regions": pd.DataFrame({"region": labels(np.arange(self._regions), regions), "population": people}),
            UNPLACED: pd.DataFrame(unplaced),
        }


def absorbed(prefix: Any, word: Any) -> Array:
    """`kernels.rng.absorb` over arrays: uint64, wrapping."""
    with np.errstate(over="ignore"):
        x = np.asarray(prefix, np.uint64) + _G * (np.asarray(word, np.uint64) + np.uint64(1))
        x = (x ^ (x >> np.uint64(30))) * _MIX_1
        x = (x ^ (x >> np.uint64(27))) * _MIX_2
        return np.asarray(x ^ (x >> np.uint64(31)))
