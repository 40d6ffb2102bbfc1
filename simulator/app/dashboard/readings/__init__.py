"""What is read off a comparison, one file each: the answer, what became of the guess, why, a figure, a table."""

from simulator.app.dashboard.readings.base import Method
from simulator.registry import Registry

READINGS: Registry[Method] = Registry("simulator.app.dashboard.readings", "READING", "reading")

__all__ = ["READINGS", "Method"]
