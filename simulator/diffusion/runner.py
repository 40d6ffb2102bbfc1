"""Any rule, many replications, over all cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from simulator.diffusion.inputs import Graph
from simulator.kernels.diffusion.rule import Outcome, Rule
from simulator.kernels.rng import absorb, stream
from simulator.types import Array

Progress = Callable[[int, int], None]
"""Called with (replications done, replications in all), from any thread, one call at a time."""

Piece = Callable[[int, int], object]
"""Runs the replications first to last - 1."""

ENDLESS = 2**31 - 2
"""Ticks of a run that ends when nothing can happen any more."""

_PIECES = 20
"""Reports of progress a thread."""


def share_out(
    worker: Callable[[], tuple[Piece, Array]], replications: int, threads: int, progress: Progress | None
) -> Array:
    """Run replications 0 to R - 1 on threads; returns the sum of what the workers counted.

    Parameters
    ----------
    worker : gives each thread a function that runs a range of replications, and the array it counts into.
    """
    cuts = np.linspace(0, replications, min(threads, replications) + 1).astype(int)
    lock, done = Lock(), 0

    def work(part: int) -> Array:
        nonlocal done
        run, counted = worker()
        first, last = int(cuts[part]), int(cuts[part + 1])
        piece = last - first if progress is None else max(1, (last - first) // _PIECES)
        for begin in range(first, last, piece):
            end = min(begin + piece, last)
            run(begin, end)
            if progress is not None:
                with lock:
                    done += end - begin
                    progress(done, replications)
        return counted

    if cuts.size == 2:
        return work(0)
    with ThreadPoolExecutor(cuts.size - 1) as pool:
        return np.asarray(np.sum(list(pool.map(work, range(cuts.size - 1))), axis=0))


@dataclass(frozen=True, eq=False)
class Call:
    """A rule with all it is given: enough to run any of its replications again.

    `graphs[t]` holds in the tick from t to t + 1, the last one ever after.
    """

    rule: Rule
    graphs: Sequence[Graph]
    keys: Array
    seed: int
    parameters: Any
    seeds: Array
    ticks: int

    @property
    def n(self) -> int:
        return int(self.keys.size)

    @property
    def prefix(self) -> np.uint64:
        return stream(self.seed, self.rule.decision)

    def replay(self, replication: int, trees: bool = False, watch: Callable[[int, Any], None] | None = None) -> Any:
        """The state at the end of one replication; `watch` is called with (tick, state) at the end of every tick."""
        state = self.rule.state(self.n, trees, self.parameters)
        luck = np.uint64(absorb(self.prefix, replication))
        self.rule.start(self.keys, luck, self.parameters, self.seeds, state)
        now, active = 0, True
        while active and now < self.ticks:
            if watch is not None:
                watch(now, state)
            graph = self.graphs[min(now, len(self.graphs) - 1)]
            now += 1
            active = self.rule.step(graph.offsets, graph.targets, self.keys, luck, self.parameters, state, now)
        if watch is not None:
            watch(now, state)
        return state

    def run(
        self,
        replications: int,
        threads: int,
        progress: Progress | None,
        *,
        tallies: tuple[int, int] = (0, 0),
        tally: Callable[[int, Any, Array], None] | None = None,
        cells: int = 0,
    ) -> Outcome:
        """All replications; the result is the same for every number of threads.

        Parameters
        ----------
        tallies : shape of a replication's tallies.
        tally : fills one replication's tallies from (tick, state); used where graphs change.
        cells : size of `frequencies`, n by default.
        """
        outcomes = Outcome(np.empty(replications, np.int64), np.empty(0), np.zeros((replications, *tallies), np.int64))

        def worker() -> tuple[Piece, Array]:
            outcome = outcomes._replace(frequencies=np.zeros(cells or self.n, np.int64))
            state = self.rule.state(self.n, False, self.parameters)
            return lambda first, last: self._run_piece(first, last, state, outcome, tally), outcome.frequencies

        return outcomes._replace(frequencies=share_out(worker, replications, threads, progress))

    def _run_piece(
        self, first: int, last: int, state: Any, outcome: Outcome, tally: Callable[[int, Any, Array], None] | None
    ) -> None:
        if len(self.graphs) == 1:
            graph, rule = self.graphs[0], self.rule
            common = (self.keys, self.prefix, self.parameters, self.seeds, state, self.ticks)
            rule.run(graph.offsets, graph.targets, *common, first, last, outcome)
            return
        for replication in range(first, last):
            counted = outcome.tallies[replication]
            watch = None if tally is None else lambda now, state, counted=counted: tally(now, state, counted)
            again = self.replay(replication, watch=watch)
            adopters = again.queue[: again.cursor[1]]
            outcome.sizes[replication] = adopters.size
            outcome.frequencies[adopters] += 1
