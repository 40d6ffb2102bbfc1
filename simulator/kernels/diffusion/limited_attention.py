"""Memes that compete for limited attention.

Source: Weng, Flammini, Vespignani & Menczer 2012, "Competition among memes in a world with limited attention",
Scientific Reports 2:335; with queues of a fixed length as in Gleeson, Ward, O'Sullivan & Lee 2014, "Competition-induced
criticality in a model of meme popularity", Phys. Rev. Lett. 112:048701. Every user holds the last L memes received. In a
tick every active user posts once, one after the other in an order drawn anew::

    with chance mu       a new meme
    else                 one of the memes held, each alike; nobody who holds none posts

and the post goes to the front of the queue of every follower, where the oldest of more than L falls out. Memes do not
differ in quality. The private memory of Weng et al. is left out. Draws are keyed by (seed, replication, tick, user).
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.diffusion.rule import value
from simulator.kernels.rng import absorb, unit

ORDER, ACTIVE, INNOVATE, PICK = 0, 1, 2, 3


class AttentionState(NamedTuple):
    """The queues."""

    held: np.ndarray
    """int32[n, L], memes; a ring a row."""
    received: np.ndarray
    """int64[n], memes ever received; the newest stands at (received - 1) % L."""


class Memes(NamedTuple):
    """One entry a meme, in the order of birth."""

    born: np.ndarray
    """int32[M], tick."""
    last: np.ndarray
    """int32[M], tick of the last post."""
    author: np.ndarray
    """int32[M], row."""
    posts: np.ndarray
    """int64[M]."""


@kernel
def active_users(keys, luck, activity, out):
    """out[i] = hash that orders the posts of a tick, or 2**64 - 1 for who is not active; returns how many are.

    `luck` is the hash of (seed, decision, replication, tick).
    """
    number = 0
    for row in range(keys.size):
        h = absorb(luck, keys[row])
        out[row] = np.uint64(0xFFFFFFFFFFFFFFFF)
        if unit(absorb(h, ACTIVE)) < value(activity, row):
            out[row] = absorb(h, ORDER)
            number += 1
    return number


@kernel
def step(offsets, targets, keys, luck, innovation, order, now, state, memes, number):
    """One tick; returns the new number of memes. `order` int64[k] lists the active rows as they post."""
    length = state.held.shape[1]
    for row in order:
        h = absorb(luck, keys[row])
        if unit(absorb(h, INNOVATE)) < value(innovation, row):
            meme = number
            memes.born[meme] = now
            memes.author[meme] = row
            memes.posts[meme] = 0
            number += 1
        else:
            holding = min(state.received[row], length)
            if holding == 0:
                continue
            back = np.int64(unit(absorb(h, PICK)) * holding)
            meme = state.held[row, (state.received[row] - 1 - back) % length]
        memes.posts[meme] += 1
        memes.last[meme] = now
        for edge in range(offsets[row], offsets[row + 1]):
            follower = targets[edge]
            state.held[follower, state.received[follower] % length] = meme
            state.received[follower] += 1
    return number
