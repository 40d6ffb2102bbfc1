"""Speed of independent cascades against other libraries, on the same graph and seeds, alternating in one process.

    python -m experiments.benchmarks.cascades --users 10000 100000 --rounds 9

A speed is printed only for a library whose mean size agrees with ours within 3 standard errors. At these chances a
cascade either dies at once or takes off, so sizes and times are of the ones that take off. Libraries that are not
installed are named. Writes cascades.csv, cascades.md and cascades.html to results/benchmarks/.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import math
import random
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from experiments.benchmarks.graphs import heavy_tail
from experiments.benchmarks.writing import write_picture, write_table
from simulator.diffusion import independent_cascade
from simulator.kernels import decisions
from simulator.kernels.diffusion import independent_cascade_skips as skips
from simulator.kernels.rng import stream
from simulator.network.csr import CSRGraph

CHANCE = 0.05
Run = Callable[[int], int]
"""Runs the cascade of a given number; returns its size."""


def ours(graph: CSRGraph, seeds: list[int]) -> Run:
    """Replications of one batch: as with the others, memory is set up once and not timed."""
    law, state, rows = skips.skip_law(CHANCE), skips.skip_state(graph.n, False), np.array(seeds, np.int32)
    prefix, sizes, nothing = stream(1, decisions.CASCADE_EDGE), np.empty(1 << 20, np.int64), np.empty(0, np.int64)

    def run(i: int) -> int:
        skips.run_replications(graph.offsets, graph.targets, prefix, law, rows, state, i, i + 1, sizes, nothing)
        return int(sizes[i])

    return run


def one_call(graph: CSRGraph, seeds: list[int]) -> Run:
    """A call of the library for each cascade."""
    return lambda i: int(independent_cascade(graph, seeds, probability=CHANCE, seed=i, draws="skips").final_sizes[0])


def keyed(graph: CSRGraph, seeds: list[int]) -> Run:
    """A call for each cascade, with the draws that paired comparisons need."""
    return lambda i: int(independent_cascade(graph, seeds, probability=CHANCE, seed=i).final_sizes[0])


def plain_numpy(graph: CSRGraph, seeds: list[int]) -> Run:
    def run(i: int) -> int:
        rng = np.random.default_rng(i)
        seen = np.zeros(graph.n, bool)
        frontier = np.array(seeds)
        seen[frontier] = True
        size = frontier.size
        while frontier.size:
            counts = graph.offsets[frontier + 1] - graph.offsets[frontier]
            ends = np.cumsum(counts)
            places = np.arange(ends[-1]) + np.repeat(graph.offsets[frontier] - (ends - counts), counts)
            won = graph.targets[places[rng.random(places.size, np.float32) < CHANCE]]
            frontier = np.unique(won[~seen[won]])
            seen[frontier] = True
            size += frontier.size
        return size

    return run


def cynetdiff(graph: CSRGraph, seeds: list[int]) -> Run:
    from cynetdiff.models import IndependentCascadeModel

    starts = array("I", graph.offsets[:-1].astype(np.uint32).tobytes())
    model = IndependentCascadeModel(
        starts, array("I", graph.targets.astype(np.uint32).tobytes()), activation_prob=CHANCE
    )
    model.set_seeds(seeds)

    def run(_: int) -> int:
        model.reset_model()
        model.advance_until_completion()
        return int(model.get_num_activated_nodes())

    return run


def pairs(graph: CSRGraph) -> Iterator[tuple[int, int]]:
    sources = np.repeat(np.arange(graph.n), np.diff(graph.offsets))
    return zip(sources.tolist(), graph.targets.tolist(), strict=True)


def pynetim(graph: CSRGraph, seeds: list[int]) -> Run:
    from pynetim import IMGraph, IndependentCascadeModel

    network = IMGraph(list(pairs(graph)), CHANCE, True, False)
    model = IndependentCascadeModel(network, set(seeds))
    return lambda i: round(model.run_monte_carlo_diffusion(1, i + 1))


def digraph(graph: CSRGraph) -> Any:
    import networkx

    network = networkx.DiGraph()
    network.add_nodes_from(range(graph.n))
    network.add_edges_from(pairs(graph))
    return network


def eon(graph: CSRGraph, seeds: list[int], chance: float = CHANCE) -> Run:
    import EoN

    network = digraph(graph)

    def run(i: int) -> int:
        random.seed(i)
        return int(EoN.basic_discrete_SIR(network, chance, initial_infecteds=seeds)[3][-1])

    return run


def ndlib(graph: CSRGraph, seeds: list[int]) -> Run:
    from ndlib.models import ModelConfig
    from ndlib.models.epidemics import IndependentCascadesModel

    model = IndependentCascadesModel(digraph(graph))
    settings = ModelConfig.Configuration()
    settings.add_model_initial_configuration("Infected", seeds)
    for edge in pairs(graph):
        settings.add_edge_configuration("threshold", edge, CHANCE)
    model.set_initial_status(settings)

    def run(i: int) -> int:
        np.random.seed(i)  # noqa: NPY002
        random.seed(i)
        model.reset(seeds)
        while (counts := model.iteration()["node_count"])[1]:
            pass
        return int(counts[2])

    return run


CONTESTANTS = {
    "ours, skips": (ours, "market-simulator", 10**9),
    "ours, skips, a call each": (one_call, "market-simulator", 10**9),
    "ours, a draw per edge, a call each": (keyed, "market-simulator", 10**9),
    "plain NumPy": (plain_numpy, "numpy", 10**7),
    "CyNetDiff": (cynetdiff, "cynetdiff", 10**7),
    "PyNetIM": (pynetim, "pynetim", 100_000),
    "EoN": (eon, "EoN", 20_000),
    "NDlib": (ndlib, "ndlib", 20_000),
}
"""Name: how to build, distribution, largest number of users it is run at without --all."""


def version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "source tree"


def edges_examined(graph: CSRGraph, seeds: list[int], runs: int = 10) -> float:
    """Mean number of edges out of the adopters of a cascade that takes off."""
    found = []
    for i in range(4 * runs):
        result = independent_cascade(graph, seeds, probability=CHANCE, seed=i, draws="skips")
        if result.final_sizes[0] > graph.n / 100:
            found.append(float(np.diff(graph.offsets)[result.frequencies > 0].sum()))
        if len(found) == runs:
            break
    return float(np.mean(found))


def measure(graph: CSRGraph, seeds: list[int], rounds: int, every: bool) -> list[dict[str, Any]]:
    runs: dict[str, Run] = {}
    for name, (build, distribution, most) in CONTESTANTS.items():
        if graph.n > most and not every:
            print(f"{name}: left out at {graph.n:,} users; --all runs it")
            continue
        try:
            runs[name] = build(graph, seeds)
        except ImportError:
            print(f"{name}: {distribution} is not installed")
    for run in runs.values():
        run(0)
    taken: dict[str, list[tuple[float, int]]] = {name: [] for name in runs}
    for i in range(rounds):
        for name, run in runs.items():
            begin = time.process_time()
            size = run(i + 1)
            if size > graph.n / 100:
                taken[name].append((time.process_time() - begin, size))
    edges = edges_examined(graph, seeds)
    return [row(name, found, taken["ours, skips"], edges, graph.n) for name, found in taken.items()]


def row(
    name: str, found: list[tuple[float, int]], reference: list[tuple[float, int]], edges: float, n: int
) -> dict[str, Any]:
    """One line of the table: speeds are empty where sizes do not agree."""
    line: dict[str, Any] = {"users": n, "library": name, "version": version(CONTESTANTS[name][1]), "runs": len(found)}
    if min(len(found), len(reference)) < 3:
        return line | {"agrees": "too few runs took off"}
    seconds, sizes = np.array(found).T
    base = np.array(reference)[:, 1]
    errors = sizes.std(ddof=1) / math.sqrt(sizes.size), base.std(ddof=1) / math.sqrt(base.size)
    line |= {"mean_size": round(sizes.mean(), 1), "standard_error": round(errors[0], 1)}
    if max(errors) > 0.005 * base.mean():
        return line | {"agrees": "standard error above .5 %: more rounds"}
    if abs(sizes.mean() - base.mean()) > 3 * math.hypot(*errors):
        return line | {"agrees": "no"}
    low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75])
    speeds = {
        "seconds": median,
        "quartile_1": low,
        "quartile_3": high,
        "million_edges_per_second": edges / median / 1e6,
    }
    return line | {"agrees": "yes"} | {key: float(f"{value:.4g}") for key, value in speeds.items()}


def write(lines: list[dict[str, Any]], folder: Path) -> None:
    import pandas as pd
    import plotly.express as px

    table = pd.DataFrame(lines)
    write_table(table, folder, "cascades", "Seconds of CPU time, one thread.")
    if "seconds" in table:
        shown = table.dropna(subset="seconds")
        figure = px.line(shown, x="users", y="seconds", color="library", log_x=True, log_y=True, markers=True)
        write_picture(figure, folder / "cascades.html")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--all", action="store_true", help="run slow libraries at every size")
    parser.add_argument("--out", type=Path, default=Path("results/benchmarks"))
    given = parser.parse_args()
    lines = []
    for n in given.users:
        graph = heavy_tail(n)
        seeds = np.random.default_rng(3).choice(n, 10, replace=False).tolist()
        lines += measure(graph, seeds, given.rounds, given.all)
    write(lines, given.out)


if __name__ == "__main__":
    main()
