"""Put posts into inboxes. Each thread owns a range of rows and takes its own slice of every author's followers."""

from simulator.kernels import graph as graphs
from simulator.kernels import procedural
from simulator.kernels.compiling import inner, lean
from simulator.kernels.inbox import push
from simulator.kernels.state import FOLLOWS


@inner
def to_account_followers(lo, hi, post, brand, users):
    """A brand account's post, to those of rows lo..hi who follow it; returns deliveries."""
    count = 0
    for row in range(lo, hi):
        if users.tie[row, brand].marks & FOLLOWS:
            push(users.inbox, users.ring, row, post)
            count += 1
    return count


@lean
def over_csr(lo, hi, first, last, users, live, offsets, targets):
    """Deliver posts first..last in order of id along a CSR graph; returns deliveries to rows lo..hi."""
    count = 0
    for post in range(first, last):
        j = post & live.mask
        author = live.table[j].author
        if author < 0:
            count += to_account_followers(lo, hi, post, live.table[j].brand, users)
            continue
        begin, end = graphs.owner_slice(offsets, targets, author, lo, hi)
        for e in range(begin, end):
            push(users.inbox, users.ring, targets[e], post)
        count += end - begin
    return count


@lean
def over_procedural(lo, hi, first, last, users, live, law):
    """The same on a graph whose followers are computed; rows are keys."""
    count = 0
    for post in range(first, last):
        j = post & live.mask
        author = live.table[j].author
        if author < 0:
            count += to_account_followers(lo, hi, post, live.table[j].brand, users)
            continue
        source = procedural.procedural_row(law, author)
        for part in (procedural.LOCAL, procedural.REMOTE):
            begin, end = procedural.procedural_slice(law, source, part, lo, hi)
            for e in range(begin, end):
                push(users.inbox, users.ring, procedural.procedural_at(law, source, e), post)
            count += end - begin
    return count
