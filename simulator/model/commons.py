"""What all users of a platform share: distrust of its commercial posts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.kernels.state import LET_DOWN
from simulator.kernels.trust import TrustParams
from simulator.types import MINUTES_PER_DAY

if TYPE_CHECKING:
    from simulator.model.state import PlatformState
    from simulator.types import Array

MOST_LOST = 0.999
"""A single post never takes all trust: its logarithm stays finite."""


def trust_params(affordances: Any) -> TrustParams:
    """Numbers of the affordance trust, with shared distrust at zero."""
    trust = affordances.trust
    strength = trust.strength if affordances.active("trust") else 0.0
    return TrustParams(
        strength=strength,
        start=trust.start,
        loss=min(MOST_LOST, trust.loss * strength),
        recovery=trust.recovery / 24.0,
        shared=trust.shared,
        reliance=trust.reliance,
        commons=np.zeros(1),
    )


def share_distrust(platform: PlatformState, counters: Array, tick_minutes: int, by_apps: float = 0.0) -> None:
    """Move the shared distrust over one tick, by the posts of the tick that let somebody down, a user.

    `counters` is int64 (B, counters): a whole number decides, whoever counted it in whichever order. `by_apps` is how
    many a day apps of an open platform add.
    """
    trust = platform.feed.trust
    if trust.loss <= 0.0:
        return
    a_user = int(counters[:, LET_DOWN].sum()) / platform.table.n + by_apps * tick_minutes / MINUTES_PER_DAY
    if a_user == 0.0 and trust.commons[0] == 0.0:
        return
    kept = (1.0 - trust.commons[0]) * math.exp(a_user * math.log1p(-trust.loss))
    platform.set_distrust((1.0 - kept) * math.exp(-tick_minutes / 60.0 * trust.recovery))
