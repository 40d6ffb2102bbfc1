"""Rules in which a user adopts once the exposures are enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.diffusion.front import Common, run_rule
from simulator.diffusion.inputs import Graph, chances, followee_counts, seed_rows
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.runner import Progress
from simulator.errors import InputError, Problem
from simulator.kernels.diffusion import complex_contagion as complex_rule
from simulator.kernels.diffusion import dose_response as dose_rule
from simulator.kernels.diffusion import linear_threshold as linear_rule
from simulator.kernels.diffusion.exposure import SLACK
from simulator.types import Array


def linear_threshold(
    graph: Graph,
    seeds: Any,
    *,
    weights: Any = None,
    thresholds: Any = None,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """Linear threshold (Kempe, Kleinberg & Tardos 2003): adopt once the adopted followees weigh enough.

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    seeds : rows that adopt at tick 0; order and repetitions do not matter.
    weights : floats[m], optional
        Weight of an edge for the follower, in the order of ``graph.targets``; the weights of a row's followees may
        add up to 1 at most. By default one over the number of followees.
    thresholds : float or floats[n], 0 to 1, optional
        Given thresholds; by default each is drawn, uniform, in every replication.
    replications, threads : int, at least 1
        The result is the same for every number of threads.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    trees : bool
        Whether `DiffusionResult.to_pandas` lists every adopter with its parent.
    progress : called with (replications done, in all).

    Raises
    ------
    InputError
        On rows that do not exist, numbers outside their range, and weights that add up to more than 1.
    """
    if weights is None:
        units, scales = None, np.maximum(followee_counts(graph), 1)
    else:
        given = chances(weights, "weights", {graph.n_edges: "an edge"})
        given = given if given.size == graph.n_edges else np.full(graph.n_edges, given[0])
        total = np.bincount(graph.targets, given, graph.n)
        if (total > 1.0 + SLACK).any():
            row = int(total.argmax())
            raise InputError(Problem(0, 0, "weights", f"those of row {row} add up to {total[row]:g}", "at most 1"))
        units = np.round(given * linear_rule.UNITS).astype(np.int64)
        scales = np.array([linear_rule.UNITS])
    fixed = None if thresholds is None else chances(thresholds, "thresholds", {graph.n: "a row"})
    parameters = linear_rule.parameters(scales, units, fixed)
    common = Common(replications, seed, keys, trees, threads, progress)
    return run_rule("linear_threshold", [graph], seed_rows(seeds, graph.n), parameters, common)


def complex_contagion(
    graph: Graph,
    seeds: Any,
    *,
    adopters: Any = None,
    share: Any = None,
    hazard: float | None = None,
    second: float = 0.0,
    third: float = 0.0,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """Complex contagion: several adopters are needed, or help more than one. Give one of `adopters`, `share`, `hazard`.

    Parameters
    ----------
    graph, seeds, replications, seed, keys, trees, threads, progress : as in `linear_threshold`.
    adopters : int or ints[n], at least 1
        Distinct followees that must have adopted (Centola & Macy 2007).
    share : float or floats[n], 0 to 1
        Share of the followees that must have adopted (Watts 2002); never less than one of them.
    hazard, second, third : float
        The c-th adopter wins a user with chance ``hazard * (1 + second * [c >= 2] + third * [c >= 3])``, cut at 1
        (Centola 2010). Only this form is random.

    Raises
    ------
    InputError
        As in `linear_threshold`, and if not exactly one form is given.
    """
    forms = {"adopters": adopters, "share": share, "hazard": hazard}
    if sum(form is not None for form in forms.values()) != 1:
        given = ", ".join(name for name, form in forms.items() if form is not None) or "none"
        raise InputError(Problem(0, 0, "complex_contagion", f"{given} given", "one of adopters, share, hazard"))
    if adopters is not None:
        needed = _whole_numbers(adopters, graph.n)
        parameters = complex_rule.parameters(needed)
    elif share is not None:
        shares = chances(share, "share", {graph.n: "a row"})
        needed = np.ceil(shares * followee_counts(graph) - SLACK)
        parameters = complex_rule.parameters(np.maximum(needed, 1))
    else:
        first = chances(hazard, "hazard", {})[0]
        for name, extra in (("second", second), ("third", third)):
            if not np.isfinite(extra):
                raise InputError(Problem(0, 0, name, f"{extra!r}", "a finite number"))
        steps = first * np.array([1.0, 1.0 + second, 1.0 + second + third])
        parameters = complex_rule.parameters(hazards=np.clip(steps, 0.0, 1.0))
    common = Common(replications, seed, keys, trees, threads, progress)
    return run_rule("complex_contagion", [graph], seed_rows(seeds, graph.n), parameters, common)


def dose_response(
    graph: Graph,
    seeds: Any,
    *,
    probability: Any,
    doses: Any = dose_rule.DOSE,
    fractional: bool = False,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    trees: bool = False,
    threads: int = 1,
    progress: Progress | None = None,
) -> DiffusionResult:
    """Independent cascade whose chance depends on the number of exposures (Bao et al. 2013; Feng et al. 2015).

    Parameters
    ----------
    graph, seeds, replications, seed, keys, trees, threads, progress : as in `linear_threshold`.
    probability : float or floats[n], 0 to 1
        Chance of the first exposure of a user; with `fractional`, beta.
    doses : numbers[K], at least 0
        Exposure m succeeds with chance ``probability * doses[m - 1]``, cut at 1; the last dose holds for all later.
    fractional : bool
        Exposure m succeeds with chance ``probability * m / followees`` instead.

    Raises
    ------
    InputError
        As in `linear_threshold`.
    """
    chance = chances(probability, "probability", {graph.n: "a row"})
    if fractional:
        parameters = dose_rule.parameters(chance, None, followee_counts(graph))
    else:
        table = np.asarray(doses, np.float64)
        if table.ndim != 1 or table.size == 0 or not (np.isfinite(table) & (table >= 0)).all():
            raise InputError(Problem(0, 0, "doses", f"{doses!r}", "one or more numbers, 0 or more"))
        parameters = dose_rule.parameters(chance, table)
    common = Common(replications, seed, keys, trees, threads, progress)
    return run_rule("dose_response", [graph], seed_rows(seeds, graph.n), parameters, common)


def _whole_numbers(adopters: Any, n: int) -> Array:
    numbers = np.asarray(adopters)
    if numbers.dtype.kind not in "iu" or numbers.shape not in ((), (n,)) or (numbers < 1).any():
        raise InputError(Problem(0, 0, "adopters", f"{adopters!r}", f"an integer of 1 or more, or {n}, one a row"))
    return numbers
