"""The registered diffusion rules."""

from __future__ import annotations

from simulator.kernels.diffusion.rule import Rule
from simulator.registry import Registry

RULES: Registry[Rule] = Registry("simulator.kernels.diffusion", "RULE", "diffusion rule")
"""Rules by name."""
