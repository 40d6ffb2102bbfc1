"""Greedy seed selection in plain Python: lazy greedy over sampled live-edge worlds.

Source: Kempe, Kleinberg & Tardos 2003, KDD (greedy, live edges); Leskovec et al. 2007, KDD (CELF: a gain that was
computed for fewer seeds is an upper bound, so it is brought up to date only when it comes first).
"""

import heapq


def live_edges(edges, chance, luck):
    """One world of independent cascade: row -> rows it wins. `luck` gives uniform numbers."""
    world = {}
    for source, target in edges:
        if luck() < chance(source, target):
            world.setdefault(source, []).append(target)
    return world


def live_threshold_edges(edges, n, luck):
    """One world of linear threshold with equal weights: every row is won by one of its followees, drawn uniformly."""
    followees = [[] for _ in range(n)]
    for source, target in edges:
        followees[target].append(source)
    world = {}
    for target, found in enumerate(followees):
        if found:
            world.setdefault(found[int(luck() * len(found))], []).append(target)
    return world


def reached(world, seeds):
    """Rows that the seeds reach in a world."""
    found, open_rows = set(seeds), list(seeds)
    while open_rows:
        for target in world.get(open_rows.pop(), ()):
            if target not in found:
                found.add(target)
                open_rows.append(target)
    return found


def spread(worlds, seeds):
    """Mean number of rows the seeds reach."""
    return sum(len(reached(world, seeds)) for world in worlds) / len(worlds)


def celf(worlds, n, k):
    """The k seeds that lazy greedy choice takes, in order."""
    queue = [(-spread(worlds, [row]), row, 0) for row in range(n)]
    heapq.heapify(queue)
    seeds, now = [], 0.0
    while len(seeds) < k:
        gain, row, at = heapq.heappop(queue)
        if at == len(seeds):
            seeds.append(row)
            now -= gain
        else:
            heapq.heappush(queue, (now - spread(worlds, [*seeds, row]), row, len(seeds)))
    return seeds
