"""What network generators are given, and what a generator is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simulator.errors import InputError
from simulator.kernels.rng import stream
from simulator.network.csr import MAX_ROWS, CSRGraph
from simulator.parameters import Parameters
from simulator.types import OFFSET, Array

if TYPE_CHECKING:
    from simulator.network.procedural import ProceduralGraph


@dataclass(frozen=True, eq=False)
class GraphInputs:
    """The attributes of users that shape a network, indexed by user key.

    Keys run along the map: near keys are near people, and a region is one block of keys.

    Attributes
    ----------
    n : int
        Number of users, at least 2.
    region : uint8[n]
        Region of every user; every region is one contiguous block.
    popularity : float32[n]
        Weight in being followed, above 0; Pareto-like.
    sociability : float32[n]
        Weight in having friends, above 0.
    taste : float32[n]
        A position on one axis of taste; only differences and their order matter.

    Raises
    ------
    InputError
        If an array has another shape, a weight is not a positive finite number, or a region is in pieces.
    """

    n: int
    region: Array
    popularity: Array
    sociability: Array
    taste: Array

    def __post_init__(self) -> None:
        if not 2 <= self.n <= MAX_ROWS:
            raise InputError(f"a network of {self.n} users; allowed: 2 to {MAX_ROWS}")
        for name in ("region", "popularity", "sociability", "taste"):
            column = getattr(self, name)
            if column.shape != (self.n,):
                raise InputError(f"{name} has shape {list(column.shape)}; allowed: [{self.n}]")
            if not np.isfinite(column).all():
                raise InputError(f"{name} holds values that are no finite numbers")
        for name in ("popularity", "sociability"):
            if getattr(self, name).min() <= 0:
                raise InputError(f"{name} has weights of 0 or less; allowed: above 0")
        region_starts(self.region)


class Generator(Protocol):
    """A network generator: one per module of `simulator.network.generators`, under the name GENERATOR."""

    name: str
    parameters: type[Parameters]
    expected: Mapping[str, tuple[float, float]]
    """Statistic of `simulator.network.statistics.describe` -> the band a generated graph must meet."""

    def generate(self, view: GraphInputs, parameters: Any, seed: int) -> CSRGraph | ProceduralGraph:
        """Make the graph of the users in `view`; row i of the result is user key i."""
        ...


def prefix(seed: int, decision: int) -> np.uint64:
    """The prefix of the keys of one decision, in the type that kernels take (compiled code returns a plain int)."""
    return np.uint64(stream(seed, decision))


def region_starts(region: Array) -> Array:
    """First key of every region and the number of users last: int64[R + 1].

    Raises
    ------
    InputError
        If a region is not one contiguous block of keys.
    """
    changes = np.flatnonzero(region[1:] != region[:-1]) + 1
    starts = np.concatenate(([0], changes, [region.size])).astype(OFFSET)
    blocks = region[starts[:-1]]
    if np.unique(blocks).size != blocks.size:
        raise InputError("a region is cut into several blocks of keys; allowed: one block for each region")
    return starts
