"""Makes the runs that the chosen patterns need, measures, and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.ensemble.design import RunSpec
from simulator.ensemble.outcomes import metrics
from simulator.ensemble.runner import Progress, run_many
from simulator.ensemble.worker import FAILURE, ModelEntry
from simulator.errors import InputError
from simulator.output.study import StudyFolder
from simulator.validation import PATTERNS
from simulator.validation.context import Context, FinishedRun
from simulator.validation.experiments import Effort, Experiment
from simulator.validation.pattern import NotRunError, Part, Pattern
from simulator.validation.scorecard import Row, Scorecard, not_run, order, row

WORLDS = ModelEntry("simulator.validation.world:simulate", "simulator.validation.world:World")

Chosen = list[tuple[Pattern, tuple[Part, ...]]]


def choose(ids: Sequence[str]) -> Chosen:
    """The patterns with these ids, or the parts of them, in the order of the list; all without ids.

    Raises
    ------
    InputError
        If there is no such pattern; it names those there are.
    """
    every = sorted(PATTERNS.values(), key=lambda pattern: order(pattern.name))
    if not ids:
        return [(pattern, pattern.parts) for pattern in every]
    wanted: dict[str, set[str]] = {}
    parts = {part.id.lower(): pattern for pattern in every for part in pattern.parts}
    for text in ids:
        name = text.strip().lower()
        pattern = parts.get(name) or PATTERNS[name.upper()]
        whole = name == pattern.name.lower()
        wanted.setdefault(pattern.name, set()).update(
            part.id for part in pattern.parts if whole or part.id.lower() == name
        )
    return [
        (pattern, tuple(part for part in pattern.parts if part.id in wanted[pattern.name]))
        for pattern in every
        if pattern.name in wanted
    ]


def validate(
    chosen: Chosen,
    effort: Effort,
    *,
    out: Path,
    seed: int = 1,
    data: Path | None = None,
    jobs: int | None = None,
    reuse: bool = True,
    progress: Progress | None = None,
    scheduler: str = "",
) -> Scorecard:
    """Measure patterns on runs, which are stored in ``out/runs`` and found again, and store the scorecard.

    Parameters
    ----------
    chosen : see `choose`.
    effort : how many runs of how many users.
    data : folder of the raw data; without it patterns that need it are not run, and say so.
    jobs : worker processes, one a processor by default.
    scheduler : see `run_many`.

    Raises
    ------
    InputError
        If the folder of raw data does not exist.
    """
    if data is not None and not data.is_dir():
        raise InputError(f"there is no folder {data}")
    plan = _plan(chosen, effort, seed, data)
    plan.make(out, jobs, reuse, progress, scheduler)
    contexts = [plan.context(users, data) for users in effort.cascade_users]
    rows = [_measured(pattern, part, contexts) for pattern, parts in chosen for part in parts]
    facts = {
        "effort": effort.name,
        "replications": effort.replications,
        "own_replications": effort.own_replications,
        "cascade_replications": effort.cascade_replications,
        "market_users": effort.market_users,
        "cascade_users": list(effort.cascade_users),
        "seed": seed,
        "raw_data": data is not None,
        "runs": len(plan.specs),
    }
    card = Scorecard(rows, facts)
    card.write(out)
    return card


def _measured(pattern: Pattern, part: Part, contexts: Sequence[Context]) -> Row:
    """The row of a part, at the largest size; what the smaller ones give shows whether it has converged."""
    *smaller, last = contexts
    if pattern.data and last.data is None:
        return not_run(pattern, part, "needs the raw data: --data DIR")
    try:
        values = part.measure(last)
        note = part.note(last) if part.note else ""
        converging = {}
        for context in smaller if pattern.cascades else ():
            found = part.measure(context)
            converging[context.cascade_users] = float(np.nanmean(found)) if np.isfinite(found).any() else np.nan
        return row(pattern, part, values, note, converging)
    except NotRunError as reason:
        return not_run(pattern, part, str(reason))


@dataclass
class Plan:
    """All runs wanted, each once, by experiment and number of users."""

    effort: Effort
    seed: int
    specs: list[RunSpec]
    places: dict[tuple[str, int], list[int]]
    missing: dict[str, str]
    finished: dict[tuple[str, int], list[FinishedRun]]

    def add(self, experiment: Experiment, users: int, data: Path | None) -> None:
        """Plan the replications of an experiment, unless they are; say why not if its scenario is not there."""
        key = (experiment.label, users if experiment.size == "cascades" else 0)
        if key in self.places or experiment.label in self.missing:
            return
        try:
            made = experiment.specs(self.effort, users, self.seed, data)
        except InputError as error:
            self.missing[experiment.label] = f"{experiment.scenario} cannot be run so: {error.problems[0]}"
            return
        self.places[key] = list(range(len(self.specs), len(self.specs) + len(made)))
        self.specs += made

    def make(self, out: Path, jobs: int | None, reuse: bool, progress: Progress | None, scheduler: str) -> None:
        """Make what is not stored yet. An experiment of which a run fails counts as not run."""
        if not self.specs:
            return
        folder = StudyFolder(out)
        folder.write_dictionary(metrics())
        store = folder.runs
        records = run_many(
            self.specs, store, jobs=jobs, reuse=reuse, progress=progress, model=WORLDS, scheduler=scheduler
        )
        for key, places in self.places.items():
            failed = [records[place].error for place in places if records[place].status == FAILURE]
            if failed:
                self.missing[key[0]] = f"a run failed: {failed[0]}"
            else:
                self.finished[key] = [FinishedRun(store.read(records[place].address)) for place in places]

    def context(self, users: int, data: Path | None) -> Context:
        """What patterns measure on, at this number of users."""
        chosen = {label: runs for (label, size), runs in self.finished.items() if size in (0, users)}
        return Context(self.effort, self.seed, users, chosen, self.missing, data)


def _plan(chosen: Chosen, effort: Effort, seed: int, data: Path | None) -> Plan:
    plan = Plan(effort, seed, [], {}, {}, {})
    for pattern, parts in chosen:
        if pattern.data and data is None:
            continue
        for experiment in pattern.needs(parts):
            *smaller, last = effort.cascade_users
            plan.add(experiment, last, data)
            for users in smaller if pattern.cascades and experiment.size == "cascades" else ():
                plan.add(experiment, users, data)
    return plan
