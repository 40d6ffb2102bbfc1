"""Pattern-oriented validation: observed regularities with bands, measured on runs, one file each.

V. Grimm et al., "Pattern-oriented modeling of agent-based complex systems", Science 310, 2005; W. Rand & R. T. Rust,
"Agent-based modeling in marketing: guidelines for rigor", IJRM 28, 2011.
"""

from simulator.registry import Registry
from simulator.validation.pattern import Pattern

PATTERNS: Registry[Pattern] = Registry("simulator.validation.patterns", "PATTERN", "pattern")

__all__ = ["PATTERNS"]
