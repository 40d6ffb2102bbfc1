"""Group chats: some of what a user posts is repeated to the friends in the user's own group."""

from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner

SELLER_POST, SHARE_POST = np.uint8(2), np.uint8(3)


class ChatParams(NamedTuple):
    """Numbers of the affordance group_chats; `repeats` is 0 where it is off."""

    share: float
    repeats: float
    read: float


@inner
def comes_by_chat(post, reader_key, chats, luck):
    """Whether a friend's tale or offer reaches a reader in the group of its author as well.

    Who sits in whose group is drawn by (author, reader), what is repeated there by root.
    """
    if chats.repeats <= 0.0 or (post.kind != SELLER_POST and post.kind != SHARE_POST):
        return False
    if rng.unit(rng.hash1(luck.chat_repeat, post.root)) >= chats.repeats:
        return False
    return rng.unit(rng.hash2(luck.chat, post.author_key, reader_key)) < chats.share


@inner
def seen_with_chat(p, post, reader_key, chats, luck):
    """Chance to see a copy: in the feed, or else in the chat, where nothing pushes it down."""
    if comes_by_chat(post, reader_key, chats, luck):
        return 1.0 - (1.0 - p) * (1.0 - chats.read)
    return p
