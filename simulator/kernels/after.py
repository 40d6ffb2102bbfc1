"""After delivery: satisfaction, opinion, review, share."""

from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner
from simulator.kernels.state import REVIEW_STARS, REVIEWS, SHARES

PLATFORM = np.uint8(2)


class AfterParams(NamedTuple):
    """Numbers of the reviews affordance and whether there is anybody to tell."""

    review_rate: float
    fake_share: float
    herding: float
    shares: bool


@inner
def stars(satisfaction, fake):
    """One to five stars for a satisfaction in [-1, 1]; a fake review gives five."""
    return 5 if fake else np.int64(3.0 + 2.0 * satisfaction + 0.5)


@inner
def said(satisfaction, brand, herding):
    """What a reviewer says: praise found there lifts it, blame does not (Muchnik, Aral & Taylor 2013)."""
    if brand.reviews <= 0:
        return satisfaction
    praise = max(0.0, (brand.review_stars / brand.reviews - 3.0) * 0.5)
    return min(1.0, satisfaction + herding * praise)


@inner
def receive(ties, brands, category, need, params, luck, counters):
    """A purchase arrives: satisfaction, opinion, review; returns 1 if the buyer will tell others.

    Extreme experiences are told and reviewed more: both hazards are scaled by (0.5 + |s|) / 1.5 (Hu et al. 2009, J-shape).
    """
    brand = np.int64(need.brand)
    s = brands[brand].quality + category.satisfaction_sd * rng.normal(rng.hash1(luck.satisfaction, need.key))
    s = min(1.0, max(-1.0, s))
    ties[need.row, brand].opinion = s
    extreme = (0.5 + abs(s)) / 1.5
    if need.outlet == PLATFORM and rng.unit(rng.hash1(luck.review, need.key)) < params.review_rate * extreme:
        counters[brand, REVIEWS] += 1
        fake = rng.unit(rng.hash1(luck.fake_review, need.key)) < params.fake_share
        counters[brand, REVIEW_STARS] += stars(said(s, brands[brand], params.herding), fake)
    if not params.shares or rng.unit(rng.hash1(luck.share, need.key)) >= category.share_rate * extreme:
        return 0
    need.shared = 1
    counters[brand, SHARES] += 1
    return 1
