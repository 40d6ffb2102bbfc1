"""Where the runs of a study are made and found again: arms x replications x roles, in as many calls as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

from simulator.ensemble.design import Arm, RunSpec, replication_seed
from simulator.ensemble.outcomes import with_headline
from simulator.ensemble.runner import Crew, Progress, StudyError, run_many
from simulator.ensemble.worker import FAILURE, MODEL, ModelEntry, RunRecord
from simulator.output.manifest import ROLES
from simulator.output.store import ResultStore, StoredRun

Key = tuple[str, str, int]
"""Label of the arm, role, replication."""


class Runs(Mapping[Key, StoredRun]):
    """The runs of a call that could be made, read from disk when asked for."""

    def __init__(self, store: ResultStore, records: Sequence[RunRecord]):
        made = [one for one in records if one.status != FAILURE]
        self._store = store
        self.addresses = {(one.arm, one.role, one.replication): one.address for one in made}

    def __getitem__(self, key: Key) -> StoredRun:
        return self._store.read(self.addresses[key])

    def __contains__(self, key: object) -> bool:
        return key in self.addresses

    def __iter__(self) -> Iterator[Key]:
        return iter(self.addresses)

    def __len__(self) -> int:
        return len(self.addresses)

    def joined(self, other: Runs) -> Runs:
        """These runs and others of the same store."""
        both = Runs(self._store, [])
        both.addresses = {**self.addresses, **other.addresses}
        return both

    def tables(self, arm: str, roles: Sequence[str], replications: Sequence[int]) -> list[Mapping[str, pd.DataFrame]]:
        """The tables of an arm's runs, by replication and then role, without replications that lack a run."""
        whole = [number for number in replications if all((arm, role, number) in self for role in roles)]
        return [RunTables(self[arm, role, number]) for number in whole for role in roles]


class RunTables(Mapping[str, pd.DataFrame]):
    """The tables of a run, each read once; ``outcomes`` with the headline's two rows."""

    def __init__(self, run: StoredRun):
        self._run = run
        self._read: dict[str, pd.DataFrame] = {}

    @property
    def users(self) -> int:
        """How many users the run had."""
        return int(self._run.manifest.scenario["market"]["users"])

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            table = self._run.tables[name]
            if name == "outcomes":
                table = with_headline(table, campaigning(self._run.manifest.scenario))
            self._read[name] = table
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.tables)

    def __len__(self) -> int:
        return len(self._run.tables)


def campaigning(scenario: Mapping[str, Any]) -> list[str]:
    """The brands with a campaign."""
    return [brand["name"] for brand in scenario.get("brands", ()) if brand.get("campaign") is not None]


@dataclass
class Lab:
    """Makes the runs of one study.

    Attributes
    ----------
    store : where runs are looked for and kept.
    seed : of the study; replication r has the same seed in every arm and call.
    jobs, reuse, model, scheduler : see `run_many`.
    progress : told runs done and expected over all calls.
    expected : runs that the study will ask for, as far as is known.

    A context manager: its workers stay between calls and end with the block.
    """

    store: ResultStore
    seed: int
    jobs: int | None = None
    reuse: bool = True
    progress: Progress | None = None
    model: ModelEntry = MODEL
    expected: int = 0
    records: list[RunRecord] = field(default_factory=list)
    scheduler: str = ""
    crew: Crew = field(init=False)

    def __post_init__(self) -> None:
        self.crew = Crew(self.scheduler)

    def __enter__(self) -> Lab:
        self.crew.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crew.__exit__(kind, error, trace)

    def run(self, arms: Sequence[Arm], replications: Sequence[int], roles: Sequence[str] = ROLES) -> Runs:
        """Make the runs of some arms, or find them stored. Failed ones are recorded and left out."""
        return self.run_pairs([(arm, number) for number in replications for arm in arms], roles)

    def run_pairs(
        self, pairs: Sequence[tuple[Arm, int]], roles: Sequence[str] = ROLES, model: ModelEntry | None = None
    ) -> Runs:
        """The same for some arms and replications only; `model` makes the runs, the lab's own by default."""
        specs = [
            RunSpec(arm.label, role, number, replication_seed(self.seed, number), arm.resolved, arm.files, arm.paths)
            for arm, number in pairs
            for role in roles
        ]
        before = len(self.records)
        found = run_many(
            specs, self.store, jobs=self.jobs, reuse=self.reuse, model=model or self.model, crew=self.crew,
            progress=lambda done, total, rate, what: self._tell(before, done, total, rate, what),
        )  # fmt: skip
        self.records += found
        return Runs(self.store, found)

    def _tell(self, before: int, done: int, total: int, rate: float, what: str) -> None:
        if self.progress is not None:
            self.progress(before + done, max(before + total, self.expected), rate, what)

    @property
    def failed(self) -> list[RunRecord]:
        """The runs that could not be made."""
        return [one for one in self.records if one.status == FAILURE]

    def raise_failures(self) -> None:
        """Raise a `StudyError` that lists the failed runs, if any."""
        if self.failed:
            raise StudyError(self.failed, len(self.records))

    def places(self) -> list[dict[str, Any]]:
        """Where every run is, for study.json."""
        names = ("arm", "role", "replication", "seed", "address", "status", "seconds", "note")
        return [{name: getattr(one, name) for name in names} for one in self.records]

    def failures(self) -> list[dict[str, str]]:
        """What failed, why, and how to repeat it alone, for study.json."""
        return [{"run": one.label, "error": one.error, "command": one.command} for one in self.failed]


def lab_in(folder: Path, seed: int, **options: Any) -> Lab:
    """A lab whose runs are kept below a study's folder."""
    return Lab(ResultStore(folder / "runs"), seed, **options)
