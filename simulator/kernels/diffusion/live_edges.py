"""Sets reached over live edges, many at once.

A set is grown from its first rows over the edges that are live, all drawn by the key of (set, row): it does not depend on
who grows it, when, or beside which others. Three laws of live edges:

- skips: every edge is live with its chance; the edges out of a row are tossed by skips (see
  `independent_cascade_skips`), rows by classes of chances, successes thinned (Guo, Wang, Wei & Chen 2020, SIGMOD);
- even: each of d edges of a row is live with chance 1 / d; first how many are, a binomial number, then which;
- path: at most one edge of a row is live (Kempe, Kleinberg & Tardos 2003, theorem 2.5), so a set is a path.

Growing one set waits for memory at every row. Here sets grow in lanes and each takes a step in turn, so that their waits
overlap; the word of a row has a bit for every lane. A set that outgrows its lane is grown again, alone in a lane with
room for everybody.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernels.compiling import inner, lean
from simulator.kernels.diffusion.independent_cascade_skips import GUIDE_BITS
from simulator.kernels.memory import prefetch
from simulator.kernels.rng import G, absorb, mix, unit

SKIPS, THINNED, EVEN, PATH = 0, 1, 2, 3
LANES = 32
ROOM = 2048
"""Rows of a lane beside others."""

WAIT = 1024
"""Live edges whose ends are waited for before more are drawn."""

MOST = 64
"""More than the live edges that a row can have under EVEN: a draw of 53 bits gives 18 at most."""

ROOT = np.uint64(0xFFFFFFFF)
_BIT = np.uint64(1)
_LANE = np.uint32(1)
_NONE = np.uint64(0)
_SHIFT = np.uint64(64 - GUIDE_BITS)


class LiveLaw(NamedTuple):
    """Which edges out of a row are live."""

    kind: int
    """SKIPS, THINNED, EVEN or PATH."""
    keep: np.ndarray
    """float64: [m] under THINNED, chance that a success stands; [n] under EVEN, chance that no edge is live; [m] under
    PATH, weights, or [0] if the edges of a row weigh 1 in all and each the same."""
    survival: np.ndarray
    """uint64[.]; the skip law of class c begins at ``begins[c]`` and holds ``longest[c] + 2`` numbers."""
    guide: np.ndarray
    """uint16[C * 2**GUIDE_BITS]"""
    begins: np.ndarray
    """int64[C]"""
    longest: np.ndarray
    """int64[C]"""
    class_of: np.ndarray
    """uint8[n], or uint8[0] if all rows are of class 0."""


class Lanes(NamedTuple):
    """Memory of sets that grow at once. Between calls `seen` is all 0."""

    seen: np.ndarray
    """uint32[n], a bit for every lane."""
    members: np.ndarray
    """int32[lanes, room + 1], up to 32 lanes."""
    places: np.ndarray
    """int64[WAIT + edges of a row], live edges."""
    lane_of: np.ndarray
    """int64[.], their lanes."""
    head: np.ndarray
    """int64[lanes], rows of the lane whose edges are drawn."""
    tail: np.ndarray
    """int64[lanes], rows of the lane; more than the room if they did not fit."""
    key: np.ndarray
    """uint64[lanes], hash of the set that grows in the lane."""
    set_of: np.ndarray
    """int64[lanes], its number."""
    order: np.ndarray
    """int64[lanes], the lanes, those in use first."""
    picked: np.ndarray
    """int64[MOST], live edges of one row."""


def live_law(kind, keep=None, laws=((), (), (), ()), class_of=None) -> LiveLaw:
    """A law from its parts; `laws` are survival, guide, begins and longest."""
    types = (np.uint64, np.uint16, np.int64, np.int64)
    columns = (np.asarray(column, dtype) for column, dtype in zip(laws, types, strict=True))
    classes = np.empty(0, np.uint8) if class_of is None else class_of
    return LiveLaw(kind, np.empty(0) if keep is None else keep, *columns, classes)


def lanes_for(offsets, lanes=LANES, room=ROOM) -> Lanes:
    """Memory for sets over the rows of `offsets`."""
    widest = WAIT + int(np.diff(offsets).max(initial=0))
    return Lanes(
        np.zeros(offsets.size - 1, np.uint32), np.empty((lanes, room + 1), np.int32), np.empty(widest, np.int64),
        np.empty(widest, np.int64), np.zeros(lanes, np.int64), np.zeros(lanes, np.int64),
        np.empty(lanes, np.uint64), np.empty(lanes, np.int64), np.arange(lanes), np.empty(MOST, np.int64),
    )


@inner
def _how_many(u, d, none):
    """Successes among d trials of chance 1 / d, by inversion of `u`; `none` is the chance of 0."""
    if d == 1:
        return np.int64(1)
    k, f, total = np.int64(0), none, none
    while u >= total and k < min(d, MOST):
        k += 1
        f *= (d - k + 1) / (k * (d - 1.0))
        total += f
    return k


@inner
def _draw_even(base, place, stop, none, picked, places, number):
    """Live edges under EVEN, drawn without replacement; returns the new end of `places`."""
    d = stop - place
    wanted = _how_many(unit(base), d, none) if d > 0 else np.int64(0)
    for j in range(wanted):
        x = np.int64(unit(absorb(base, np.uint64(j))) * (d - j))
        i = 0
        while i < j and x >= picked[i]:
            x += 1
            i += 1
        for later in range(j, i, -1):
            picked[later] = picked[later - 1]
        picked[i] = x
        places[number] = place + x
        number += 1
    return number


@inner
def _draw_path(base, place, stop, weights, places, number):
    """The live edge under PATH, if there is one."""
    u, total = unit(base), 0.0
    if weights.size == 0:
        place += np.int64(u * (stop - place))
    else:
        while place < stop:
            total += weights[place]
            if u < total:
                break
            place += 1
    if place < stop:
        places[number] = place
        number += 1
    return number


@inner
def _draw_skips(base, place, stop, c, law, thinned, places, number):
    """Live edges under SKIPS and THINNED."""
    survival, guides, keep = law.survival, law.guide, law.keep
    table, guide, longest = law.begins[c] + 1, c << GUIDE_BITS, law.longest[c]
    turn = _NONE
    while True:
        draw = absorb(base, turn)
        turn += _BIT
        distance = np.int64(guides[guide + np.int64(draw >> _SHIFT)])
        while draw < survival[table + distance]:
            distance += 1
        place += distance
        if place >= stop:
            return number
        if distance < longest:
            if not thinned or unit(mix(draw + G)) < keep[place]:
                places[number] = place
                number += 1
            place += 1


@inner
def _join(offsets, neighbours, law, lanes, number):
    """Let the ends of the live edges that wait join their sets."""
    seen, members, tail, class_of, keep = lanes.seen, lanes.members, lanes.tail, law.class_of, law.keep
    places, lane_of, even, room = lanes.places, lanes.lane_of, law.kind == EVEN, members.shape[1] - 1
    for i in range(number):
        row = neighbours[places[i]]
        places[i] = row
        prefetch(seen, row)
    for i in range(number):
        row, lane = places[i], lane_of[i]
        bit = _LANE << np.uint32(lane)
        end = tail[lane]
        if seen[row] & bit or end > room:
            continue
        if end < room:
            members[lane, end] = row
            seen[row] |= bit
            prefetch(offsets, row)
            if class_of.size > 0:
                prefetch(class_of, row)
            if even:
                prefetch(keep, row)
        tail[lane] = end + 1


@inner
def _plant(key, seeds, lanes, lane):
    """The first rows of a set: the seeds, or a root drawn uniformly if there are none."""
    bit = _LANE << np.uint32(lane)
    lanes.head[lane] = 0
    lanes.tail[lane] = max(seeds.size, 1)
    if seeds.size == 0:
        lanes.members[lane, 0] = np.int32(unit(absorb(key, ROOT)) * lanes.seen.size)
        lanes.seen[lanes.members[lane, 0]] |= bit
    for i in range(seeds.size):
        lanes.members[lane, i] = seeds[i]
        lanes.seen[seeds[i]] |= bit


@inner
def _take_out(lanes, lane, pool, used):
    """Copy the rows of a lane to the pool and forget them; returns their number, more than the room if incomplete."""
    members, seen, size = lanes.members, lanes.seen, lanes.tail[lane]
    clear = ~(_LANE << np.uint32(lane))
    for e in range(min(size, members.shape[1] - 1)):
        row = members[lane, e]
        seen[row] &= clear
        pool[used + e] = row
    return size


@lean
def grow(offsets, neighbours, prefix, law, seeds, lanes, sets, pool, numbers, ends, large):
    """Grow the sets of the given numbers, as many as find room.

    Parameters
    ----------
    offsets, neighbours : int64[n + 1], int32[m]
    prefix : uint64, hash that the number of a set completes to its key.
    law : LiveLaw
    seeds : int32[k], at most the room of a lane, each once; or int32[0]: a set begins with a row drawn uniformly.
    lanes : Lanes
    sets : int64[s]
    pool : int32[.], the room of a lane or more, filled: the rows of one set after another, in the order in which they
        are complete.
    numbers, ends : int64[s], filled: which set, and where it ends in the pool.
    large : int64[s], filled: sets that outgrew their lane; they are not in the pool.

    Returns
    -------
    begun, done, left_out : how many of the sets were begun, entries of `numbers`, of `large`.
    """
    members, head, tail, places, lane_of = lanes.members, lanes.head, lanes.tail, lanes.places, lanes.lane_of
    kind, keep, class_of = law.kind, law.keep, law.class_of
    width, room = members.shape[0], members.shape[1] - 1
    keys, set_of, live = lanes.key, lanes.set_of, lanes.order
    begun = active = done = left_out = used = np.int64(0)
    while True:
        while active < width and begun < sets.size and used + (active + 1) * room <= pool.size:
            lane = live[active]
            set_of[lane] = sets[begun]
            keys[lane] = absorb(prefix, sets[begun])
            _plant(keys[lane], seeds, lanes, lane)
            active += 1
            begun += 1
        if active == 0:
            return begun, done, left_out
        number = np.int64(0)
        for i in range(active):
            lane = live[i]
            for _ in range(min(tail[lane] - head[lane], max(1, LANES // active))):
                row = members[lane, head[lane]]
                head[lane] += 1
                place, stop, before = offsets[row], offsets[row + 1], number
                base = absorb(keys[lane], np.uint32(row))
                if kind == EVEN:
                    number = _draw_even(base, place, stop, keep[row], lanes.picked, places, number)
                elif kind == PATH:
                    number = _draw_path(base, place, stop, keep, places, number)
                else:
                    c = np.int64(class_of[row]) if class_of.size > 0 else np.int64(0)
                    number = _draw_skips(base, place, stop, c, law, kind == THINNED, places, number)
                for k in range(before, number):
                    lane_of[k] = lane
                    prefetch(neighbours, places[k])
                if number >= WAIT:
                    _join(offsets, neighbours, law, lanes, number)
                    number = np.int64(0)
        _join(offsets, neighbours, law, lanes, number)
        i = np.int64(0)
        while i < active:
            lane = live[i]
            if head[lane] < tail[lane] <= room:
                i += 1
                continue
            size = _take_out(lanes, lane, pool, used)
            if size <= room:
                used += size
                numbers[done] = set_of[lane]
                ends[done] = used
                done += 1
            else:
                large[left_out] = set_of[lane]
                left_out += 1
            active -= 1
            live[i] = live[active]
            live[active] = lane


@lean
def put_in_order(numbers, ends, pool, first, starts, out):
    """Copy sets from a pool to where they belong: set s begins at ``starts[s - first]`` of `out`."""
    begin = np.int64(0)
    for i in range(numbers.size):
        place = starts[numbers[i] - first]
        for e in range(begin, ends[i]):
            out[place + e - begin] = pool[e]
        begin = ends[i]
