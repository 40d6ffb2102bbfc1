"""Diffusion on a graph, without a market."""

from simulator.diffusion.adoption import CompleteGraph, bass, bass_curve
from simulator.diffusion.attention import MemeResult, limited_attention
from simulator.diffusion.cascade import CascadeResult, independent_cascade, weighted_cascade
from simulator.diffusion.competition import CompetitionResult, competing_contagions
from simulator.diffusion.epidemics import endemic_level, seir, si, sir, sis
from simulator.diffusion.inputs import Graph
from simulator.diffusion.opinions import OpinionResult, deffuant, degroot, friedkin_johnsen, hegselmann_krause
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.rules import RULES
from simulator.diffusion.seed_baselines import degree_discount_seeds, degree_seeds, random_seeds
from simulator.diffusion.seeds import SeedSelection, select_seeds
from simulator.diffusion.thresholds import complex_contagion, dose_response, linear_threshold

__all__ = [
    "RULES",
    "CascadeResult",
    "CompetitionResult",
    "CompleteGraph",
    "DiffusionResult",
    "Graph",
    "MemeResult",
    "OpinionResult",
    "SeedSelection",
    "bass",
    "bass_curve",
    "competing_contagions",
    "complex_contagion",
    "deffuant",
    "degree_discount_seeds",
    "degree_seeds",
    "degroot",
    "dose_response",
    "endemic_level",
    "friedkin_johnsen",
    "hegselmann_krause",
    "independent_cascade",
    "limited_attention",
    "linear_threshold",
    "random_seeds",
    "seir",
    "select_seeds",
    "si",
    "sir",
    "sis",
    "weighted_cascade",
]
