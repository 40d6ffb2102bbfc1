"""Kernels of the network generators. Rows are user keys throughout."""

import math

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.graph import has_edge
from simulator.kernels.rng import absorb, gamma, hash2, unit, unit_open

_ONE = np.uint64(1)


@kernel
def _pair_hash(prefix, a, b):
    """Hash of an unordered pair of users."""
    return absorb(prefix, (np.uint64(min(a, b)) << np.uint64(32)) | np.uint64(max(a, b)))


@kernel
def capped_scale(weights, mean, cap):
    """The factor c for which min(cap, c * weight) has the given mean; infinite if `cap` is too small.

    Weights are float64[n], above 0. Each round spreads what the capped ones leave over the others; the set of
    capped ones only grows, so it ends after few rounds.
    """
    n = weights.size
    scale = 0.0
    capped = np.int64(-1)
    while True:
        now = np.int64(0)
        free = 0.0
        for i in range(n):
            if capped >= 0 and scale * weights[i] >= cap:
                now += 1
            else:
                free += weights[i]
        if now == capped:
            return scale
        if now == n:
            return np.inf
        capped = now
        scale = (n * mean - now * cap) / free


@kernel
def meeting_place(h, key, n, nearest):
    """A place on the map where user `key` meets others, in [0, n): `key` plus or minus a distance r.

    ``r = nearest * (n / 2 / nearest) ** (U * U)`` with U uniform. Two users who meet live about as far
    apart as the larger of their distances, and the larger of two such r is log-uniform from `nearest` to n / 2: the
    chance of a tie falls with the reciprocal of the number of people in between. Beyond an end the map is mirrored.
    """
    farthest = max(0.5 * n, nearest)
    u = unit_open(h)
    distance = nearest * math.exp(u * u * math.log(farthest / nearest))
    place = key + (distance if absorb(h, 0) & _ONE else -distance)
    if place < 0.0:
        place = -place
    if place >= n:
        place = 2.0 * n - place
    return min(max(place, 0.0), n * (1.0 - 1e-12))


@kernel
def scatter(prefix, numbers, nearest, bits, out):
    """Places of users on the map: user i stands at ``numbers[i]`` places near i.

    Each entry packs ``place << bits | user`` into a uint64, the place in fixed point, so sorting the entries
    sorts users by place.
    """
    n = numbers.size
    scale = 2.0 ** (63 - 2 * bits)
    shift = np.uint64(bits)
    e = np.int64(0)
    for i in range(n):
        for k in range(numbers[i]):
            place = meeting_place(hash2(prefix, i, k), i, n, nearest)
            out[e] = (np.uint64(place * scale) << shift) | np.uint64(i)
            e += 1


@kernel
def join_communities(prefix, slots, bits, size, weight, density, offsets, out):
    """Tie the members of every community: pair (a, b) with chance ``density * weight[a] * weight[b]``.

    `slots` is the sorted result of `scatter`; each `size` consecutive entries are one community. With `out` of
    size 0 the offsets of the symmetric rows are counted, else the rows, unsorted, are filled.
    """
    mask = (_ONE << np.uint64(bits)) - _ONE
    counting = out.size == 0
    n = offsets.size - 1
    if counting:
        offsets[:] = 0
    cursor = offsets[:-1].copy()
    for begin in range(0, slots.size, size):
        stop = min(begin + size, slots.size)
        for x in range(begin, stop):
            a = np.int64(slots[x] & mask)
            for y in range(x + 1, stop):
                b = np.int64(slots[y] & mask)
                if a == b:
                    continue
                if unit(_pair_hash(prefix, a, b)) < density * weight[a] * weight[b]:
                    if counting:
                        offsets[a + 1] += 1
                        offsets[b + 1] += 1
                    else:
                        out[cursor[a]] = b
                        out[cursor[b]] = a
                        cursor[a] += 1
                        cursor[b] += 1
    if counting:
        for r in range(n):
            offsets[r + 1] += offsets[r]


@kernel
def join_neighbours(slots, bits, offsets, out):
    """Tie entries 2k and 2k + 1 of the sorted `slots`. Counts or fills as `join_communities` does."""
    mask = (_ONE << np.uint64(bits)) - _ONE
    counting = out.size == 0
    if counting:
        offsets[:] = 0
    cursor = offsets[:-1].copy()
    for x in range(0, slots.size - 1, 2):
        a, b = np.int64(slots[x] & mask), np.int64(slots[x + 1] & mask)
        if a == b:
            continue
        if counting:
            offsets[a + 1] += 1
            offsets[b + 1] += 1
        else:
            out[cursor[a]] = b
            out[cursor[b]] = a
            cursor[a] += 1
            cursor[b] += 1
    if counting:
        for r in range(offsets.size - 1):
            offsets[r + 1] += offsets[r]


@kernel
def round_keyed(prefix, values, out):
    """out[i] = values[i] rounded up or down at random so that the mean is kept; int64 out."""
    for i in range(values.size):
        out[i] = np.int64(values[i] + unit(absorb(prefix, i)))


@kernel
def _nth_smallest(values, n):
    """The n-th smallest of uint64 values, n from 1, bit by bit: a sort of numba's costs seconds to compile."""
    found = np.uint64(0)
    for bit in range(63, -1, -1):
        trial = found | (_ONE << np.uint64(bit))
        below = 0
        for value in values:
            below += value < trial
        if below < n:
            found = trial
    return found


@kernel
def mark_beyond_cap(prefix, offsets, targets, cap, keep):
    """keep[e] = 0 for the edges of rows longer than `cap` whose hash is not among the row's `cap` smallest.

    The hash belongs to the unordered pair, so both rows of an undirected edge rank it alike.
    """
    keep[:] = 1
    for r in range(offsets.size - 1):
        start, stop = offsets[r], offsets[r + 1]
        if stop - start <= cap:
            continue
        ranks = np.empty(stop - start, np.uint64)
        for e in range(start, stop):
            ranks[e - start] = _pair_hash(prefix, r, targets[e])
        limit = _nth_smallest(ranks, cap)
        for e in range(start, stop):
            keep[e] = ranks[e - start] <= limit


@kernel
def drop_unmarked(offsets, targets, keep, symmetric):
    """Remove the edges with keep == 0, in place, rows sorted; returns how many are left.

    With `symmetric` an edge goes when it is unmarked in either of its two rows.
    """
    n = offsets.size - 1
    if symmetric:
        cursor = offsets[:-1].copy()
        for r in range(n):
            for e in range(offsets[r], offsets[r + 1]):
                t = targets[e]
                # rows are sorted and r ascends, so the entries of row t come up in their own order
                back = cursor[t]
                cursor[t] = back + 1
                if t > r and (keep[e] == 0 or keep[back] == 0):
                    keep[e] = 0
                    keep[back] = 0
    write = np.int64(0)
    start = offsets[0]
    for r in range(n):
        stop = offsets[r + 1]
        offsets[r] = write
        for e in range(start, stop):
            if keep[e]:
                targets[write] = targets[e]
                write += 1
        start = stop
    offsets[n] = write
    return write


@kernel
def draw_followee_numbers(prefix, mean, shape, low, high, out):
    """out[i] = how many users i follows: Gamma(shape) with the given mean, rounded at random, held in [low, high]."""
    for i in range(out.size):
        h = absorb(prefix, i)
        wanted = gamma(h, shape) * (mean / shape) + unit(absorb(h, 0x726F756E64))
        out[i] = np.int64(min(max(wanted, np.float64(low)), np.float64(high)))


@kernel
def build_alias(weights, start, stop, table):
    """Alias table of the users in [start, stop), for draws by weight at one look (Walker 1977; Vose 1991).

    ``table[i]``, uint64, packs a 32-bit threshold above the 32-bit alias: a draw that falls on cell i gives i when
    its lower half is below the threshold, else the alias.
    """
    size = stop - start
    total = 0.0
    for i in range(start, stop):
        total += weights[i]
    filled = weights[start:stop] * (size / total)
    order = np.empty(size, np.int64)
    low, high = np.int64(0), np.int64(size)
    for i in range(size):
        if filled[i] < 1.0:
            order[low] = i
            low += 1
        else:
            high -= 1
            order[high] = i
    full = np.uint64(0xFFFFFFFF)
    for i in range(size):
        table[start + i] = (full << np.uint64(32)) | np.uint64(start + i)
    while low > 0 and high < size:
        low -= 1
        small, large = order[low], order[high]
        threshold = np.uint64(filled[small] * 4294967296.0)
        table[start + small] = (threshold << np.uint64(32)) | np.uint64(start + large)
        filled[large] -= 1.0 - filled[small]
        if filled[large] < 1.0:
            high += 1
            order[low] = large
            low += 1


@kernel
def _draw(table, start, size, h):
    """A user of [start, start + size) drawn by weight from the hash `h`."""
    index = start + np.int64(((h >> np.uint64(32)) * size) >> np.uint64(32))
    cell = table[index]
    return index if (h & np.uint64(0xFFFFFFFF)) < (cell >> np.uint64(32)) else np.int64(cell & np.uint64(0xFFFFFFFF))


@kernel
def choose_followees(prefix, numbers, anywhere, at_home, starts, homophily, taste, taste_share, offsets, out):
    """Every user chooses distinct followees by weight: a share `homophily` at home, the rest anywhere.

    For a share `taste_share` of the choices two candidates are drawn and the one nearer in taste is taken.
    Draw t of user i is keyed (i, t). A user gives up after 8 draws a followee, so that a region
    smaller than the wish of its people ends.

    Parameters
    ----------
    numbers : int64[n], followees wanted.
    anywhere, at_home : uint64[n], alias tables over all users and over those of each region.
    starts : int64[R + 1], regions.
    taste : float32[n]
    offsets : int64[n + 1] and out : int32[sum of numbers], filled: followees of i, unsorted.
    """
    n = numbers.size
    seen = np.full(n, -1, np.int32)
    region = np.int64(0)
    write = np.int64(0)
    offsets[0] = 0
    for i in range(n):
        while starts[region + 1] <= i:
            region += 1
        mine = absorb(prefix, i)
        seen[i] = i
        local = np.int64(numbers[i] * homophily + unit(absorb(mine, 0)))
        attempt = np.int64(0)
        chosen = np.int64(0)
        for part in range(2):
            home = part == 0
            table = at_home if home else anywhere
            first = starts[region] if home else np.int64(0)
            size = np.uint64(starts[region + 1] - first if home else n)
            goal = local if home else numbers[i]
            limit = attempt + 8 * (goal - chosen) + 16
            while chosen < goal and attempt < limit:
                attempt += 1
                h = absorb(mine, attempt)
                j = _draw(table, first, size, h)
                if np.int64((chosen + 1) * taste_share) > np.int64(chosen * taste_share):
                    other = _draw(table, first, size, absorb(h, 0))
                    if other != i and abs(taste[other] - taste[i]) < abs(taste[j] - taste[i]):
                        j = other
                if seen[j] != i:
                    seen[j] = i
                    out[write] = j
                    write += 1
                    chosen += 1
        offsets[i + 1] = write


@kernel
def follow_back(prefix, offsets, targets, numbers, out_rows, out_followers):
    """Every user j follows ``numbers[j]`` of his followers back, drawn evenly, as far as there are any new.

    Writes the new edges (row followed, follower j), j ascending, and returns their number.
    """
    n = offsets.size - 1
    write = np.int64(0)
    for j in range(n):
        count = offsets[j + 1] - offsets[j]
        if count == 0:
            continue
        mine = absorb(prefix, j)
        begin = write
        for attempt in range(4 * numbers[j]):
            if write - begin == numbers[j]:
                break
            f = targets[offsets[j] + np.int64(unit(absorb(mine, attempt)) * count)]
            new = not has_edge(offsets, targets, f, j)
            for e in range(begin, write):
                new = new and out_rows[e] != f
            if new:
                out_rows[write] = f
                out_followers[write] = j
                write += 1
    return write
