"""What is aimed at in speed and memory, and what is reached: medians over rounds with their quartiles.

    python -m experiments.benchmarks.targets --users 1000000 --large

Measures the diffusion core and one replication of the three shipped models, and takes whole markets from what
`experiments.benchmarks.market` wrote. Writes targets.csv and targets.md to results/benchmarks/. A target that is missed
is called so.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from experiments.benchmarks.cascades import CHANCE, edges_examined, ours
from experiments.benchmarks.graphs import heavy_tail
from experiments.benchmarks.writing import write_table
from simulator.diffusion import degree_seeds, independent_cascade, linear_threshold, select_seeds
from simulator.kernels import decisions
from simulator.kernels.diffusion import independent_cascade_skips as skips
from simulator.kernels.rng import stream
from simulator.model.run import peak_bytes, simulate
from simulator.network.csr import CSRGraph
from simulator.scenario.loader import load

Line = dict[str, Any]
SMALL_CHANCE, SMALL = 0.01, (50, 100)
"""A chance at which cascades stay small, and what counts as one of about 75 users."""


def quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return float(low), float(middle), float(high)


def line(what: str, unit: str, target: float, values: list[float], more: bool) -> Line:
    """A row of the table; `more`: whether more is better."""
    low, middle, high = quartiles(values)
    met = middle >= target if more else middle <= target
    said = {"median": middle, "quartile_1": low, "quartile_3": high}
    return {"what": what, "unit": unit, "target": f"{'>=' if more else '<='} {target:g}"} | {
        **{name: float(f"{value:.4g}") for name, value in said.items()},
        "rounds": len(values),
        "met": "yes" if met else "no",
    }


def timed(call: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def one_thread(graph: CSRGraph, seeds: list[int], edges: float, rounds: int) -> list[float]:
    """Million edges a second, of cascades that take off."""
    run, found, number = ours(graph, seeds), [], 0
    run(0)
    while len(found) < rounds:
        number += 1
        begin = time.perf_counter()
        size = run(number)
        if size > graph.n / 100:
            found.append(edges / (time.perf_counter() - begin) / 1e6)
    return found


def replications(graph: CSRGraph, seeds: list[int], edges: float, rounds: int) -> list[float]:
    """Million edges a second over a batch on two threads."""
    found = []
    for number in range(rounds):
        begin = time.perf_counter()
        sizes = independent_cascade(
            graph, seeds, probability=CHANCE, replications=64, seed=number, draws="skips", threads=2
        ).final_sizes
        found.append(edges * float((sizes > graph.n / 100).sum()) / (time.perf_counter() - begin) / 1e6)
    return found


def small_cascades(graph: CSRGraph, rounds: int) -> list[float]:
    """Microseconds of a cascade of about 75 users among all others."""
    law, state = skips.skip_law(SMALL_CHANCE), skips.skip_state(graph.n, False)
    degrees = np.diff(graph.offsets)
    rows = np.flatnonzero(degrees == int(np.median(degrees)))[:50].astype(np.int32)
    prefix, sizes, nothing = stream(1, decisions.CASCADE_EDGE), np.empty(1 << 16, np.int64), np.empty(0, np.int64)
    found: list[float] = []
    for number in range(200 * rounds):
        begin = time.perf_counter()
        skips.run_replications(
            graph.offsets, graph.targets, prefix, law, rows, state, number, number + 1, sizes, nothing
        )
        spent = time.perf_counter() - begin
        if SMALL[0] <= sizes[number] <= SMALL[1]:
            found.append(1e6 * spent)
    return found[1:]


def thresholds(graph: CSRGraph, rounds: int) -> list[float]:
    """Million edges a second of linear threshold in a batch, from the hundredth of all with most followers."""
    seeds, degrees, found = degree_seeds(graph, graph.n // 100), np.diff(graph.offsets), []
    linear_threshold(graph, seeds, seed=0)
    for number in range(rounds):
        begin = time.perf_counter()
        result = linear_threshold(graph, seeds, seed=number + 1, replications=8)
        spent = time.perf_counter() - begin
        found.append(float((degrees * result.frequencies).sum()) / spent / 1e6)
    return found


def diffusion(users: int, rounds: int) -> list[Line]:
    graph = heavy_tail(users)
    seeds = np.random.default_rng(3).choice(users, 10, replace=False).tolist()
    edges = edges_examined(graph, seeds)
    lines = [line("cascades, one thread", "M edges/s", 400, one_thread(graph, seeds, edges, rounds), True)]
    lines.append(line("cascades, two threads", "M edges/s", 800, replications(graph, seeds, edges, rounds), True))
    few = small_cascades(graph, rounds)
    lines.append(line("a cascade of 75 users among all", "microseconds", 20, few, False))
    lines.append(line("linear threshold", "M edges/s", 100, thresholds(graph, rounds), True))
    select_seeds(graph, 5, threads=2)
    chosen: list[Any] = []
    spent = [
        timed(lambda i=i: chosen.append(select_seeds(graph, 50, seed=i, threads=2))) for i in range(min(rounds, 5))
    ]
    lines.append(line("50 seeds, the transpose included", "s", 1, spent, False))
    lines.append(line("their certified ratio", "-", 1 - 1 / np.e - 0.02, [one.certified_ratio for one in chosen], True))
    costs = 1.0 + np.diff(graph.offsets) / 10.0
    spent = [
        timed(lambda i=i: select_seeds(graph, costs=costs, budget=500.0, seed=i, threads=2))
        for i in range(min(rounds, 5))
    ]
    lines.append(line("seeds for a budget", "s", 2, spent, False))
    return lines


def a_billion_edges(rounds: int) -> list[Line]:
    """One cascade among ten million users with a hundred followers each, whoever they are."""
    n, degree, block = 10_000_000, 100, 250_000
    rng, targets = np.random.default_rng(1), np.empty(n * degree, np.int32)
    for begin in range(0, n, block):
        rows = rng.integers(0, n, (block, degree), np.int32)
        rows.sort(axis=1)
        targets[begin * degree : (begin + block) * degree] = rows.ravel()
    graph = CSRGraph(n, np.arange(n + 1, dtype=np.int64) * degree, targets)
    run = ours(graph, rng.choice(n, 10, replace=False).tolist())
    run(0)
    spent = [timed(lambda i=i: run(i + 1)) for i in range(rounds)]
    what = "a cascade among 10,000,000 users and a billion edges"
    return [line(what, "s", 2, spent, False), line(what, "GB", 4.6, [peak_bytes() / 1e9], False)]


def students(rounds: int) -> list[Line]:
    """One replication of the three shipped models, campaign runs, warm, one after another."""
    scenarios = [load(name, ()).scenario for name in ("marketplace", "private_circle", "public_feed")]

    def once(seed: int) -> None:
        for scenario in scenarios:
            simulate(scenario, seed)

    once(0)
    spent = [timed(lambda i=i: once(i + 1)) for i in range(rounds)]
    return [line("three models, 20,000 users, 14 days", "s", 1, spent, False)]


def markets(folder: Path) -> list[Line]:
    """The rows that `market` measured."""
    import pandas as pd

    if not (folder / "market.csv").exists():
        return []
    table = pd.read_csv(folder / "market.csv")
    lines = []
    for market, users, column, factor, unit, target in (
        ("stored graph, degree 60", 1_000_000, "ticks_s", 1, "s", 4),
        ("stored graph, degree 60", 1_000_000, "peak_gb", 1, "GB", 1.5),
        ("computed graph", 156_000_000, "ticks_s", 1 / 60, "min", 10),
        ("computed graph", 156_000_000, "peak_gb", 1, "GB", 12),
    ):
        found = table[(table["market"] == market) & (table["users"] == users)]
        if len(found):
            what = f"market of {users:,} users for 14 days, {market}"
            lines.append(line(what, unit, target, [float(found[column].iloc[-1]) * factor], False))
            lines[-1]["rounds"] = int(found["rounds"].iloc[-1])
    grown = table[table["market"] == "computed graph"].set_index("users")["us_per_user"]
    if {100_000, 10_000_000} <= set(grown.index):
        ratio = grown[10_000_000] * float(table.set_index("users").loc[10_000_000, "threads"]) / grown[100_000]
        lines.append(
            line("cost of a user among 10,000,000 over one among 100,000, threads added", "x", 2, [ratio], False)
        )
    return lines


def main() -> None:
    """Measure and write the table."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--large", action="store_true", help="also the graph of a billion edges, in 4.5 GB")
    parser.add_argument("--out", type=Path, default=Path("results/benchmarks"))
    given = parser.parse_args()
    lines = diffusion(given.users, given.rounds)
    memory = peak_bytes() / 1e6
    lines.append(line("memory of all that, the making of the graph included", "MB", 300, [memory], False))
    lines += students(min(given.rounds, 5))
    if given.large:
        lines += a_billion_edges(given.rounds)
    lines += markets(given.out)
    write_table(pd.DataFrame(lines), given.out, "targets", f"Diffusion among {given.users:,} users.")


if __name__ == "__main__":
    main()
