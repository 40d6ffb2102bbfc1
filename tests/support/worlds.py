"""Small markets in which everything happens, and what makes two runs the same."""

from __future__ import annotations

from typing import Any

from simulator.model.run import simulate
from simulator.output.tables import table_hashes
from simulator.scenario.loader import load
from simulator.scenario.schema import Scenario

KINDS = ("marketplace", "private_circle", "public_feed")

BUSY = (
    "market.days=5",
    "population.sessions_per_day=12",
    "population.sessions_shape=2",
    "categories.electronics.interval_days=20",
    "categories.clothing.interval_days=6",
    "brands.aurora.follower_share=0.2",
    "brands.cotton.follower_share=0.2",
    "brands.aurora.campaign.start_day=0",
    "brands.cotton.campaign.start_day=1",
)
"""Few people, much going on: every branch of the model is reached within days."""


def busy(kind: str, users: int = 1500, *settings: str) -> Scenario:
    """A small busy market of a shipped kind."""
    return load(kind, (f"market.users={users}", *BUSY, *settings)).scenario


def on(kind: str, **affordances: dict[str, Any]) -> tuple[str, ...]:
    """Settings of the affordances of a shipped scenario's one platform."""
    return tuple(
        f"platforms.{kind}.affordances.{name}.{key}={str(value).lower() if isinstance(value, bool) else value}"
        for name, block in affordances.items()
        for key, value in block.items()
    )


def hashes(scenario: Scenario, seed: int = 7, **options: Any) -> dict[str, str]:
    """Hash of every table of one run."""
    return table_hashes(simulate(scenario, seed, **options).tables)
