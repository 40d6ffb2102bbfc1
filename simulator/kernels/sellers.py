"""Peer sellers: who sold what, what their ties hear of it, who begins to sell and who stops."""

from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import inner, kernel, spliced
from simulator.kernels.inbox import nth_newest
from simulator.kernels.needs import BOUGHT, CHOSEN, RESERVED
from simulator.kernels.state import key_of, place_of

ORDINARY, SELLER = np.uint8(0), np.uint8(2)
STAYS, LEAVES, ENTERS = np.uint8(0), np.uint8(1), np.uint8(2)
SELLER_POST = np.uint8(2)


class EntryParams(NamedTuple):
    """Numbers of the affordance seller_entry: fen a period, `response` per fen and period; 0 where it is off."""

    response: float
    cost: float
    entry: float
    heard: float
    sceptical: float


@spliced
def credit_sellers(at, visits, users, live, needs, clock, platform):
    """A need whose offer was chosen at this visit is served by the seller of that brand whose post is newest."""
    row = visits.row[at]
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row != row or need.decided != clock.tick or need.platform != platform or need.chosen < 0 or need.seller >= 0:
            continue
        if need.status == CHOSEN or need.status == BOUGHT or need.status == RESERVED:
            need.seller = newest_seller(users, live, row, need.chosen)


@inner
def newest_seller(users, live, row, brand):
    """Key of the author of the newest seller's post of a brand that was seen and is still there, -1 for none."""
    box, ring = users.inbox[row], users.ring[row]
    for i in range(ring.size):
        slot = nth_newest(box.head, i, ring.size)
        post = np.int64(ring[slot])
        if not (box.seen >> np.uint8(slot)) & np.uint8(1) or post < live.low:
            continue
        copy = live.table[post & live.mask]
        if copy.kind == SELLER_POST and copy.brand == brand:
            return np.int64(copy.author_key)
    return np.int64(-1)


@kernel
def tell_incomes(offsets, targets, rows, income, total, count):
    """Every seller's income becomes known to the ties that see the seller's posts, along a CSR graph.

    `rows` (S,) and `income` (S,) in fen; adds to `total` and `count`, both int64 (n,).
    """
    for i in range(rows.size):
        for e in range(offsets[rows[i]], offsets[rows[i] + 1]):
            total[targets[e]] += income[i]
            count[targets[e]] += 1


@kernel
def decide_roles(users, own, total, count, period, params, prefix, out):
    """Who begins to sell and who stops, by the last period's incomes; `out` uint8 (n,): STAYS, LEAVES or ENTERS.

    Replicator: the hazard of a change grows in proportion to what it is seen to gain. Keyed by (user, period).
    """
    for row in range(users.person.size):
        role = users.person[row].role
        out[row] = STAYS
        heard = total[row] / (count[row] + params.sceptical) if count[row] > 0 else 0.0
        gain = 0.0
        if role == ORDINARY and count[row] > 0:
            gain = heard - params.cost - params.entry
        elif role == SELLER:
            weight = params.heard if count[row] > 0 else 0.0
            gain = params.cost - ((1.0 - weight) * own[row] + weight * heard)
        if gain > 0.0:
            if rng.happens(rng.hash2(prefix, key_of(users, row), period), params.response * gain):
                out[row] = LEAVES if role == SELLER else ENTERS
