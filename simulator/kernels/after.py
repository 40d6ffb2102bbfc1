"""After delivery: satisfaction, opinion, review, share."""

from typing import NamedTuple

import numpy as np
from numba import njit

from simulator.kernels import rng
from simulator.kernels.needs import BOUGHT
from simulator.kernels.state import REVIEW_STARS, REVIEWS, SHARES

PLATFORM = np.uint8(2)


class AfterParams(NamedTuple):
    """Numbers of the reviews affordance and whether there is anybody to tell."""

    review_rate: float
    fake_share: float
    shares: bool


@njit(cache=True, nogil=True)
def stars(satisfaction, fake):
    """One to five stars for a satisfaction in [-1, 1]; a fake review gives five."""
    return 5 if fake else np.int64(3.0 + 2.0 * satisfaction + 0.5)


@njit(cache=True, nogil=True)
def deliver_goods(lo, hi, users, brands, categories, needs, clock, params, luck, counters):
    """What was paid a delivery time ago arrives at rows lo..hi; returns how many of them will tell others.

    Extreme experiences are told and reviewed more: both hazards are scaled by (0.5 + |s|) / 1.5 (Hu et al. 2009, J-shape).
    """
    telling = 0
    for k in range(needs.start[lo], needs.start[hi]):
        need = needs.table[k]
        if need.status != BOUGHT or need.paid < 0:
            continue
        c = categories[need.category]
        if need.paid + c.delivery != clock.tick:
            continue
        row, brand = need.row, need.brand
        s = brands[brand].quality + c.satisfaction_sd * rng.normal(rng.hash1(luck.satisfaction, need.key))
        s = min(1.0, max(-1.0, s))
        users.tie[row, brand].opinion = s
        extreme = (0.5 + abs(s)) / 1.5
        if need.outlet == PLATFORM and (
            rng.unit(rng.hash1(luck.review, need.key)) < params.review_rate * extreme
        ):
            counters[brand, REVIEWS] += 1
            fake = rng.unit(rng.hash1(luck.fake_review, need.key)) < params.fake_share
            counters[brand, REVIEW_STARS] += stars(s, fake)
        if params.shares and rng.unit(rng.hash1(luck.share, need.key)) < c.share_rate * extreme:
            need.shared = 1
            counters[brand, SHARES] += 1
            telling += 1
    return telling
