"""Key prefixes of one run: a hash of seed and decision, computed once."""

from typing import NamedTuple

import numpy as np

from simulator.kernels import decisions, rng


class Luck(NamedTuple):
    session: np.uint64
    preference: np.uint64
    see: np.uint64
    recall: np.uint64
    repost: np.uint64
    repost_minute: np.uint64
    credit: np.uint64
    mute: np.uint64
    tie: np.uint64
    forward: np.uint64
    ad: np.uint64
    search: np.uint64
    tier_shock: np.uint64
    offer_shock: np.uint64
    outlet_shock: np.uint64
    checkout: np.uint64
    leak: np.uint64
    binding: np.uint64
    satisfaction: np.uint64
    share: np.uint64
    share_minute: np.uint64
    review: np.uint64
    fake_review: np.uint64
    quality: np.uint64
    late: np.uint64
    trend_look: np.uint64
    trend_entry: np.uint64
    comment: np.uint64
    seller_entry: np.uint64
    unfollow: np.uint64
    chat: np.uint64
    chat_repeat: np.uint64
    budget: np.uint64
    lapse: np.uint64
    carry: np.uint64
    entry: np.uint64
    entry_intent: np.uint64
    promotion: np.uint64
    completion: np.uint64
    win_back: np.uint64


WORLD = (decisions.PLATFORM_PREFERENCE, decisions.TIE, decisions.BUDGET, decisions.BINDING)
CONTENT = (decisions.QUALITY,)
"""Decisions about who people are, and about what is posted; all others are chance."""


def luck_of(seed: int, world: int | None = None, content: int | None = None) -> Luck:
    """The prefixes of the run with this seed; who people are and what is posted may have seeds of their own."""
    numbers = (
        decisions.SESSION, decisions.PLATFORM_PREFERENCE, decisions.SEE, decisions.RECALL, decisions.REPOST, decisions.REPOST_MINUTE,
        decisions.CREDIT_ORIGINAL, decisions.MUTE, decisions.TIE, decisions.FORWARD, decisions.AD, decisions.SEARCH,
        decisions.TIER_SHOCK, decisions.OFFER_SHOCK, decisions.OUTLET_SHOCK, decisions.CHECKOUT, decisions.LEAK, decisions.BINDING,
        decisions.SATISFACTION, decisions.SHARE, decisions.SHARE_MINUTE, decisions.REVIEW, decisions.FAKE_REVIEW,
        decisions.QUALITY, decisions.LATE_DISCOVERY, decisions.TREND_LOOK, decisions.TREND_ENTRY,
        decisions.COMMENT, decisions.SELLER_ENTRY, decisions.UNFOLLOW, decisions.CHAT, decisions.CHAT_REPEAT,
        decisions.BUDGET, decisions.LAPSE, decisions.CARRY_CART,
        decisions.ENTRY, decisions.ENTRY_INTENT, decisions.PROMOTION,
        decisions.COMPLETION, decisions.WIN_BACK,
    )  # fmt: skip
    own = dict.fromkeys(WORLD, seed if world is None else world)
    own |= dict.fromkeys(CONTENT, seed if content is None else content)
    return Luck(*(rng.stream(own.get(number, seed), number) for number in numbers))
