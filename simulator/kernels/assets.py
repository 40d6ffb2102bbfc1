"""What brands own in people: followers, their trust, and what they remember."""

import math

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.half import from_half
from simulator.kernels.state import FOLLOWS, MUTED, wide

PER_MILLION = 1.0e6
FOLLOWERS, TRUST, ASSET, FATIGUE = 0, 1, 2, 3
MEASURES = 4


@kernel
def take_stock(users, half, minute, ad_hours, fatigue_hours, trust, out):
    """Followers of each brand, their trust, the social asset and their fatigue; int64 (B + 1, 4), everybody last.

    A follower who has not muted the brand counts by trust times remembered impressions, saturated: a / (a + half).
    All but the first are in millionths. `half` is float64 (B,). Fading to `minute` is computed, nothing is written.
    Sums are whole numbers, so no order of the rows moves them. Most people have nothing that fades, and no exponential
    is taken for them.
    """
    out[:] = 0
    everybody = half.size
    for row in range(users.person.size):
        me, box = users.person[row], users.inbox[row]
        own = wide(box.distrust)
        if own > 0.0:
            own *= math.exp(-(minute - box.last_read) / 60.0 * trust.recovery)
        lost = (1.0 - trust.shared) * own + trust.shared * trust.commons[0]
        believed = max(0.0, 1.0 - trust.strength * (1.0 - trust.start * (1.0 - lost)))
        share = np.int64(believed * PER_MILLION + 0.5)
        load = np.int64(0)
        if box.fatigue:
            tired = from_half(box.fatigue) * math.exp(-(minute - box.last_read) / 60.0 / fatigue_hours)
            load = np.int64(tired * PER_MILLION + 0.5)
        out[everybody, FOLLOWERS] += 1
        out[everybody, TRUST] += share
        out[everybody, FATIGUE] += load
        for brand in range(half.size):
            tie = users.tie[row, brand]
            if not tie.marks & FOLLOWS:
                continue
            out[brand, FOLLOWERS] += 1
            out[brand, TRUST] += share
            out[brand, FATIGUE] += load
            if tie.adstock and not tie.marks & MUTED:
                stock = from_half(tie.adstock) * math.exp(-(minute - me.last_visit) / 60.0 / ad_hours)
                out[brand, ASSET] += np.int64(believed * (stock / (stock + half[brand])) * PER_MILLION + 0.5)
