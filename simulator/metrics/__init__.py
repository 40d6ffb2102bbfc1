"""Metrics of a run, one file each.

Emergence: all of them come about by what single users, brands and sellers do. Cascades and their shapes, reach, word of
mouth, sales and their concentration, wear of trust, who sells among friends, and what a campaign adds are never drawn
from a distribution of their own. Imposed are when needs arise, how often people visit, and the shape of the networks.
"""

from simulator.metrics.view import Metric
from simulator.registry import Registry

METRICS: Registry[Metric] = Registry("simulator.metrics", "METRIC", "metric")

__all__ = ["METRICS"]
