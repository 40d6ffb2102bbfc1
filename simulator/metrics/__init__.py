"""Metrics of a run, one file each."""

from simulator.metrics.view import Metric
from simulator.registry import Registry

METRICS: Registry[Metric] = Registry("simulator.metrics", "METRIC", "metric")

__all__ = ["METRICS"]
