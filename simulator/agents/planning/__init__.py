"""Rules by which a brand changes its plan on the way, one file each."""

from simulator.agents.planning.rule import PlanningRule
from simulator.registry import Registry

PLANNING: Registry[PlanningRule] = Registry("simulator.agents.planning", "RULE", "planning rule")

__all__ = ["PLANNING", "PlanningRule"]
