"""Run a scenario once and hand back its tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.model.engine import compile_reading, compile_shopping, warm_feed
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.notebook import table_html
from simulator.scenario.loader import load
from simulator.scenario.schema import Scenario


@dataclass(frozen=True)
class RunOutput:
    """What a run gives back.

    Attributes
    ----------
    tables : the tables named in `output.dictionary`.
    timings : seconds by phase.
    memory : bytes: announced per user, state and peak, and the peak the operating system counted.
    """

    tables: dict[str, pd.DataFrame]
    timings: dict[str, float]
    memory: dict[str, int]

    def _repr_html_(self) -> str:
        facts = {name: f"{len(table):,} rows" for name, table in self.tables.items()}
        facts |= {f"seconds, {phase}": f"{seconds:.2f}" for phase, seconds in self.timings.items()}
        return table_html("Run", facts)


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    role: str = "campaign",
    engine: str = "kernels",
    threads: int = 1,
    order: Any = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunOutput:
    """Run `scenario` to its end.

    Parameters
    ----------
    scenario, seed, role, engine, threads, order : see `CommerceModel`.
    progress : called with (ticks done, ticks in all) after each tick.
    """
    begin = time.perf_counter()
    model = CommerceModel(scenario, rng=seed, role=role, engine=engine, threads=threads, order=order)
    model.collects = False  # the tables hold more, at a tenth of the cost
    built = time.perf_counter()
    for tick in range(model.ticks):
        model.step()
        if progress is not None:
            progress(tick + 1, model.ticks)
    stepped = time.perf_counter()
    tables = tables_of(model)
    done = time.perf_counter()
    memory = {
        "bytes_per_user": model.memory.per_user,
        "state_bytes": model.memory.state,
        "announced_peak_bytes": model.memory.peak,
        "peak_bytes": peak_bytes(),
        "deliveries": model.deliveries,
    }
    return RunOutput(tables, {"build": built - begin, "ticks": stepped - built, "tables": done - stepped}, memory)


def warm_up(part: int = 0, parts: int = 1) -> None:
    """Compile one of `parts` shares of the kernels the shipped scenarios use.

    Processes that start together each take a share and find the rest in the cache: the stages of a shop are
    compiled by running one very small, those of a feed and of graphs by calling them on nobody. What takes longest,
    spending a visit, waits for both its halves.
    """
    tiny, shopping, reading = ("market.users=300", "market.days=1"), 0 % parts == part, 1 % parts == part
    if not (shopping or reading):
        return
    shop = load("marketplace", tiny).scenario
    state = CommerceModel(shop, rng=0).state
    if shopping:
        compile_shopping(state)
    if reading:
        compile_reading(state)
    if shopping:
        simulate(shop, seed=0)
    if reading:
        for name in ("private_circle", "public_feed"):
            warm_feed(CommerceModel(load(name, tiny).scenario, rng=0).state)


def peak_bytes() -> int:
    """Largest resident size of this process so far, as the operating system counts it; 0 where it does not."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would include what the process was before it became this program
        for line in status.read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
