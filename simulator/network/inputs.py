"""What network generators are given, and what a generator is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simulator.errors import InputError
from simulator.kernels.rng import stream
from simulator.network.csr import MAX_ROWS, CSRGraph
from simulator.parameters import Parameters
from simulator.types import OFFSET, Array

if TYPE_CHECKING:
    from simulator.network.procedural import ProceduralGraph


def _none() -> Array:
    return np.empty(0, np.float32)


@dataclass(frozen=True, eq=False)
class GraphInputs:
    """The attributes of users that shape a network, indexed by user key.

    Keys run along the map: near keys are near people, and a region is one block of keys.

    Attributes
    ----------
    n : int
        Number of users, at least 2.
    starts : int64[R + 1]
        First key of each region, and n last.
    popularity : float32[n]
        Weight in being followed, above 0; Pareto-like.
    sociability : float32[n]
        Weight in having friends, above 0.
    taste : float32[n]
        A position on one axis of taste; only differences and their order matter.

    The last three are empty where the generator does not need them.

    Raises
    ------
    InputError
        If an array has another shape, a weight is not a positive finite number, or regions do not fill the keys.
    """

    n: int
    starts: Array
    popularity: Array = field(default_factory=_none)
    sociability: Array = field(default_factory=_none)
    taste: Array = field(default_factory=_none)

    def __post_init__(self) -> None:
        if not 2 <= self.n <= MAX_ROWS:
            raise InputError(f"a network of {self.n} users; allowed: 2 to {MAX_ROWS}")
        check_starts(self.starts, self.n)
        for name in ("popularity", "sociability", "taste"):
            column = getattr(self, name)
            if column.size == 0:
                continue
            if column.shape != (self.n,):
                raise InputError(f"{name} has shape {list(column.shape)}; allowed: [{self.n}]")
            if not np.isfinite(column).all():
                raise InputError(f"{name} holds values that are no finite numbers")
            if name != "taste" and column.min() <= 0:
                raise InputError(f"{name} has weights of 0 or less; allowed: above 0")


class Generator(Protocol):
    """A network generator: one per module of `simulator.network.generators`, under the name GENERATOR."""

    name: str
    parameters: type[Parameters]
    expected: Mapping[str, tuple[float, float]]
    """Statistic of `simulator.network.statistics.describe` -> the band a generated graph must meet."""
    needs: tuple[str, ...]
    """Columns of `GraphInputs` it reads."""

    def generate(self, view: GraphInputs, parameters: Any, seed: int) -> CSRGraph | ProceduralGraph:
        """Make the graph of the users in `view`; row i of the result is user key i."""
        ...


def prefix(seed: int, decision: int) -> np.uint64:
    """The prefix of the keys of one decision, in the type that kernels take (compiled code returns a plain int)."""
    return np.uint64(stream(seed, decision))


def check_starts(starts: Array, n: int) -> None:
    """InputError unless `starts` rises from 0 to n."""
    if starts.ndim != 1 or starts.size < 2 or starts[0] != 0 or starts[-1] != n or (np.diff(starts) <= 0).any():
        raise InputError(f"region starts {starts.tolist()}; allowed: rising from 0 to {n}")


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
