"""Stored runs: one folder a run under its content address, written whole or not at all.

A run is written into a temporary folder beside its place and renamed, so a folder that bears an address is
complete. Of two writers of one address the first wins and the second compares: the same address must hold the
same tables. Files are checked against the manifest's hashes before they are used; a damaged run goes into
``quarantine/``, where it can be looked at, and its address is free again. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.errors import StoreError, nearest
from simulator.notebook import table_html
from simulator.output.files import fsync_folder, owner_tag, process_is_gone, replace_file, write_bytes, writing
from simulator.output.manifest import ADDRESS_LENGTH, Manifest, SchemaVersionError, StoredTable
from simulator.output.parquet import parquet_bytes
from simulator.output.tables import table_hash

MANIFEST = "manifest.json"
QUARANTINE = "quarantine"
MARK = ".mark"
"""File by which a folder is told from another of the same name on another machine."""

LEFTOVER_SECONDS = 86_400
"""A temporary folder untouched for a day has no living writer, whoever began it: writing takes seconds."""

_ADDRESS = re.compile(rf"[0-9a-f]{{{ADDRESS_LENGTH}}}")
_TEMPORARY = re.compile(rf"\.tmp-(?:[0-9a-f]{{{ADDRESS_LENGTH}}})-(?P<owner>.+)")


class DamagedRunError(StoreError):
    """A stored run did not match its manifest and was put aside; its address is free again."""


class DeterminismError(StoreError):
    """The same inputs and the same code gave different tables."""


class StoredRun:
    """A run on disk: its manifest, and its tables, read when they are asked for.

    Attributes
    ----------
    address : str
    folder : Path
    manifest : Manifest
    tables : mapping of str to pandas.DataFrame
        Read from disk at each access; nothing is kept in memory.
    """

    def __init__(self, store: ResultStore, manifest: Manifest):
        self._store = store
        self.address = manifest.address
        self.folder = store.root / manifest.address
        self.manifest = manifest
        self.tables: Mapping[str, pd.DataFrame] = _LazyTables(self)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One table, or some of its columns.

        Raises
        ------
        StoreError
            If there is no such table, or its file is not what the manifest says.
        """
        stored = self.manifest.tables.get(name)
        if stored is None:
            hint = nearest(name, self.manifest.tables)
            raise StoreError(
                f"run {self.address} has no table {name!r}; it has {', '.join(sorted(self.manifest.tables))}"
                + (f"; did you mean {hint!r}?" if hint else "")
            )
        content = self._store.checked_bytes(self.address, stored)
        table: pd.DataFrame = pq.read_table(
            pa.BufferReader(content), columns=list(columns) if columns is not None else None
        ).to_pandas()
        return table

    def __repr__(self) -> str:
        return f"StoredRun({self.address}, {', '.join(sorted(self.manifest.tables))})"

    def _repr_html_(self) -> str:
        own = self.manifest
        facts = {"scenario": str(own.scenario.get("name", "-")), "role": own.role, "seed": str(own.seed)}
        facts |= {name: f"{table.rows:,} rows" for name, table in sorted(own.tables.items())}
        return table_html(f"Run {self.address}", facts)


class _LazyTables(Mapping[str, pd.DataFrame]):
    def __init__(self, run: StoredRun):
        self._run = run

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._run.manifest.tables:
            raise KeyError(name)
        return self._run.table(name)

    def __contains__(self, name: object) -> bool:
        return name in self._run.manifest.tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.manifest.tables)

    def __len__(self) -> int:
        return len(self._run.manifest.tables)


@dataclass(frozen=True)
class ResultStore:
    """A folder of runs by content address.

    Parameters
    ----------
    root : Path
        Holds one folder a run; made at the first write.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(self.root))

    def prepare(self) -> None:
        """Make the folder, prove that it can be written, and clear what dead writers left.

        Raises
        ------
        WriteError
            Before any work is done in vain.
        """
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{owner_tag()}"
            write_bytes(probe, b"")
            probe.unlink()
        self.clean()

    def mark(self) -> str:
        """What tells this folder from any other; made at the first call."""
        known = self.read_mark()
        if not known:
            replace_file(self.root / MARK, secrets.token_hex(16))
            known = self.read_mark()
        return known

    def read_mark(self) -> str:
        """The same if it was made, or an empty text."""
        try:
            return (self.root / MARK).read_text("ascii")
        except OSError:
            return ""

    def has(self, address: str) -> bool:
        """Whether a run is there (its files are not checked)."""
        return (self.root / address / MANIFEST).is_file()

    def addresses(self) -> list[str]:
        """The addresses of all complete runs, sorted."""
        if not self.root.is_dir():
            return []
        names = (entry.name for entry in self.root.iterdir())
        return sorted(name for name in names if _ADDRESS.fullmatch(name) and self.has(name))

    def read(self, address: str) -> StoredRun:
        """A stored run, every file checked against its hash.

        Raises
        ------
        DamagedRunError
            If a file is missing, cut short or altered; the run was moved into quarantine.
        StoreError
            If there is no such run, or it cannot be read now.
        """
        if not (self.root / address).is_dir():
            raise StoreError(f"no run {address} in {self.root}")
        manifest = self._manifest(address)
        for table in manifest.tables.values():
            self.checked_bytes(address, table)
        return StoredRun(self, manifest)

    def write(self, address: str, tables: Mapping[str, pd.DataFrame], manifest: Manifest) -> StoredRun:
        """Store a run, or confirm the one that is there.

        Parameters
        ----------
        address : the manifest's address.
        tables : the run's tables; their index is not kept.
        manifest : without tables; their facts are filled in.

        Raises
        ------
        DeterminismError
            If the address holds a run with other tables.
        WriteError
            If the folder cannot be written or the disk is full. Nothing half-written stays behind.
        """
        if address != manifest.address:
            raise ValueError(f"manifest of {manifest.address} given for {address}")
        hashes = {name: table_hash(tables[name]) for name in sorted(tables)}
        present = self._same(address, hashes)
        if present:
            return present
        temporary = self.root / f".tmp-{address}-{owner_tag()}"
        with writing(self.root / address):
            try:
                temporary.mkdir(parents=True)
                complete = manifest.with_tables(
                    {name: self._write_table(temporary, name, tables[name], hashes[name]) for name in hashes}
                )
                write_bytes(temporary / MANIFEST, complete.to_json().encode())
                fsync_folder(temporary)
                if self._move_in(temporary, address):
                    return StoredRun(self, complete)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        present = self._same(address, hashes)
        return present or self.write(address, tables, manifest)

    def _move_in(self, temporary: Path, address: str) -> bool:
        """Give the finished folder its name; False when another writer was first."""
        try:
            os.rename(temporary, self.root / address)
        except OSError:
            if (self.root / address).is_dir():
                return False
            raise
        fsync_folder(self.root)
        return True

    @staticmethod
    def _write_table(folder: Path, name: str, table: pd.DataFrame, canonical: str) -> StoredTable:
        content = parquet_bytes(table)
        file = f"{name}.parquet"
        write_bytes(folder / file, content)
        return StoredTable(len(table), canonical, file, hashlib.sha256(content).hexdigest(), len(content))

    def _same(self, address: str, hashes: Mapping[str, str]) -> StoredRun | None:
        """The run at `address` if it holds these tables, None if there is no sound run."""
        if not (self.root / address).is_dir():
            return None
        try:
            present = self.read(address)
        except DamagedRunError:
            if (self.root / address).exists():
                raise
            return None
        stored = present.manifest.table_hashes()
        differing = sorted(name for name in {*stored, *hashes} if stored.get(name) != hashes.get(name))
        if differing:
            raise DeterminismError(
                f"run {address} was repeated and is not the same: {', '.join(differing)} differ from {present.folder} "
                "although scenario, seed, inputs and code are; this is a defect of the model, please report it with "
                "that folder's manifest.json"
            )
        return present

    def _manifest(self, address: str) -> Manifest:
        try:
            text = (self.root / address / MANIFEST).read_text(encoding="utf-8")
            manifest = Manifest.from_json(text)
        except FileNotFoundError:
            raise self._damaged(address, f"{MANIFEST} is missing") from None
        except UnicodeDecodeError:
            raise self._damaged(address, f"{MANIFEST} is not text") from None
        except OSError as error:
            raise StoreError(f"cannot read {self.root / address / MANIFEST}: {error.strerror or error}") from error
        except SchemaVersionError as error:
            raise StoreError(f"cannot read {self.root / address / MANIFEST}: {error}") from None
        except StoreError as error:
            raise self._damaged(address, str(error)) from None
        if manifest.own_address() != address or manifest.address != address:
            raise self._damaged(address, f"{MANIFEST} describes another run")
        return manifest

    def checked_bytes(self, address: str, table: StoredTable) -> bytes:
        """The content of a table's file.

        Raises
        ------
        DamagedRunError
            If it is not what the manifest says; the run was moved into quarantine.
        StoreError
            If it cannot be read now.
        """
        path = self.root / address / table.file
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise self._damaged(address, f"{table.file} is missing") from None
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
        if len(content) != table.size:
            raise self._damaged(address, f"{table.file} has {len(content)} bytes instead of {table.size}")
        if hashlib.sha256(content).hexdigest() != table.file_hash:
            raise self._damaged(address, f"{table.file} was altered (its hash is not the manifest's)")
        return content

    def _damaged(self, address: str, what: str) -> DamagedRunError:
        """Put a damaged run aside and make the error that says so."""
        kept = self.root / QUARANTINE / f"{address}-{owner_tag()}"
        try:
            kept.parent.mkdir(exist_ok=True)
            os.rename(self.root / address, kept)
            replace_file(kept / "reason.txt", what + "\n")
            where = f"it was moved to {kept}"
        except (OSError, StoreError):
            where = "it could not be moved aside"
            if not (self.root / address).exists():
                where = "another process has moved it aside"
        return DamagedRunError(f"stored run {address} is damaged: {what}; {where}; run it again")

    def clean(self) -> list[Path]:
        """Remove temporary folders whose writers are gone; returns those removed."""
        removed = []
        for entry in sorted(self.root.glob(".tmp-*")) if self.root.is_dir() else []:
            found = _TEMPORARY.fullmatch(entry.name)
            if found and (process_is_gone(found["owner"]) or _age(entry) > LEFTOVER_SECONDS):
                shutil.rmtree(entry, ignore_errors=True)
                removed.append(entry)
        return removed


def _age(path: Path) -> float:
    """Seconds since a folder last changed; 0 if it has just gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
