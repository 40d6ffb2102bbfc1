"""Network generators, one a module; each module names its generator GENERATOR."""

from simulator.network.inputs import Generator
from simulator.registry import Registry

GENERATORS: Registry[Generator] = Registry("simulator.network.generators", "GENERATOR", "network generator")
