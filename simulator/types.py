"""Data types, sentinels and codes that every layer shares. Each is named once, here."""

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

USER_KEY = np.uint32
"""Identity of a user. Rows may be stored in any order; a key never changes."""

OFFSET = np.int64
TARGET = np.int32

NOBODY = -1
"""An absent row, product, outlet or tick."""

MINUTES_PER_DAY = 1440
FEN_PER_YUAN = 100


class Role(IntEnum):
    """What a user is on a platform."""

    ORDINARY = 0
    OPINION_LEADER = 1
    SELLER = 2


class Stage(IntEnum):
    """Funnel stage of a user towards a brand. A user moves up, never down, within a run."""

    UNAWARE = 0
    AWARE = 1
    INTERESTED = 2
    INTENT = 3
    RESERVED = 4
    OWNER = 5


class Source(IntEnum):
    """What first made a user aware of a brand's offer on the platform."""

    NONE = 0
    AD = 1
    SEARCH = 2
    BRAND = 3
    FRIEND = 4
    SELLER = 5
    OPINION_LEADER = 6
    TRENDING = 7
    PROMOTED = 8
    """A post of an account that one does not follow, shown for money."""
    APP = 9
    """An offer shown in an app of the open platform."""


class Outlet(IntEnum):
    """Where a need was met."""

    NONE = 0
    OFFLINE = 1
    PLATFORM = 2
    LEAKED = 3
    """Chosen on the platform, bought at the offline outlet after an unfinished checkout."""
    DEALER = 4
    """Reserved on the platform, the rest paid at the offline outlet."""


class NeedStatus(IntEnum):
    """Where a need stands in the ledger."""

    PENDING = 0
    """Its due date has not come."""
    CHOSEN = 1
    """An offer on the platform was chosen; checkout is not finished."""
    BOUGHT = 2
    LOST = 3
    """Due, and nothing was bought anywhere."""
    LATENT = 4
    """An impulse that nothing has woken; it counts nowhere."""
    RESERVED = 5
    """The deposit is paid, the rest is not."""


class PostKind(IntEnum):
    """Who started a post and why."""

    BRAND = 0
    SEEDED = 1
    """Paid, on the account of an opinion leader."""
    SELLER = 2
    SHARE = 3
    """A buyer tells of a purchase."""
    REPOST = 4


class Device(IntEnum):
    PHONE = 0
    PC = 1


class AgentKind(IntEnum):
    """Who decides, among those that are no users."""

    BRAND = 0
    PLATFORM = 1
    DEVELOPER = 2


class AppKind(IntEnum):
    """What an app of an open platform is for, and so which of the platform's numbers it moves."""

    ENTERTAINMENT = 0
    LIFESTYLE = 1
    TOOLS = 2
    COMMERCE = 3


class Decision(IntEnum):
    """What brands, platforms and developers decide."""

    WAIT = 0
    DEAL = 1
    POST = 2
    PUSH = 3
    ORDER_ADS = 4
    PAY_ADS = 5
    PROMOTE = 6
    PAY_PROMOTION = 7
    HIRE = 8
    OFFER_PRIZE = 9
    OFFER_BONUS = 10
    PAY_BONUS = 11
    TARGET = 12
    REPLAN = 13
    BUILD_APP = 14
    END_APP = 15
    REFUSE_APP = 16
    PAY_COSTS = 17
    PAY_SHARE = 18
    SIGN = 19
    DECLINE = 20
    END_CONTRACT = 21
    PAY_CONTRACT = 22


class Payment(IntEnum):
    """How a checkout is paid."""

    NATIVE = 0
    """Inside the platform, with a bound account."""
    ORDINARY = 1
    """The checkout for everyone else."""
    ENTRY = 2
    """That behind an entry point on another platform."""
