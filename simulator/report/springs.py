"""Where to put linked people on a map, so that those who are linked stand near each other."""

from __future__ import annotations

import math

import numpy as np

from simulator.types import Array

ITERATIONS = 90
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
GRAVITY = 0.06


def disc(n: int) -> Array:
    """`n` places spread evenly over the unit disc, from the middle outwards; complex128 (n,), x + iy."""
    found: Array = np.sqrt((np.arange(n) + 0.5) / max(n, 1)) * np.exp(1j * np.arange(n) * GOLDEN_ANGLE)
    return found


def springs(n: int, one: Array, other: Array) -> Array:
    """Places of `n` people with ties (one[i], other[i]) in the unit disc; complex128 (n,), the same every time.

    Ties pull, everybody pushes, and the middle pulls a little, so that those without ties stay on the map (Fruchterman
    & Reingold 1991).
    """
    place = disc(n)
    if n < 3 or not len(one):
        return place
    best = 1.0 / math.sqrt(n)
    own = np.arange(n)
    for step in range(ITERATIONS):
        gap = np.conj(place[:, None] - place[None, :])
        gap[own, own] = np.inf
        move = best * best * (1.0 / gap).sum(axis=1) - GRAVITY * place
        pull = place[one] - place[other]
        pull *= np.abs(pull) / best
        for end, sign in ((one, -1), (other, 1)):
            move += sign * (np.bincount(end, pull.real, n) + 1j * np.bincount(end, pull.imag, n))
        heat = 0.12 * (1.0 - step / ITERATIONS) + 0.002
        length = np.maximum(np.abs(move), 1e-9)
        place += move * (np.minimum(length, heat) / length)
    place -= place.mean()
    # those far out are drawn in, or they would press all others together
    radius = np.maximum(np.abs(place), 1e-9)
    outer = np.quantile(radius, 0.9)
    squeezed = np.where(radius > outer, outer * (1.0 + np.log(np.maximum(radius, outer) / outer)), radius)
    found: Array = place * (squeezed / radius / squeezed.max())
    return found
