"""Agents of the market, with luck of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from simulator.agents.journal import Entry
from simulator.kernels import rng
from simulator.types import AgentKind, Decision


class MarketAgent(mesa.Agent):
    """A Mesa agent that does not keep its model alive: Mesa's own id counters hold every model for ever."""

    _ids: ClassVar[WeakKeyDictionary[Any, Iterator[int]]] = WeakKeyDictionary()
    kind_of_agent: ClassVar[AgentKind]
    name: str

    @classmethod
    def ids_from(cls, model: Any, first: int) -> None:
        """Let the ids of this model's agents begin at `first`."""
        cls._ids[model] = itertools.count(first)

    def note(
        self, day: int, decision: Decision, reason: str, platform: str = "", amount_fen: int = 0, paid: bool = False
    ) -> None:
        """Enter a decision in the model's journal."""
        entry = Entry(day, self.kind_of_agent, self.name, platform, decision, amount_fen, paid, reason)
        self.model.journal.write(entry)


class KeyedRandom:
    """Luck of one agent in one tick: uniform draws keyed by (seed, decision, agent, tick, ordinal).

    An agent added or removed moves nobody else's luck.
    """

    def __init__(self, seed: int, decision: int, agent_key: int, tick: int):
        prefix = rng.stream(seed, decision)
        self._prefix = np.uint64(rng.hash2(prefix, np.uint64(agent_key), np.uint64(tick)))
        self._ordinal = itertools.count()

    def uniform(self) -> float:
        """The next draw from [0, 1)."""
        return float(rng.unit(np.uint64(self.key())))

    def key(self) -> int:
        """The next 64 bits."""
        return int(rng.absorb(self._prefix, np.uint64(next(self._ordinal))))
