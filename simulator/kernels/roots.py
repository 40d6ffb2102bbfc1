"""Root posts of users: sellers' daily offers and buyers' tales, and the quality of any root."""

import math

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import kernel
from simulator.kernels.state import key_of

SELLER = np.uint8(2)
SELLER_KIND, SHARE_KIND = 2, 3
SELLER_OPINION = 0.6
"""What a seller's post says of the brand, on -1..1."""
QUALITY_CAP = 5.0


@kernel
def content_quality(prefix, root, sd):
    """Log-normal with median 1, capped at five times the median; keyed by the root."""
    return min(QUALITY_CAP, math.exp(sd * rng.normal(rng.hash1(prefix, root))))


@kernel
def seller_brand(h, brand_keys, weights):
    """The brand a seller carries: with a chance in proportion to its weight, the highest u**(1 / weight).

    One uniform for (seller, brand), so other brands' comings and goings, and bonuses, move few sellers (Efraimidis &
    Spirakis 2006).
    """
    best = 0
    top = 0.0
    for brand in range(brand_keys.size):
        score = math.log(rng.unit_open(rng.absorb(h, brand_keys[brand]))) / weights[brand]
        if brand == 0 or score > top:
            best, top = brand, score
    return best


@kernel
def seller_posts(users, brand_keys, weights, prefix, day, rate, out):
    """Today's posts of all sellers, `rate` a day on average; returns how many. With `out` empty it only counts."""
    at = 0
    for row in range(users.person.size):
        if users.person[row].role != SELLER:
            continue
        h = rng.hash2(prefix, key_of(users, row), day)
        count = np.int64(rate) + (1 if rng.unit(h) < rate - math.floor(rate) else 0)
        for i in range(count):
            if at < out.key.size:
                root = rng.absorb(h, i + 1)
                out.brand[at] = seller_brand(rng.hash1(prefix, key_of(users, row)), brand_keys, weights)
                out.kind[at] = SELLER_KIND
                out.author[at] = row
                out.author_key[at] = key_of(users, row)
                out.key[at] = root
                out.root[at] = root
                out.minute[at] = day * 1440 + np.int64(rng.unit(rng.absorb(root, 1)) * 1440)
                out.opinion[at] = SELLER_OPINION
            at += 1
    return at


@kernel
def tell(users, needs, telling, clock, luck, out):
    """Buyers of needs `telling` tell their ties, with the opinion the purchase left them; fills `out` (T,)."""
    for i in range(telling.size):
        need = needs.table[telling[i]]
        row = need.row
        root = rng.hash1(luck.share, rng.absorb(need.key, 1))
        out.brand[i] = need.brand
        out.kind[i] = SHARE_KIND
        out.author[i] = row
        out.author_key[i] = key_of(users, row)
        out.key[i] = root
        out.root[i] = root
        out.minute[i] = clock.minute + np.int64(
            rng.unit(rng.hash1(luck.share_minute, need.key)) * clock.tick_minutes
        )
        out.opinion[i] = users.tie[row, need.brand].opinion


@kernel
def set_quality(luck, sd, out):
    """Quality of every root in `out`."""
    for i in range(out.key.size):
        out.quality[i] = content_quality(luck.quality, out.root[i], sd)
