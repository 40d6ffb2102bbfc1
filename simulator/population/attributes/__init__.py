"""Fixed attributes of users, one file each."""

from simulator.population.attribute import Attribute
from simulator.registry import Registry

ATTRIBUTES: Registry[Attribute] = Registry("simulator.population.attributes", "ATTRIBUTE", "user attribute")

__all__ = ["ATTRIBUTES"]
