"""Whom to hire: candidates for paid posts, best first, within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels import rng
from simulator.population.table import Keys
from simulator.types import FEN_PER_YUAN

if TYPE_CHECKING:
    from simulator.agents.campaign_parameters import CampaignParameters
    from simulator.agents.platforms import Platform

LEADERS_CONSIDERED = 200
MOST_BY_LOT = 2000
"""Users drawn by lot who are asked at most; ordinary ones are cheap."""

ACCURACY = 0.1
MOST_SETS = 400_000
"""How close to the best affordable reach an optimised choice is certified to be, and what that may take."""


def hired(
    c: CampaignParameters, platform: Platform, keys: Keys, budget_fen: int, passed_over: Sequence[int], luck: int
) -> list[tuple[int, int]]:
    """Rows and prices of those the budget pays for, from the top; one it cannot pay is passed over.

    Parameters
    ----------
    keys : of the users by row.
    passed_over : rows that are not asked again.
    luck : 64 bits, for those hired by lot.
    """
    left, taken, found = budget_fen, set(passed_over), []
    for row in candidates(c, platform, keys, budget_fen, luck):
        price = platform.post_price_fen(row)
        if row not in taken and 0 < price <= left:
            found.append((row, price))
            left -= price
    return found


def candidates(c: CampaignParameters, platform: Platform, keys: Keys, budget_fen: int, luck: int) -> list[int]:
    """Rows of those who are named, or by the campaign's rule of seeding, best first."""
    if c.seed_users:
        row_of = np.argsort(np.asarray(keys))
        return [int(row_of[key]) for key in c.seed_users]
    if c.seeding == "random":
        return _by_lot(platform, keys, luck)
    if c.seeding == "optimised":
        return _best_reach(platform, keys, budget_fen, luck)
    if c.seeding == "region":
        return platform.most_followed(LEADERS_CONSIDERED, keys, c.seed_regions)
    return platform.most_followed(LEADERS_CONSIDERED, keys)


def _by_lot(platform: Platform, keys: Keys, luck: int) -> list[int]:
    """Anybody with a follower."""
    rows = platform.followed_rows()
    lot = np.empty(rows.size)
    rng.fill_uniform(np.uint64(luck), keys[rows], lot)
    first = np.lexsort((keys[rows], lot))[:MOST_BY_LOT]
    return [int(row) for row in rows[first]]


def _best_reach(platform: Platform, keys: Keys, budget_fen: int, luck: int) -> list[int]:
    """Those whose posts reach most for their price, each follower attending in proportion to 1 / followees.

    Nearly the best set the budget can buy (`simulator.diffusion.seeds`), on the graph in order of keys, so that no
    storage order moves the choice.
    """
    if platform.graph_by_key is None:
        return []
    row_of = np.argsort(np.asarray(keys))
    prices = np.array([platform.post_price_fen(int(row)) for row in row_of]) / FEN_PER_YUAN
    budget = budget_fen / FEN_PER_YUAN
    asked = prices > 0.0
    if budget < prices[asked].min(initial=np.inf):
        return []
    from simulator.diffusion.seeds import select_seeds

    chosen = select_seeds(
        platform.graph_by_key(),
        costs=np.where(asked, prices, 2.0 * budget),  # who has no followers is not to be had
        budget=budget,
        epsilon=ACCURACY,
        max_sets=MOST_SETS,
        seed=luck >> 1,
    )
    return [int(row_of[key]) for key in chosen.seeds]
