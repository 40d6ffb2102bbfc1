"""The manifest of a run: what was asked, what made it, what came out. From it alone the run can be repeated."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.errors import StoreError
from simulator.output.fingerprint import digest_of, fingerprint
from simulator.output.json_file import SEAL, JsonError, parse_object, plain, sealed_text, unsealed

SCHEMA_VERSION = 2
"""Raised when a reader of the old form would misread the new one."""

UNSEALED = 1
"""The form before, still read: it has no seal (see `json_file`)."""

ADDRESS_LENGTH = 20
"""Hexadecimal digits: 80 bits, so a billion runs meet with probability below 10^-6."""

ROLES = ("campaign", "control")
"""A run with its campaigns, and the same world without them."""


class SchemaVersionError(StoreError):
    """A manifest was written in a form that this version does not read."""


@dataclass(frozen=True)
class StoredTable:
    """A table on disk: its size and its two hashes.

    Attributes
    ----------
    rows : int
    hash : str
        Canonical hash of the values (see `tables`), independent of the file.
    file : str
        File name inside the run's folder.
    file_hash : str
        SHA-256 of the file's bytes.
    size : int
        Bytes of the file.
    """

    rows: int
    hash: str
    file: str
    file_hash: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a stored run says of itself.

    Attributes
    ----------
    address : str
        Content address (see `address`).
    scenario : dict
        The resolved scenario: every parameter with its value, as plain JSON values.
    seed : int
    role : str
        "campaign" or "control".
    engine : str
        Which path made it; both give the same tables, so it is no part of the address.
    files : dict of str to str
        SHA-256 of each input file by the name the scenario gives it.
    fingerprint : dict
        Parts of the engine's fingerprint.
    tables : dict of str to StoredTable
    timings : dict of str to float
        Seconds by stage.
    memory : dict of str to int
        Bytes: what the run declared before it began, and the peak of its process.
    host : dict
        Facts about the machine; no names, no paths.
    created : str
        UTC, ISO 8601.
    schema_version : int
    """

    address: str
    scenario: Mapping[str, Any]
    seed: int
    role: str
    engine: str
    files: Mapping[str, str]
    fingerprint: Mapping[str, Any]
    tables: Mapping[str, StoredTable] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    host: Mapping[str, Any] = field(default_factory=dict)
    created: str = ""
    schema_version: int = SCHEMA_VERSION

    def with_tables(self, tables: Mapping[str, StoredTable]) -> Manifest:
        """The same manifest with the tables that were written."""
        return dataclasses.replace(self, tables=dict(tables))

    def table_hashes(self) -> dict[str, str]:
        """The canonical hash of each table by name."""
        return {name: table.hash for name, table in self.tables.items()}

    def own_address(self) -> str:
        """The address recomputed from the manifest's content, equal to `address` unless one was altered."""
        return address(self.scenario, self.seed, self.role, self.files, digest_of(self.fingerprint))

    def to_json(self) -> str:
        """Readable JSON, sealed, keys sorted, with a final line end."""
        return sealed_text(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote.

        Raises
        ------
        SchemaVersionError
            If it is of another schema version.
        StoreError
            If the text is no manifest.
        """
        try:
            fields = parse_object(text)
            version = fields["schema_version"]
            if version not in (SCHEMA_VERSION, UNSEALED):
                raise SchemaVersionError(f"its schema version is {version}; this version reads {SCHEMA_VERSION}")
            if version != UNSEALED and SEAL not in fields:
                raise JsonError("it has lost its seal")
            fields = unsealed(fields)
            fields["tables"] = {name: StoredTable(**table) for name, table in fields["tables"].items()}
            made = cls(**fields)
            made._check()
            return made
        except JsonError as error:
            raise StoreError(f"the manifest cannot be read: {error}") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"the manifest cannot be read ({type(error).__name__}: {error})") from None

    def _check(self) -> None:
        """Refuse what no writer writes: values of other kinds, and files outside the run's folder."""
        _of_kinds(self, {"address": str, "seed": int, "role": str, "engine": str, "created": str})
        _of_kinds(self, dict.fromkeys(("scenario", "files", "fingerprint", "timings", "memory", "host"), dict))
        if self.role not in ROLES:
            raise ValueError(f"role is {self.role!r}; allowed: {', '.join(ROLES)}")
        for name, table in self.tables.items():
            _of_kinds(table, {"rows": int, "hash": str, "file": str, "file_hash": str, "size": int})
            if Path(table.file).name != table.file or "\\" in table.file or "\0" in table.file:
                raise ValueError(f"table {name}: its file {table.file!r} is not in the run's folder")


def _of_kinds(record: Any, kinds: Mapping[str, type]) -> None:
    for name, kind in kinds.items():
        value = getattr(record, name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TypeError(f"{name} is {type(value).__name__}, not {kind.__name__}")


def new_manifest(
    scenario: Mapping[str, Any],
    seed: int,
    role: str,
    files: Mapping[str, str],
    *,
    engine: str = "kernels",
    timings: Mapping[str, float] | None = None,
    memory: Mapping[str, Any] | None = None,
) -> Manifest:
    """The manifest of a run made here and now, its tables still to be written."""
    made_by = fingerprint()
    return Manifest(
        address=address(scenario, seed, role, files, made_by.digest),
        scenario=scenario,
        seed=int(seed),
        role=role,
        engine=engine,
        files=dict(files),
        fingerprint=made_by.parts(),
        timings=dict(timings or {}),
        memory=dict(memory or {}),
        host=host_facts(),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def address(
    scenario: Mapping[str, Any], seed: int, role: str, files: Mapping[str, str], engine_fingerprint: str
) -> str:
    """Content address of a run: the same inputs and code give the same address on every machine.

    Threads, the output folder, the host, the time and the engine's path (kernels or agents) do not enter. A string
    of the scenario that names an input file is replaced by the file's hash, so moving the file moves no result.

    Parameters
    ----------
    scenario : resolved scenario, plain JSON values.
    seed : int
    role : "campaign" or "control".
    files : SHA-256 of each input file by the name the scenario gives it.
    engine_fingerprint : digest of the engine (see `fingerprint`).

    Raises
    ------
    ValueError
        For an unknown role.
    """
    if role not in ROLES:
        raise ValueError(f"role is {role!r}; allowed: {', '.join(ROLES)}")
    return content_address(
        {
            "scenario": without_paths(scenario, files),
            "seed": int(seed),
            "role": role,
            "files": sorted(files.values()),
            "engine": engine_fingerprint,
        }
    )


def content_address(content: Any) -> str:
    """The first digits of the SHA-256 of some JSON content's canonical text."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:ADDRESS_LENGTH]


def without_paths(value: Any, files: Mapping[str, str]) -> Any:
    """A copy of nested JSON values with each name of an input file replaced by the file's hash."""
    if isinstance(value, str):
        return f"sha256:{files[value]}" if value in files else value
    if isinstance(value, Mapping):
        return {key: without_paths(inner, files) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_paths(inner, files) for inner in value]
    return value


def canonical_json(content: Any) -> str:
    """One text for one content: keys sorted, no blanks, floats in their shortest exact form.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=plain
    )


def host_facts() -> dict[str, Any]:
    """Processors, system and machine type: enough to read the timings, nothing that names a person."""
    return {"cpu_count": os.cpu_count() or 1, "system": platform.system(), "machine": platform.machine()}
