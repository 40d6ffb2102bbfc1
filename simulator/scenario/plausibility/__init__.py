"""Combinations that a scenario may hold and most likely does not mean: every rule once, by subject."""

from __future__ import annotations

from simulator.scenario.loader import LoadedScenario
from simulator.scenario.plausibility import campaigns, goods, platforms, run
from simulator.scenario.plausibility.rule import Doubt, Rule, doubts

RULES: tuple[Rule, ...] = tuple(
    value for module in (run, goods, platforms, campaigns) for value in vars(module).values() if isinstance(value, Rule)
)
"""Found in the files of this package: a rule takes effect where it is written."""

__all__ = ["RULES", "Doubt", "Rule", "implausible"]


def implausible(loaded: LoadedScenario) -> list[Doubt]:
    """Everything about a scenario that is allowed and most likely not meant."""
    return list(doubts(RULES, loaded.scenario, loaded.places))
