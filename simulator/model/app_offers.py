"""Offers that people meet in apps of an open platform, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels import decisions, rng
from simulator.kernels.state import EXPOSED, SOURCE_SHIFT
from simulator.population.synthesis import BLOCK
from simulator.types import Array, Source, Stage

if TYPE_CHECKING:
    from simulator.model.state import RunState


def meet_offers(state: RunState, platform: int, day: int, chance: float, recall: float) -> Array:
    """Offers that everybody meets in apps on one day: of each brand, and how many become aware; int64 (2, B).

    A brand's offer is met with probability min(1, chance x visits a day) and becomes known with `recall`, by draws
    keyed by (platform, brand, day, user). Of such an offer nothing but the name is kept: no adstock, no load.
    """
    table, found = state.table, np.zeros((2, state.brands.size), np.int64)
    for brand in range(state.brands.size):
        occasion = offer_luck(state, platform, brand, day)
        for start in range(0, table.n, BLOCK):
            part = slice(start, min(start + BLOCK, table.n))
            met, lot = np.empty((2, part.stop - start))
            rng.fill_uniform(np.uint64(rng.absorb(occasion, 0)), state.key[part], met)
            rng.fill_uniform(np.uint64(rng.absorb(occasion, 1)), state.key[part], lot)
            hit = met < chance * table.activity[part].astype(np.float64)
            stage, marks = table.tie["stage"][part, brand], table.tie["marks"][part, brand]
            new = hit & (lot < recall) & (stage == Stage.UNAWARE)
            marks[hit] |= EXPOSED
            marks[new] |= np.uint16(int(Source.APP) << int(SOURCE_SHIFT))
            stage[new] = Stage.AWARE
            table.tie["touch"][part, brand][hit] = Source.APP
            found[:, brand] += np.count_nonzero(hit), np.count_nonzero(new)
    return found


def offer_luck(state: RunState, platform: int, brand: int, day: int) -> np.uint64:
    """Key of one brand's offer in the apps of a platform on a day."""
    prefix = rng.stream(state.seed, decisions.APP_OFFER)
    keys = np.uint64(state.shares.key[platform]), np.uint64(state.brands.key[brand])
    return np.uint64(rng.absorb(np.uint64(rng.hash2(prefix, *keys)), np.uint64(day)))
