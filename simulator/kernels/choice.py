"""Choose among known offers: nested logit in three levels, tier, product, outlet, with keyed shocks.

The two outlets of a product are near substitutes: learning that it is also sold on the platform adds little worth,
`outlet_scale` * ln 2 where both are equally good. With outlets as alternatives of their own, awareness alone would
create demand (the red bus and the blue bus of Debreu 1960).
"""

import math

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.half import from_half
from simulator.kernels.state import wide

UNREACHABLE = -1.0e300
OUTSIDE = np.uint64(255)
OWNER_STAGE = np.uint8(5)


@inner
def belief(brand, prior_strength, credibility):
    """Expected quality and remaining uncertainty (share of the prior's) after reading the reviews.

    Posterior mean (c n q) / (k0 + c n) with prior mean 0, where q in [-1, 1] is the mean star rating
    mapped by (stars - 3) / 2; posterior over prior variance k0 / (k0 + c n).
    """
    n = brand.reviews
    if n <= 0:
        return 0.0, 1.0
    q = (brand.review_stars / n - 3.0) * 0.5
    weight = credibility * n
    return weight * q / (prior_strength + weight), prior_strength / (prior_strength + weight)


@inner
def budget_fen(me, user_key, c, luck):
    """The dearest offer of a category a user considers: log-normal, and growing with income as the price slope falls."""
    if c.budget_ratio <= 0.0:
        return math.inf
    taste = rng.normal(rng.hash2(luck.budget, user_key, c.key))
    mean = c.budget_ratio * c.reference_fen / from_half(me.price_scale) * c.budget_factor[me.region]
    return mean * math.exp(c.budget_sd * taste)


@inner
def uncertainty_left(read, params):
    """Share of the uncertainty about offers that remains after `read` visits to pages about them."""
    return 1.0 - params.info_depth * (1.0 - math.exp(-wide(read) / params.info_visits))


@inner
def offer_utility(me, tie, brand, c, online, price_fen, fading, left, params):
    """Systematic utility of one product at one outlet, in utils over buying nothing.

    What is reserved against a deposit is looked at before the rest is paid, wherever it was reserved.
    """
    outlet = c.online_utility + params.list_cue * brand.popularity + brand.service if online else c.offline_utility
    if online and c.deposit_fen <= 0:
        quality, unknown = belief(brand, params.prior_strength, params.credibility)
    else:
        quality = c.inspection * brand.quality
        unknown = 1.0 - c.inspection
    stock = from_half(tie.adstock) * fading
    return (
        c.base_utility
        + brand.appeal
        + c.quality_weight * quality
        + c.opinion_weight * wide(tie.opinion)
        + c.adstock_weight * (stock / (stock + c.adstock_half))
        + c.taste_weight * from_half(me.taste) * brand.style
        - c.risk_aversion * unknown * left
        - c.price_sensitivity * from_half(me.price_scale) * (price_fen / c.reference_fen)
        + outlet
        + (c.loyalty_weight * wide(tie.opinion) if tie.stage == OWNER_STAGE else 0.0)
    )


@inner
def inclusive_value(a, b, both, scale):
    """scale * ln(exp(a / scale) + exp(b / scale)), or `a` where there is no second."""
    if not both:
        return a
    top = max(a, b)
    return top + scale * math.log(math.exp((a - top) / scale) + math.exp((b - top) / scale))


@inner
def takes_platform(offline, online, scale, need_key, brand_key, luck):
    """Whether a product that is offered at both outlets is taken on the platform: logit of the given scale."""
    at_outlet = rng.gumbel(rng.hash2(luck.outlet_shock, need_key, rng.absorb(brand_key, 0)))
    on_platform = rng.gumbel(rng.hash2(luck.outlet_shock, need_key, rng.absorb(brand_key, 1)))
    return online / scale + on_platform > offline / scale + at_outlet


@kernel
def nested_logit(utilities, tiers, keys, scale, need_key, luck):
    """Draw an alternative, -1 for none of them.

    P(nest) is proportional to exp(scale * I), I = ln sum exp(V / scale), against exp(0) outside;
    P(offer | nest) to exp(V / scale) (McFadden 1978). Both are drawn as argmax of Gumbel shocks keyed by
    (need, nest) and (need, offer), so an offer added or withdrawn moves no other offer's luck.
    `utilities`, `tiers`, `keys` have shape (A,); an utility of UNREACHABLE is not offered.
    """
    best = rng.gumbel(rng.hash2(luck.tier_shock, need_key, OUTSIDE))
    nest = -1
    for tier in range(3):
        top = UNREACHABLE
        for a in range(utilities.size):
            if tiers[a] == tier and utilities[a] > top:
                top = utilities[a]
        if top == UNREACHABLE:
            continue
        total = 0.0
        for a in range(utilities.size):
            if tiers[a] == tier and utilities[a] > UNREACHABLE:
                total += math.exp((utilities[a] - top) / scale)
        score = top + scale * math.log(total) + rng.gumbel(rng.hash2(luck.tier_shock, need_key, tier))
        if score > best:
            best = score
            nest = tier
    if nest < 0:
        return -1
    chosen = -1
    for a in range(utilities.size):
        if tiers[a] == nest and utilities[a] > UNREACHABLE:
            score = utilities[a] / scale + rng.gumbel(rng.hash2(luck.offer_shock, need_key, keys[a]))
            if chosen < 0 or score > best:
                best = score
                chosen = a
    return chosen
