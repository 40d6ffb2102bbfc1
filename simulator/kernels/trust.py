"""Trust in commercial posts: each reader's own and a part that all readers of a platform share.

theta = theta0 * (1 - x), where the distrust x grows by d (1 - x) with each post that lets the reader down, so that
theta falls by the factor 1 - d, and fades at a rate r. The shared x grows by the mean number of such posts a user
has seen: who floods a platform spoils it for honest sellers, too. It moves between ticks only, by a whole number.
"""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, spliced
from simulator.kernels.half import from_half
from simulator.kernels.needs import CHOSEN, PENDING
from simulator.kernels.state import SOURCE_MASK, SOURCE_SHIFT, place_of, wide

BRAND_SOURCE, SELLER_SOURCE, LEADER_SOURCE = np.uint8(3), np.uint8(5), np.uint8(6)
PROMOTED_SOURCE, APP_SOURCE = np.uint8(8), np.uint8(9)


class TrustParams(NamedTuple):
    """Numbers of the affordance trust. `strength` and `loss` are 0 where it is off.

    `recovery` is a rate an hour; `commons`, float64 (1,), is the shared distrust, the same array wherever it is read.
    """

    strength: float
    start: float
    loss: float
    recovery: float
    shared: float
    reliance: float
    commons: np.ndarray


@inner
def distrust_of(box, trust):
    """What a reader has lost of the trust at the start, on 0..1: the own part and the shared one, weighted."""
    return (1.0 - trust.shared) * wide(box.distrust) + trust.shared * trust.commons[0]


@inner
def believed(box, trust):
    """By how much a commercial post is weaker in recall and persuasion than one that is wholly trusted."""
    return max(0.0, 1.0 - trust.strength * (1.0 - trust.start * (1.0 - distrust_of(box, trust))))


@inner
def doubt(box, tie, trust):
    """Utils that an offer on the platform loses when its channel is distrusted: one learnt of by a commercial post."""
    source = (tie.marks >> SOURCE_SHIFT) & SOURCE_MASK
    by_people = source != BRAND_SOURCE and source != SELLER_SOURCE and source != LEADER_SOURCE
    if by_people and source != PROMOTED_SOURCE and source != APP_SOURCE:
        return 0.0
    return trust.reliance * trust.strength * distrust_of(box, trust)


@spliced
def lets_down(users, brands, categories, needs, row, brand, minute):
    """Whether a commercial post disappoints: of an offer held to be bad, or neither needed soon nor to one's taste."""
    if wide(users.tie[row, brand].opinion) < 0.0:
        return True
    if from_half(users.person[row].taste) * brands[brand].style >= 0.0:
        return False
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row != row or need.category != brands[brand].category or (need.status != PENDING and need.status != CHOSEN):
            continue
        if need.due - categories[need.category].search_window <= minute:
            return False
    return True


@inner
def lose_trust(box, trust):
    """One post that let the reader down."""
    box.distrust = wide(box.distrust) + trust.loss * (1.0 - wide(box.distrust))


@inner
def regain_trust(box, hours, trust):
    """Distrust fades over the hours since the last visit."""
    box.distrust = wide(box.distrust) * math.exp(-hours * trust.recovery)
