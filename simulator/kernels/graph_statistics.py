"""Kernels behind the graph statistics."""

import numpy as np

from simulator.kernels.compiling import kernel
from simulator.kernels.graph import has_edge
from simulator.kernels.rng import absorb, unit

ZETA_TERMS = 12


@kernel
def count_reciprocal(offsets, targets):
    """Number of edges whose opposite exists, loops left out. Rows ascend, so one pass merges each with its transpose."""
    n = offsets.size - 1
    cursor = offsets[:-1].copy()
    found = np.int64(0)
    for r in range(n):
        for e in range(offsets[r], offsets[r + 1]):
            t = targets[e]
            if t <= r:
                continue
            # row t is asked for r in ascending order: its cursor never goes back
            while cursor[t] < offsets[t + 1] and targets[cursor[t]] < r:
                cursor[t] += 1
            if cursor[t] < offsets[t + 1] and targets[cursor[t]] == r:
                found += 2
    return found


@kernel
def edge_moments(offsets, targets, source_values, target_values):
    """Sums over edges of x, y, xx, yy, xy with x = source_values[source], y = target_values[target]."""
    sx = sy = sxx = syy = sxy = 0.0
    for r in range(offsets.size - 1):
        x = np.float64(source_values[r])
        for e in range(offsets[r], offsets[r + 1]):
            y = np.float64(target_values[targets[e]])
            sx += x
            sy += y
            sxx += x * x
            syy += y * y
            sxy += x * y
    return sx, sy, sxx, syy, sxy


@kernel
def region_mixing(offsets, targets, region, mixing):
    """mixing[g, h] = number of edges from an author in region g to a follower in region h; int64[256, 256]."""
    mixing[:] = 0
    for r in range(offsets.size - 1):
        for e in range(offsets[r], offsets[r + 1]):
            mixing[region[r], region[targets[e]]] += 1


@kernel
def largest_component(offsets, targets):
    """Users in the largest component, directions ignored: union by size with path halving (Tarjan 1975)."""
    n = offsets.size - 1
    parent = np.arange(n).astype(np.int32)
    size = np.ones(n, np.int32)
    best = np.int64(1 if n else 0)
    for r in range(n):
        for e in range(offsets[r], offsets[r + 1]):
            a = np.int64(r)
            while parent[a] != a:
                parent[a] = parent[parent[a]]
                a = np.int64(parent[a])
            b = np.int64(targets[e])
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = np.int64(parent[b])
            if a == b:
                continue
            if size[a] < size[b]:
                a, b = b, a
            parent[b] = a
            size[a] += size[b]
            best = max(best, np.int64(size[a]))
    return best


@kernel
def _links_among(offsets, targets, user, mark):
    """Ordered pairs of neighbours of `user` that are tied; `mark` int32[n] holds -1 and is left so."""
    start, stop = offsets[user], offsets[user + 1]
    links = np.int64(0)
    for e in range(start, stop):
        mark[targets[e]] = 1
    for e in range(start, stop):
        v = targets[e]
        if offsets[v + 1] - offsets[v] <= 16 * (stop - start):
            for f in range(offsets[v], offsets[v + 1]):
                links += targets[f] != user and targets[f] != v and mark[targets[f]] == 1
        else:
            for f in range(start, stop):
                links += targets[f] != v and has_edge(offsets, targets, v, targets[f])
    for e in range(start, stop):
        mark[targets[e]] = -1
    return links


@kernel
def _sampled_links(offsets, targets, user, prefix, pairs):
    """Share of `pairs` keyed pairs of neighbours of `user` that are tied."""
    start, degree = offsets[user], offsets[user + 1] - offsets[user]
    tied = np.int64(0)
    for k in range(pairs):
        h = absorb(absorb(prefix, user), k)
        i = np.int64(unit(h) * degree)
        j = np.int64(unit(absorb(h, 0)) * (degree - 1))
        j += j >= i
        tied += has_edge(offsets, targets, targets[start + i], targets[start + j])
    return tied / pairs


@kernel
def local_clustering(offsets, targets, users, prefix, exact_degree, pairs, out):
    """out[k] = share of the pairs of neighbours of users[k] that are tied; 0 with fewer than two neighbours.

    The graph must be undirected, without loops. A user with more than `exact_degree` neighbours is measured on
    `pairs` pairs drawn by key, which is unbiased.
    """
    mark = np.full(offsets.size - 1, -1, np.int32)
    for k in range(users.size):
        u = users[k]
        degree = offsets[u + 1] - offsets[u]
        if degree < 2:
            out[k] = 0.0
        elif degree > exact_degree:
            out[k] = _sampled_links(offsets, targets, u, prefix, pairs)
        else:
            out[k] = _links_among(offsets, targets, u, mark) / (np.float64(degree) * (degree - 1))


@kernel
def hurwitz_zeta(s, a):
    """Sum over k >= 0 of (a + k) ** -s, for s > 1 and a >= 1, by Euler-Maclaurin; relative error below 1e-12."""
    total = 0.0
    for k in range(ZETA_TERMS):
        total += (a + k) ** -s
    b = a + ZETA_TERMS
    power = b**-s
    total += b * power / (s - 1.0) + 0.5 * power
    term = s * power / b
    total += term / 12.0
    term *= (s + 1.0) * (s + 2.0) / (b * b)
    total -= term / 720.0
    term *= (s + 3.0) * (s + 4.0) / (b * b)
    total += term / 30240.0
    term *= (s + 5.0) * (s + 6.0) / (b * b)
    return total - term / 1209600.0


@kernel
def discrete_exponent(mean_log, minimum):
    """Exponent that maximises ``-log zeta(s, minimum) - s * mean_log``, by golden section on (1, 8)."""
    ratio = 0.6180339887498949
    low, high = 1.000001, 8.0
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    fa = np.log(hurwitz_zeta(a, minimum)) + a * mean_log
    fb = np.log(hurwitz_zeta(b, minimum)) + b * mean_log
    while high - low > 1e-7:
        if fa < fb:
            high, b, fb = b, a, fa
            a = high - ratio * (high - low)
            fa = np.log(hurwitz_zeta(a, minimum)) + a * mean_log
        else:
            low, a, fa = a, b, fb
            b = low + ratio * (high - low)
            fb = np.log(hurwitz_zeta(b, minimum)) + b * mean_log
    return 0.5 * (low + high)


@kernel
def tail_distance(values, counts, first, exponent):
    """Kolmogorov-Smirnov distance between the tail ``values[first:]``, with multiplicities, and the power law.

    `values` float64[k] ascending and distinct, `counts` int64[k].
    """
    total = 0.0
    for i in range(first, values.size):
        total += counts[i]
    norm = hurwitz_zeta(exponent, values[first])
    below = 0.0
    distance = 0.0
    for i in range(first, values.size):
        model = 1.0 - hurwitz_zeta(exponent, values[i]) / norm
        distance = max(distance, abs(below / total - model))
        below += counts[i]
        model = 1.0 - hurwitz_zeta(exponent, values[i] + 1.0) / norm
        distance = max(distance, abs(below / total - model))
    return distance


@kernel
def fit_tails(values, counts, candidates, exponents, distances):
    """Exponent and distance of the tail that begins at each candidate position of `values`."""
    for c in range(candidates.size):
        first = candidates[c]
        total = 0.0
        logs = 0.0
        for i in range(first, values.size):
            total += counts[i]
            logs += counts[i] * np.log(values[i])
        exponents[c] = discrete_exponent(logs / total, values[first])
        distances[c] = tail_distance(values, counts, first, exponents[c])
