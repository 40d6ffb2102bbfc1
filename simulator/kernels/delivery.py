"""Put posts into inboxes. Each thread owns a range of rows and takes its own slice of every author's followers."""

from simulator.kernels import graph as graphs
from simulator.kernels import procedural, rng
from simulator.kernels.compiling import inner, lean
from simulator.kernels.inbox import push
from simulator.kernels.state import FOLLOWS, TARGETED, key_of, wide


@inner
def to_account_followers(lo, hi, post, brand, users):
    """A brand account's post, to those of rows lo..hi who follow it; returns deliveries."""
    count = 0
    for row in range(lo, hi):
        if users.tie[row, brand].marks & FOLLOWS:
            push(users.inbox, users.ring, row, post)
            count += 1
    return count


@inner
def to_others(lo, hi, post, copy, targeted, users, prefix):
    """A promoted post, to those of rows lo..hi who do not follow the account, each with its chance; returns deliveries.

    If the brand targets, to its audience alone.
    """
    count = 0
    for row in range(lo, hi):
        marks = users.tie[row, copy.brand].marks
        if marks & FOLLOWS or (targeted and not marks & TARGETED):
            continue
        if rng.unit(rng.hash2(prefix, key_of(users, row), copy.root)) < wide(copy.promotion):
            push(users.inbox, users.ring, row, post)
            count += 1
    return count


@inner
def by_account(lo, hi, post, live, brands, users, prefix):
    """A post of a brand's account; returns deliveries."""
    copy = live.table[post & live.mask]
    count = to_account_followers(lo, hi, post, copy.brand, users)
    if copy.promotion > 0.0:
        count += to_others(lo, hi, post, copy, brands[copy.brand].targeted, users, prefix)
    return count


@lean
def over_csr(lo, hi, first, last, users, live, brands, prefix, offsets, targets):
    """Deliver posts first..last in order of id along a CSR graph; returns deliveries to rows lo..hi."""
    count = 0
    for post in range(first, last):
        author = live.table[post & live.mask].author
        if author < 0:
            count += by_account(lo, hi, post, live, brands, users, prefix)
            continue
        begin, end = graphs.owner_slice(offsets, targets, author, lo, hi)
        for e in range(begin, end):
            push(users.inbox, users.ring, targets[e], post)
        count += end - begin
    return count


@lean
def over_procedural(lo, hi, first, last, users, live, brands, prefix, law):
    """The same on a graph whose followers are computed; rows are keys."""
    count = 0
    for post in range(first, last):
        author = live.table[post & live.mask].author
        if author < 0:
            count += by_account(lo, hi, post, live, brands, users, prefix)
            continue
        source = procedural.procedural_row(law, author)
        for part in (procedural.LOCAL, procedural.REMOTE):
            begin, end = procedural.procedural_slice(law, source, part, lo, hi)
            for e in range(begin, end):
                push(users.inbox, users.ring, procedural.procedural_at(law, source, e), post)
            count += end - begin
    return count
