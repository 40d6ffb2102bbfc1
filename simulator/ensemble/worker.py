"""Making one run: what a worker process does, and the small record it hands back.

The model is named, not imported: the process that only shares out the work never loads it, and a worker imports it
once. Tables go to disk; only records travel between processes.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shlex
import signal
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pyarrow as pa

from simulator.ensemble.design import RunSpec
from simulator.errors import SimulatorError
from simulator.output.files import WriteError, replace_file
from simulator.output.json_file import plain
from simulator.output.manifest import canonical_json, new_manifest
from simulator.output.store import DamagedRunError, ResultStore

FAILED = "failed"
"""Folder of a store for what is needed to repeat failed runs."""

DONE, REUSED, FAILURE = "done", "reused", "failed"


@dataclass(frozen=True)
class ModelEntry:
    """Where the model is, as ``module:attribute``.

    Attributes
    ----------
    simulate : ``(scenario, seed, *, role, engine, threads, progress)``, giving tables, timings and memory.
    scenario : the scenario's class, made from JSON by ``model_validate_json``.
    warm_up : ``(part, parts)``, compiles one part of what every run needs; may be absent.
    """

    simulate: str = "simulator.model.run:simulate"
    scenario: str = "simulator.scenario.schema:Scenario"
    warm_up: str = "simulator.model.run:warm_up"


MODEL = ModelEntry()


@dataclass(frozen=True)
class Options:
    """How runs are made; nothing here changes a result."""

    engine: str = "kernels"
    threads: int = 1
    reuse: bool = True
    model: ModelEntry = MODEL


@dataclass(frozen=True)
class RunRecord:
    """What became of one run.

    Attributes
    ----------
    arm, role, replication, seed : of the run's specification.
    address : str
        Where it is stored, or would be.
    status : str
        "done", "reused" or "failed".
    seconds : float
        Time it took, storing included.
    note : str
        What was noticed on the way, such as a damaged result that was replaced.
    error : str
        Why it failed.
    command : str
        Repeats a failed run alone.
    fatal : bool
        Whether later runs would fail likewise, because results cannot be written.
    """

    arm: str
    role: str
    replication: int
    seed: int
    address: str
    status: str
    seconds: float = 0.0
    note: str = ""
    error: str = ""
    command: str = ""
    fatal: bool = False

    @property
    def label(self) -> str:
        """How the run is called in messages."""
        return f"{self.arm}, replication {self.replication}, {self.role}"


def execute(spec: RunSpec, store: ResultStore, options: Options, progress: Any = None) -> RunRecord:
    """Make a run and store it, or find it stored. Errors of the model pass through."""
    began = time.perf_counter()
    address, note = spec.address(), ""
    if options.reuse and store.has(address):
        try:
            return find(spec, store)
        except DamagedRunError as error:
            note = str(error)
    simulate = resolve(options.model.simulate)
    output = simulate(
        make_scenario(spec, options.model),
        spec.seed,
        role=spec.role,
        engine=options.engine,
        threads=options.threads,
        progress=progress,
    )
    manifest = new_manifest(
        spec.resolved,
        spec.seed,
        spec.role,
        spec.files,
        engine=options.engine,
        timings={**output.timings, "total": time.perf_counter() - began},
        memory=output.memory,
    )
    store.write(address, output.tables, manifest)
    _forget_failure(store, address)
    return record(spec, address, DONE, seconds=time.perf_counter() - began, note=note)


def find(spec: RunSpec, store: ResultStore) -> RunRecord:
    """The record of a run that is stored and sound.

    Raises
    ------
    DamagedRunError
        If it was damaged; it has been put aside.
    StoreError
        If it is not there or cannot be read.
    """
    began = time.perf_counter()
    address = store.read(spec.address()).address
    return record(spec, address, REUSED, seconds=time.perf_counter() - began)


def attempt(spec: RunSpec, store: ResultStore, options: Options) -> RunRecord:
    """Make a run; if it fails, say so in the record and keep what repeats it."""
    began = time.perf_counter()
    try:
        return execute(spec, store, options)
    except Exception as error:  # one bad run must not end the others
        shown = isinstance(error, SimulatorError)
        reason = str(error) if shown else f"{type(error).__name__}: {error}"
        trace = "" if shown else traceback.format_exc()
        fatal = isinstance(error, WriteError)
        return failure(spec, store, reason, trace=trace, fatal=fatal, seconds=time.perf_counter() - began)


def attempt_group(specs: Sequence[RunSpec], root: Path, options: Options) -> list[RunRecord]:
    """Make some runs one after the other (the entry point of a worker); ends early when nothing can be written."""
    store, records = ResultStore(root), list[RunRecord]()
    for spec in specs:
        records.append(attempt(spec, store, options))
        if records[-1].fatal:
            break
    return records


def record(spec: RunSpec, address: str, status: str, **more: Any) -> RunRecord:
    """A record of a run that was specified by `spec`."""
    return RunRecord(spec.arm, spec.role, spec.replication, spec.seed, address, status, **more)


def failure(spec: RunSpec, store: ResultStore, reason: str, *, trace: str = "", **more: Any) -> RunRecord:
    """The record of a failed run; its scenario and its error are kept beside the store's runs."""
    address = spec.address()
    scenario = store.root / FAILED / f"{address}.yaml"
    try:
        replace_file(scenario, json.dumps(with_paths(spec.resolved, spec.paths), indent=1, default=plain) + "\n")
        replace_file(scenario.with_suffix(".txt"), f"{spec.label}, seed {spec.seed}\n{reason}\n{trace}")
    except WriteError as error:
        more["note"] = str(error)
    words = ["simulator", "run", str(scenario), "--seed", str(spec.seed), "--role", spec.role]
    return record(spec, address, FAILURE, error=reason, command=shlex.join(words), **more)


def _forget_failure(store: ResultStore, address: str) -> None:
    for suffix in (".yaml", ".txt"):
        (store.root / FAILED / f"{address}{suffix}").unlink(missing_ok=True)


def make_scenario(spec: RunSpec, model: ModelEntry) -> Any:
    """The validated scenario, made from its resolved values; input files by their place on this machine."""
    return resolve(model.scenario).model_validate_json(canonical_json(with_paths(spec.resolved, spec.paths)))


def with_paths(value: Any, paths: Mapping[str, Path]) -> Any:
    """A copy of nested JSON values with each name of an input file replaced by its place."""
    if isinstance(value, str):
        return str(paths[value]) if value in paths else value
    if isinstance(value, Mapping):
        return {key: with_paths(inner, paths) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [with_paths(inner, paths) for inner in value]
    return value


def resolve(name: str) -> Any:
    """The object called ``module:attribute``."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def start_worker() -> None:
    """Set up a worker process: one thread, Ctrl-C left to the parent, and an end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    one_thread()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def one_thread() -> None:
    """Keep what is imported from here on to one thread: workers share the processors among themselves."""
    os.environ["NUMBA_NUM_THREADS"] = "1"
    pa.set_cpu_count(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def warm_up(model: ModelEntry, part: int, parts: int) -> bool:
    """Compile one part of the kernels, if the model says how; whether it does.

    What that and imports leave behind stays to the end: to look through it for garbage, a sixth of the time, is put
    off, and never done again.
    """
    gc.disable()
    try:
        resolve(model.simulate)
        resolve(model.scenario)
        try:
            warm = resolve(model.warm_up)
        except AttributeError:
            return False
        warm(part, parts)
    finally:
        gc.freeze()
        gc.enable()
    return True
