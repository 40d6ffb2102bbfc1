"""The seeds of the parts of a run: one seed gives them all, and any part can be drawn anew on its own."""

from __future__ import annotations

from typing import NamedTuple

from simulator.kernels import decisions, rng
from simulator.scenario.market import RedrawParameters

LARGEST = 2**63 - 1


class Seeds(NamedTuple):
    """Who there is; what is posted; and everything that happens. See `RedrawParameters`."""

    world: int
    content: int
    chance: int


def seeds_of(seed: int, redraw: RedrawParameters) -> Seeds:
    """The seeds of a run. A part that is not drawn anew has the run's own seed."""
    return Seeds(*(_part(seed, place, getattr(redraw, name)) for place, name in enumerate(Seeds._fields)))


def _part(seed: int, place: int, number: int) -> int:
    if not number:
        return seed
    prefix = rng.stream(seed, decisions.REDRAW)
    return int(rng.hash2(prefix, place, number)) & LARGEST
