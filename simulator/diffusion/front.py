"""What the functions of all rules share: the common arguments, and the way to a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.diffusion.inputs import Graph, at_least_one, row_keys
from simulator.diffusion.result import DiffusionResult
from simulator.diffusion.rules import RULES
from simulator.diffusion.runner import ENDLESS, Call, Progress
from simulator.types import Array


@dataclass(frozen=True)
class Common:
    """Arguments that mean the same for every rule; see `thresholds.linear_threshold`."""

    replications: int
    seed: int
    keys: Any
    trees: bool
    threads: int
    progress: Progress | None

    def __post_init__(self) -> None:
        at_least_one(replications=self.replications, threads=self.threads)


def run_rule(
    name: str,
    graphs: Sequence[Graph],
    rows: Array,
    parameters: Any,
    common: Common,
    *,
    ticks: int | None = None,
    states: tuple[str, ...] = (),
    tally: Callable[[int, Any, Array], None] | None = None,
) -> DiffusionResult:
    """Run a registered rule.

    Parameters
    ----------
    name : of the rule.
    graphs, parameters : see `runner.Call`.
    rows : int32[k], rows that adopt at tick 0, each once; may be empty.
    common : Common
    ticks : int, optional
        Length of the run, at the ends of whose ticks the rows in each of `states` are counted. Without it a run ends
        when nothing can happen any more.
    tally : counts them where graphs change; see `runner.Call.run`.

    Raises
    ------
    InputError
        On keys that stand twice.
    """
    n = graphs[0].n
    last = ENDLESS if ticks is None else ticks
    call = Call(RULES[name], graphs, row_keys(common.keys, n), common.seed, parameters, rows, last)
    shape = (0, 0) if ticks is None else (ticks + 1, len(states))
    counted = None if ticks is None else tally
    outcome = call.run(common.replications, common.threads, common.progress, tallies=shape, tally=counted)
    return DiffusionResult(call, outcome.sizes, outcome.frequencies, outcome.tallies, states, common.trees)
