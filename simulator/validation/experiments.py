"""Runs that patterns are measured on: a shipped scenario, changed, watched, and made once for all patterns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from simulator.ensemble.design import RunSpec, replication_seed
from simulator.errors import InputError
from simulator.scenario.loader import load

Size = Literal["market", "cascades", "own"]

BASE_USERS = 20_000
"""Budgets of the shipped scenarios are stated for so many users."""


@dataclass(frozen=True)
class Effort:
    """How much is computed.

    Attributes
    ----------
    name : "quick", "full", or a name for tests.
    replications, own_replications, cascade_replications : of an experiment on markets, on markets of its own size (long
        or many), and on cascades.
    market_users : users of a market.
    cascade_users : users of a run whose cascades are looked at: the last is the one scored, those before it show how
        the result converges.
    """

    name: str
    replications: int
    own_replications: int
    cascade_replications: int
    market_users: int
    cascade_users: tuple[int, ...]


QUICK = Effort("quick", 6, 3, 4, 10_000, (25_000,))
FULL = Effort("full", 16, 16, 8, 50_000, (50_000, 100_000, 200_000))


@dataclass(frozen=True)
class Experiment:
    """A kind of run.

    Attributes
    ----------
    label : unique name, shown while runs are made.
    scenario : name of a shipped scenario.
    settings : overrides, as on the command line.
    scaled : overrides that depend on the number of users; may be absent.
    role : "campaign", or "control" for the same world without campaigns.
    actions : what is done to the model, see `actions`.
    watch : what is watched besides the run's own tables, see `observers`.
    tables : the tables that are kept; one that a run does not have is left out.
    size : "market" or "cascades", see `Effort`; "own" if the settings say how many users there are.
    data : file of the raw data that the network of a layer is read from: (layer, file, direction of edges).
    """

    label: str
    scenario: str
    settings: tuple[str, ...] = ()
    scaled: Callable[[int], tuple[str, ...]] | None = field(default=None, compare=False)
    role: str = "campaign"
    actions: tuple[Mapping[str, Any], ...] = ()
    watch: tuple[str, ...] = ()
    tables: tuple[str, ...] = ("panel", "needs", "outcomes")
    size: Size = "market"
    data: tuple[str, str, str] | None = None

    def __hash__(self) -> int:
        return hash(self.label)

    def users(self, effort: Effort, cascade_users: int) -> int:
        """How many users it has; 0 if its settings say."""
        return {"market": effort.market_users, "cascades": cascade_users, "own": 0}[self.size]

    def replications(self, effort: Effort) -> int:
        """How many runs it is made of."""
        own, cascades = effort.own_replications, effort.cascade_replications
        return {"market": effort.replications, "own": own, "cascades": cascades}[self.size]

    def specs(self, effort: Effort, cascade_users: int, seed: int, data: Path | None) -> list[RunSpec]:
        """Its runs, one a replication.

        Raises
        ------
        InputError
            If the scenario does not exist or cannot be changed so.
        """
        users = self.users(effort, cascade_users)
        settings = self.settings + (self.scaled(users) if self.scaled else ())
        if users:
            settings = (f"market.users={users}", *settings)
        if self.data:
            if data is None:
                raise InputError("needs --data")
            layer, file, edges = self.data
            settings = (*settings, f'network.{layer}={{"file": "{data / file}", "edges": "{edges}"}}')
        loaded = load(self.scenario, settings)
        world = {
            "name": self.label,
            "scenario": loaded.resolved,
            "actions": [dict(action) for action in self.actions],
            "watch": list(self.watch),
            "tables": list(self.tables),
        }
        return [
            RunSpec(self.label, self.role, r, replication_seed(seed, r), world, loaded.files, loaded.paths)
            for r in range(self.replications(effort))
        ]
