"""How much one browser may ask for, so that a classroom shares one machine."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.ensemble.design import Arm
from simulator.types import MINUTES_PER_DAY

LARGEST_SEED = 2**48 - 1


@dataclass(frozen=True)
class Limits:
    """Caps on what is computed.

    Attributes
    ----------
    user_ticks : users x ticks of a run. Students' size, 20,000 users for 14 days by the hour, is 6.7 million.
    worlds : of a comparison.
    at_once : runs one session may have under way.
    waiting : runs one session may have waiting.
    """

    user_ticks: int = 50_000_000
    worlds: int = 32
    at_once: int = 4
    waiting: int = 512

    def too_large(self, arm: Arm) -> bool:
        """Whether a run of the arm is above the cap."""
        return user_ticks(arm) > self.user_ticks


def user_ticks(arm: Arm) -> int:
    """Users x ticks of a run."""
    market = arm.resolved["market"]
    return int(market["users"]) * int(market["days"]) * (MINUTES_PER_DAY // int(market["tick_minutes"]))
