"""Whether rules mean what others mean by them: mean final sizes against NDlib, CyNetDiff, EoN and PyNetIM.

    python -m experiments.benchmarks.agreement --users 1000

Every library runs every rule it shares with ours, on the same graph from the same seeds, until the standard error of
its mean is below .4 % of it. A line agrees if the means are within 3 standard errors of their difference. Writes
agreement.csv and agreement.md to results/benchmarks/.

Not shared are SIS, where NDlib and EoN let nobody fall ill in the tick of recovery and ours does (Gomez et al. 2010),
and PyNetIM's SI, which ends at the first step in which nobody falls ill, and SIR, where people may recover before they
infect anybody: along one edge, .085 fall ill at chances of .04 and .3, which is .7 times the .122 of the others.
"""

from __future__ import annotations

import argparse
import math
import random
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from experiments.benchmarks import cascades
from experiments.benchmarks.cascades import digraph, pairs, version
from experiments.benchmarks.graphs import heavy_tail
from experiments.benchmarks.writing import write_table
from simulator import diffusion
from simulator.network.csr import CSRGraph

CHANCE, INFECTION, RECOVERY, INCUBATION, TICKS = 0.1, 0.04, 0.3, 0.5, 6
"""Of an edge of a cascade; of an edge and tick, of recovery and of falling ill a tick; of rules that never end."""

WANTED = 0.004
"""Standard error over mean, below the half per cent that is asked for."""
FEWEST, MOST = 100, 20_000
Run = Callable[[int], float]
"""The final size of a run of a given number."""


def followees(graph: CSRGraph) -> np.ndarray:
    """Of the row at the end of each edge, in the order of the edges."""
    counts = np.bincount(graph.targets, minlength=graph.n)
    return np.asarray(counts[graph.targets])


def ours(graph: CSRGraph, seeds: list[int]) -> dict[str, Callable[[int], Any]]:
    """Final sizes of so many replications, by rule."""
    given: dict[str, tuple[Any, dict[str, Any]]] = {
        "independent cascade": (diffusion.independent_cascade, {"probability": CHANCE}),
        "independent cascade, skips": (diffusion.independent_cascade, {"probability": CHANCE, "draws": "skips"}),
        "weighted cascade": (diffusion.weighted_cascade, {}),
        "linear threshold": (diffusion.linear_threshold, {}),
        "SI": (diffusion.si, {"infection": INFECTION, "ticks": TICKS}),
        "SIR": (diffusion.sir, {"infection": INFECTION, "recovery": RECOVERY}),
        "SEIR": (diffusion.seir, {"infection": INFECTION, "incubation": INCUBATION, "recovery": RECOVERY}),
    }

    def sizes(rule: str, replications: int) -> Any:
        call, settings = given[rule]
        return call(graph, seeds, replications=replications, seed=11, **settings).final_sizes

    return {rule: lambda n, rule=rule: sizes(rule, n) for rule in given}


def cynetdiff(graph: CSRGraph, seeds: list[int]) -> dict[str, Run]:
    from cynetdiff.models import IndependentCascadeModel, LinearThresholdModel

    starts = array("I", graph.offsets[:-1].astype(np.uint32).tobytes())
    edges = array("I", graph.targets.astype(np.uint32).tobytes())
    shares = array("f", (1.0 / followees(graph)).astype(np.float32).tobytes())

    def sized(model: Any) -> Run:
        model.set_seeds(seeds)

        def run(_: int) -> float:
            model.reset_model()
            model.advance_until_completion()
            return float(model.get_num_activated_nodes())

        return run

    return {
        "independent cascade": sized(IndependentCascadeModel(starts, edges, activation_prob=CHANCE)),
        "weighted cascade": sized(IndependentCascadeModel(starts, edges, activation_probs=shares)),
        "linear threshold": sized(LinearThresholdModel(starts, edges, influence=shares)),
    }


def pynetim(graph: CSRGraph, seeds: list[int]) -> dict[str, Run]:
    import pynetim as library

    plain = library.IMGraph(list(pairs(graph)), CHANCE, True, False)
    shares = library.IMGraph(list(pairs(graph)), (1.0 / followees(graph)).tolist(), True, False)
    start = set(seeds)

    def sized(model: Any) -> Run:
        return lambda i: float(model.run_monte_carlo_diffusion(1, i + 1))

    return {
        "independent cascade": sized(library.IndependentCascadeModel(plain, start)),
        "weighted cascade": sized(library.IndependentCascadeModel(shares, start)),
        "linear threshold": sized(library.LinearThresholdModel(shares, start)),
    }


def eon(graph: CSRGraph, seeds: list[int]) -> dict[str, Run]:
    return {"independent cascade": cascades.eon(graph, seeds, CHANCE)}


def ndlib(graph: CSRGraph, seeds: list[int]) -> dict[str, Run]:
    from ndlib.models import ModelConfig
    from ndlib.models.epidemics import (
        IndependentCascadesModel,
        SEIRModel,
        SIModel,
        SIRModel,
        ThresholdModel,
    )

    network = digraph(graph)

    def made(kind: Any, numbers: dict[str, float], edges: Any = None) -> tuple[Any, Any]:
        settings = ModelConfig.Configuration()
        settings.add_model_initial_configuration("Infected", seeds)
        for name, value in numbers.items():
            settings.add_model_parameter(name, value)
        for edge, chance in edges or ():
            settings.add_edge_configuration("threshold", edge, chance)
        model = kind(network)
        model.set_initial_status(settings)
        return model, settings

    def begun(model: Any, i: int) -> None:
        np.random.seed(i)  # noqa: NPY002
        random.seed(i)
        model.reset(seeds)
        model.iteration()

    def until_nobody(model: Any, active: tuple[str, ...], counted: str) -> Run:
        codes = model.available_statuses

        def run(i: int) -> float:
            begun(model, i)
            while True:
                counts = model.iteration()["node_count"]
                if not any(counts[codes[name]] for name in active):
                    return float(counts[codes[counted]])

        return run

    def for_ticks(model: Any) -> Run:
        def run(i: int) -> float:
            begun(model, i)
            for _ in range(TICKS):
                counts = model.iteration()["node_count"]
            return float(counts[model.available_statuses["Infected"]])

        return run

    def threshold(i: int) -> float:
        model, settings = thresholds
        luck = np.random.default_rng(i).random(graph.n)
        for node, value in enumerate(luck.tolist()):
            settings.add_node_configuration("threshold", node, value)
        model.set_initial_status(settings)
        model.reset(seeds)
        model.iteration()
        before = -1
        while (now := model.iteration()["node_count"][1]) != before:
            before = now
        return float(now)

    thresholds = made(ThresholdModel, {})
    even = zip(pairs(graph), [CHANCE] * graph.n_edges, strict=True)
    weighted = zip(pairs(graph), (1.0 / followees(graph)).tolist(), strict=True)
    cascade = {"active": ("Infected",), "counted": "Removed"}
    sir = {"beta": INFECTION, "gamma": RECOVERY}
    seir = {**sir, "alpha": INCUBATION}
    return {
        "independent cascade": until_nobody(made(IndependentCascadesModel, {}, even)[0], **cascade),
        "weighted cascade": until_nobody(made(IndependentCascadesModel, {}, weighted)[0], **cascade),
        "linear threshold": threshold,
        "SI": for_ticks(made(SIModel, {"beta": INFECTION})[0]),
        "SIR": until_nobody(made(SIRModel, sir)[0], ("Infected",), "Removed"),
        "SEIR": until_nobody(made(SEIRModel, seir)[0], ("Infected", "Exposed"), "Removed"),
    }


LIBRARIES = {"CyNetDiff": (cynetdiff, "cynetdiff"), "PyNetIM": (pynetim, "pynetim"), "EoN": (eon, "EoN")}
LIBRARIES |= {"NDlib": (ndlib, "ndlib")}


def settled(run: Run) -> tuple[float, float, int]:
    """Mean, standard error and number of runs, once the error is as small as it has to be."""
    sizes: list[float] = []
    while len(sizes) < MOST:
        sizes += [run(i) for i in range(len(sizes), len(sizes) + FEWEST)]
        mean, error = float(np.mean(sizes)), float(np.std(sizes, ddof=1)) / math.sqrt(len(sizes))
        if error < WANTED * mean:
            break
    return mean, error, len(sizes)


def compared(graph: CSRGraph, seeds: list[int], replications: int) -> list[dict[str, Any]]:
    """A line a library and rule."""
    own = {}
    for rule, sizes in ours(graph, seeds).items():
        found = np.asarray(sizes(replications), np.float64)
        own[rule] = float(found.mean()), float(found.std(ddof=1)) / math.sqrt(found.size)
    others: list[tuple[str, str, str, float, float, int]] = [
        ("ours, skips", "market-simulator", "independent cascade", *own["independent cascade, skips"], replications)
    ]
    for name, (build, distribution) in LIBRARIES.items():
        try:
            rules = build(graph, seeds)
        except ImportError:
            print(f"{name}: {distribution} is not installed")
            continue
        others += [(name, distribution, rule, *settled(run)) for rule, run in rules.items()]
    lines = []
    for name, distribution, rule, mean, error, runs in others:
        base, base_error = own[rule]
        apart = (mean - base) / math.hypot(error, base_error)
        precise = max(error / mean, base_error / base) < 0.005
        verdict = ("yes" if abs(apart) <= 3.0 else "no") if precise else "standard error above .5 %"
        line = {"rule": rule, "library": name, "version": version(distribution), "runs": runs, "mean": round(mean, 2)}
        line |= {"standard_error": round(error, 3), "our_mean": round(base, 2), "our_error": round(base_error, 3)}
        lines.append(line | {"errors_apart": round(apart, 2), "agrees": verdict})
    return sorted(lines, key=lambda line: (line["rule"], line["library"]))


def main() -> None:
    """Compare and write the table."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--replications", type=int, default=20_000, help="of ours")
    parser.add_argument("--out", type=Path, default=Path("results/benchmarks"))
    given = parser.parse_args()
    graph = heavy_tail(given.users)
    seeds = np.random.default_rng(3).choice(given.users, given.users // 20, replace=False).tolist()
    table = pd.DataFrame(compared(graph, seeds, given.replications))
    note = f"{given.users:,} users, {graph.n_edges:,} edges, {len(seeds)} seeds."
    write_table(table, given.out, "agreement", note)


if __name__ == "__main__":
    main()
