"""Platform affordances, one file each."""

from simulator.affordances.base import Affordance, Mechanism
from simulator.registry import Registry

AFFORDANCES: Registry[type[Affordance]] = Registry("simulator.affordances", "AFFORDANCE", "affordance")

__all__ = ["AFFORDANCES", "Affordance", "Mechanism"]
