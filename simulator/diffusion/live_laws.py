"""Laws of live edges for the kernels of `simulator.kernels.diffusion.live_edges`."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from simulator.diffusion.inputs import Graph
from simulator.errors import InputError, Problem
from simulator.kernels.diffusion import live_edges as kernels
from simulator.kernels.diffusion.independent_cascade_skips import SkipLaw, skip_law
from simulator.kernels.graph import transpose
from simulator.types import Array

Model = Literal["ic", "lt"]

SMALLEST_CLASS = 30
"""Rows whose largest chance is below 2**-30 skip as if it were 2**-30, and thin."""

WEIGHT_ROUNDING = 1e-6
"""How far the weights of a user may add up beyond 1, as float32 weights do."""


class LiveGraph(NamedTuple):
    """A graph, turned round or not, with the law of its live edges."""

    offsets: Array
    neighbours: Array
    law: kernels.LiveLaw


def forward_law(law: SkipLaw) -> kernels.LiveLaw:
    """The law by which `independent_cascade_skips` draws: the same live edges."""
    laws = law.survival, law.guide, [0], [law.survival.size - 2]
    return kernels.live_law(kernels.THINNED if law.keep.size else kernels.SKIPS, law.keep, laws)


def reversed_graph(graph: Graph, model: Model, probability: Any) -> LiveGraph:
    """The graph turned round, with the chances along: its sets are reverse-reachable sets."""
    n, m = graph.n, graph.n_edges
    values = None if isinstance(probability, str) else np.asarray(probability, np.float64)
    if values is None:
        if probability != "weighted":
            raise InputError(Problem(0, 0, "probability", f"{probability!r}", "weighted, a number, or one an edge"))
    elif values.shape not in ((), (m,)) or not ((values >= 0.0) & (values <= 1.0)).all():
        raise InputError(Problem(0, 0, "probability", "a wrong shape or chance", f"0 to 1, one number or {m}"))
    offsets, sources = np.empty(n + 1, np.int64), np.empty(m, np.int32)
    each = values if values is not None and values.ndim else np.empty(0)
    weights = np.empty(each.size)
    transpose(graph.offsets, graph.targets, each, offsets, sources, weights)
    if model == "lt":
        if values is not None and values.ndim == 0:
            weights = np.full(m, float(values))
        if weights.size and _row_sums(offsets, weights).max() > 1.0 + WEIGHT_ROUNDING:
            raise InputError(Problem(0, 0, "probability", "weights of a user above 1 in all", "at most 1"))
        law = kernels.live_law(kernels.PATH, weights)
    elif values is None:
        law = kernels.live_law(kernels.EVEN, _none_live(np.diff(offsets)))
    elif values.ndim == 0 and values > 0.0:
        law = forward_law(skip_law(float(values)))
    else:
        law = _classes(offsets, weights if values.ndim else np.zeros(m))  # there is no law of skips at chance 0
    return LiveGraph(offsets, sources, law)


def _none_live(degree: Array) -> Array:
    """(1 - 1 / d)**d for every row, by multiplications only, which every machine rounds alike."""
    base = 1.0 - 1.0 / np.maximum(degree, 1)
    power, left = np.ones(degree.size), degree.copy()
    while left.any():
        power = np.where(left & 1, power * base, power)
        base, left = base * base, left >> 1
    return power


def _row_sums(offsets: Array, weights: Array) -> Array:
    total = np.concatenate([[0.0], np.cumsum(weights)])
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])


def _classes(offsets: Array, weights: Array) -> kernels.LiveLaw:
    """Rows by the power of two at or above their largest chance; the rest is thinned."""
    degree = np.diff(offsets)
    largest, filled = np.zeros(degree.size), np.flatnonzero(degree)
    largest[filled] = np.maximum.reduceat(weights, offsets[filled])
    # frexp: largest = fraction * 2**power, fraction in [1/2, 1); a power of two itself is its own ceiling
    fraction, power = np.frexp(largest)
    halvings = np.where(largest > 0.0, -power + (fraction == 0.5), SMALLEST_CLASS)
    class_of = np.minimum(halvings, SMALLEST_CLASS).astype(np.uint8)
    ceiling = 0.5 ** class_of.astype(np.float64)
    laws = [skip_law(0.5**c) for c in range(int(class_of.max(initial=0)) + 1)]
    sizes = np.array([law.survival.size for law in laws], np.int64)
    tables = [np.concatenate([law[place] for law in laws]) for place in (0, 1)]
    keep = weights / np.repeat(ceiling, degree)
    return kernels.live_law(kernels.THINNED, keep, (*tables, np.cumsum(sizes) - sizes, sizes - 2), class_of)
