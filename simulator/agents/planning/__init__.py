"""Rules by which a brand changes its plan on the way, one file each.

Learning: a brand learns from what platforms report to it and from nothing else, so what it can learn is a matter of
their behaviour data. Users learn of quality from reviews and from use.
"""

from simulator.agents.planning.rule import PlanningRule
from simulator.registry import Registry

PLANNING: Registry[PlanningRule] = Registry("simulator.agents.planning", "RULE", "planning rule")

__all__ = ["PLANNING", "PlanningRule"]
