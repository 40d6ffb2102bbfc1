"""The runs of one call: which are stored, which are to be made, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from simulator.ensemble import worker
from simulator.ensemble.design import RunSpec
from simulator.ensemble.worker import FAILURE, REUSED, Options, RunRecord
from simulator.errors import StoreError
from simulator.output.store import DamagedRunError, ResultStore

Progress = Callable[[int, int, float, str], None]
"""Called with runs done, runs in all, runs a second, and what has just happened."""

Group = tuple[int, ...]
"""Places, in the list of specs, of runs that one worker makes back to back."""


class Ledger:
    """The runs of a call, what became of them so far, and whoever watches."""

    def __init__(self, specs: Sequence[RunSpec], store: ResultStore, options: Options, progress: Progress | None):
        self.specs, self.store, self.options = list(specs), store, options
        self.stopped = ""
        self._records: list[RunRecord | None] = [None] * len(specs)
        self._progress = progress
        self._began = time.perf_counter()
        self._made = 0
        self._notes: dict[int, str] = {}

    def of(self, group: Group) -> list[RunSpec]:
        """The specs of a group."""
        return [self.specs[place] for place in group]

    def to_do(self) -> tuple[list[Group], list[Group]]:
        """Groups to be made, and groups that will be found stored because an earlier one has the same addresses."""
        together: dict[tuple[str, int, int], list[int]] = {}
        for place, spec in enumerate(self.specs):
            together.setdefault((spec.arm, spec.replication, spec.seed), []).append(place)
        waiting, repeated = list[Group](), list[Group]()
        known: set[tuple[str, ...]] = set()
        for group in map(tuple, together.values()):
            addresses = tuple(spec.address() for spec in self.of(group))
            if self._found(group, addresses):
                continue
            if self.options.reuse and addresses in known:
                repeated.append(group)
            else:
                known.add(addresses)
                waiting.append(group)
        self.tell(f"{sum(map(len, waiting))} runs to make")
        return waiting, repeated

    def _found(self, group: Group, addresses: Sequence[str]) -> bool:
        """Enter a group whose runs are all stored and sound, if stored ones will do."""
        if not self.options.reuse or not all(map(self.store.has, addresses)):
            return False
        try:
            self.add(group, [worker.find(spec, self.store) for spec in self.of(group)])
        except DamagedRunError as error:
            self._notes.update(dict.fromkeys(group, str(error)))
            return False
        except StoreError:  # whoever makes the run meets it again, and records it
            return False
        return True

    def make(self, group: Group) -> None:
        """Make a group's runs in this process."""
        self.add(group, worker.attempt_group(self.of(group), self.store.root, self.options))

    def add(self, group: Group, records: Sequence[RunRecord]) -> None:
        """Enter what became of a group's runs. After a fatal failure there are fewer records than runs."""
        for place, record in zip(group, records, strict=False):
            self._records[place] = replace(record, note=record.note or self._notes.get(place, ""))
            self._made += record.status != REUSED
            self.stopped = self.stopped or (record.error if record.fatal else "")
            self.tell(f"{record.label}: {record.status}")

    def tell(self, what: str) -> None:
        """Report where things stand."""
        if self._progress is not None:
            done = sum(record is not None for record in self._records)
            seconds = max(time.perf_counter() - self._began, 1e-9)
            self._progress(done, len(self.specs), self._made / seconds, what)

    def all_records(self) -> list[RunRecord]:
        """A record for every run; one that was not begun counts as failed."""
        reason = f"not begun, because an earlier run failed: {self.stopped}"
        return [
            record or worker.record(spec, spec.address(), FAILURE, error=reason)
            for spec, record in zip(self.specs, self._records, strict=True)
        ]
